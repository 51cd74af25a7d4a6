"""The Dockerfile and compose.yaml, as far as they can be held to their promises without Docker."""

from __future__ import annotations

import fnmatch
import importlib.util
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tally.db.engine import MAX_CONNECTIONS
from tally.server import postgres
from tally.settings import Settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage: (`RUN`, `…`)."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
    found: list[list[tuple[str, str]]] = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            if name == "FROM":
                found.append([])
            found[-1].append((name, rest))
    return found


def services_of(name: str) -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / name).read_text())["services"]
    return services


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return services_of("compose.yaml")


@pytest.fixture(scope="module")
def cluster() -> dict[str, Any]:
    return services_of("compose.citus.yaml")


@pytest.fixture(scope="module")
def everything(services: dict[str, Any], cluster: dict[str, Any]) -> dict[str, Any]:
    """The services of both files; a cluster's own begin with `cluster`."""
    return services | {f"cluster {name}": service for name, service in cluster.items()}


def test_the_dockerfile_needs_no_frontend_from_elsewhere() -> None:
    assert "syntax=" not in (ROOT / "Dockerfile").read_text()


def test_two_stages_of_the_slim_image(stages: list[list[tuple[str, str]]]) -> None:
    assert [stage[0][1] for stage in stages] == ["python:3.13-slim AS build", "python:3.13-slim"]


def test_the_image_runs_as_a_user_without_rights(stages: list[list[tuple[str, str]]]) -> None:
    last = stages[-1]
    assert [rest for name, rest in last if name == "USER"] == ["tally"]
    names = [name for name, _ in last]
    assert names.index("USER") > max(at for at, name in enumerate(names) if name == "COPY")
    assert not [rest for name, rest in last if name == "COPY" and "--chown" in rest]


def test_the_image_installs_locked_packages_only(stages: list[list[tuple[str, str]]]) -> None:
    commands = [
        command
        for stage in stages
        for name, rest in stage
        if name == "RUN"
        for command in rest.split(" && ")
        if re.search(r"pip (install|wheel)", command)
    ]
    assert len(commands) == 4
    for command in commands:
        assert "--require-hashes" in command or "--no-index" in command, command


def test_what_is_copied_is_there_and_not_ignored(stages: list[list[tuple[str, str]]]) -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    copied = {source for name, rest in stages[0] if name == "COPY" for source in rest.split()[:-1]}
    assert copied == kept
    assert all((ROOT / source).exists() for source in copied)


def test_the_wheel_gets_all_it_needs(stages: list[list[tuple[str, str]]]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {
        *project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"],
        project["project"]["readme"],
        *project["project"]["license-files"],
        "src",
    }
    copied = " ".join(rest for name, rest in stages[0] if name == "COPY").split()
    assert needed <= set(copied)


def test_nothing_secret_is_copied() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"]
    for secret in (".env", ".git", ".venv", "data", "secret_key", "tests"):
        assert not any(fnmatch.fnmatch(secret, pattern) for pattern in kept)


def test_both_images_know_whether_they_are_well(
    stages: list[list[tuple[str, str]]], services: dict[str, Any]
) -> None:
    check = next(rest for name, rest in stages[-1] if name == "HEALTHCHECK")
    program, option, module = json.loads(check[check.index("[") :])
    assert (program, option) == ("python", "-m")
    assert importlib.util.find_spec(module)
    assert "healthcheck" not in services["app"]  # The image's own counts.
    database = services["database"]["healthcheck"]["test"]
    assert database[:4] == ["CMD", "pg_isready", "-h", "127.0.0.1"]
    assert services["app"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_docker_engine_20_10_knows_every_option(everything: dict[str, Any]) -> None:
    """Docker Engine 20.10 knows no start interval, neither in a Dockerfile nor of a service."""
    assert "--start-interval" not in (ROOT / "Dockerfile").read_text()
    for service in everything.values():
        assert "start_interval" not in service.get("healthcheck", {})


def test_a_new_version_is_built_rather_than_asked_for(services: dict[str, Any]) -> None:
    assert services["app"]["build"] == "."
    assert services["app"]["pull_policy"] == "build"


def test_what_is_logged_has_an_end(everything: dict[str, Any]) -> None:
    for name, service in everything.items():
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}, name


def test_a_release_says_what_it_is(stages: list[list[tuple[str, str]]]) -> None:
    labels = " ".join(rest for name, rest in stages[-1] if name == "LABEL")
    given = dict(re.findall(r'org\.opencontainers\.image\.([a-z.]+)="([^"]+)"', labels))
    arguments = {rest.partition("=")[0] for name, rest in stages[-1] if name == "ARG"}
    for name in ("version", "revision", "created", "source"):
        assert given[name] == f"${name.upper()}"
        assert name.upper() in arguments
    assert given["licenses"] == "MIT"
    assert given["base.name"] == f"docker.io/library/{stages[-1][0][1]}"


def test_the_image_keeps_what_commands_call(stages: list[list[tuple[str, str]]]) -> None:
    """Of PostgreSQL's programs all are deleted but those that the source names."""
    deleted = next(rest for name, rest in stages[0] if "-delete" in rest)
    kept = set(re.findall(r"! -name (\w+)", deleted))
    sources = "".join(path.read_text() for path in (ROOT / "src/tally/server").glob("*.py"))
    called = set(re.findall(r'"(initdb|pg_\w+|psql|vacuumdb|createdb)"', sources))
    assert called | {"postgres"} == kept


def test_secrets_have_no_working_default(everything: dict[str, Any]) -> None:
    for service in everything.values():
        for name, value in service["environment"].items():
            if any(word in name for word in ("SECRET", "PASSWORD", "DATABASE_URL")):
                assert re.search(r"\$\{[A-Z_]+:\?[^}]+\}", value), name
                assert ":-" not in value, name


def test_every_setting_can_be_passed_on(services: dict[str, Any]) -> None:
    aliases = {"database_url": "DATABASE_URL"}
    known = {aliases.get(name, f"TALLY_{name.upper()}") for name in Settings.model_fields}
    # The data folder is for the embedded database.
    assert services["app"]["environment"].keys() == known - {"TALLY_DATA_DIR"}


def test_ports_are_this_machines_only(services: dict[str, Any], everything: dict[str, Any]) -> None:
    assert services["app"]["ports"] == ["127.0.0.1:${TALLY_PORT:-8000}:8000"]
    for name, service in everything.items():
        assert name == "app" or "ports" not in service


def test_the_database_keeps_its_data_where_18_wants_it(services: dict[str, Any]) -> None:
    database = services["database"]
    assert database["image"] == "postgres:18"
    assert database["volumes"] == ["database:/var/lib/postgresql"]
    volumes = yaml.safe_load((ROOT / "compose.yaml").read_text())["volumes"]
    assert "database" in volumes


def test_the_database_has_room_for_four_workers(
    services: dict[str, Any], cluster: dict[str, Any]
) -> None:
    for service in (services["database"], *cluster.values()):
        [allowed] = re.findall(r"max_connections=(\d+)", " ".join(service["command"]))
        assert int(allowed) > 4 * MAX_CONNECTIONS + postgres.COMMAND_CONNECTIONS


def test_a_cluster_has_volumes_of_its_own(cluster: dict[str, Any]) -> None:
    volumes = yaml.safe_load((ROOT / "compose.citus.yaml").read_text())["volumes"]
    assert sorted(cluster) == ["database", "worker-1", "worker-2", "worker-3"]
    kept = [volume for service in cluster.values() for volume in service["volumes"]]
    assert sorted(f"{name}:/var/lib/postgresql" for name in volumes) == sorted(kept)
    assert "database" not in volumes  # That of compose.yaml stays, to go back to.
    for service in cluster.values():
        assert service["image"] == "citusdata/citus:14.1.0"
        assert "wal_level=logical" in service["command"]
        assert service["environment"]["PGUSER"] == service["environment"]["POSTGRES_USER"]


def test_the_application_can_change_nothing_of_its_image(services: dict[str, Any]) -> None:
    app = services["app"]
    assert app["read_only"] is True
    assert app["cap_drop"] == ["ALL"]
    assert app["security_opt"] == ["no-new-privileges:true"]
    assert app["tmpfs"][0].startswith("/tmp:")
    assert int(app["stop_grace_period"].rstrip("s")) > 10
