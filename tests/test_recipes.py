"""Each block of code in docs/programs.md is run, or the request that it makes."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import jinja2
import pytest
import yaml

import tally
from tests.serving import KEY, Client, Serving

PAGE = (Path(tally.__file__).parents[2] / "docs" / "programs.md").read_text()
EXAMPLE = "https://tally.example.org"


def blocks(kind: str) -> list[str]:
    """The blocks of code of a kind, in the order of the page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def home_assistant(key: str) -> Any:
    """The values that the page sets at a key; Home Assistant's `!secret name` is a plain text."""
    [found] = [block for block in blocks("yaml") if block.startswith(f"{key}:")]
    return yaml.safe_load(found.replace("!secret ", "secret "))[key]


@pytest.fixture(scope="module")
def site(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    variables = {"DATABASE_URL": database_url, "TALLY_SECRET_KEY": KEY, "TALLY_METRICS": "on"}
    serving = Serving(tmp_path_factory.mktemp("recipes") / "log", (), variables).start()
    yield serving
    serving.stop()


@pytest.fixture(scope="module")
def person(site: Serving) -> Client:
    return site.client().register()


@pytest.fixture(scope="module")
def tokens(person: Client) -> dict[str, str]:
    """A token of each scope."""
    return {
        scope: person.ask(
            "POST",
            "/account/tokens?format=json",
            f"name=recipes&scope={scope}".encode(),
            Content_Type="application/x-www-form-urlencoded",
        ).json["token"]
        for scope in ("add", "read", "all")
    }


def send(site: Serving, method: str, url: str, token: str, **options: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
    return httpx2.request(method, url.replace(EXAMPLE, site.url), headers=headers, **options)


def shell(block: str, site: Serving, token: str, folder: Path, *arguments: str) -> Any:
    script = folder / "recipe.sh"
    script.write_text(block)
    return subprocess.run(
        ["sh", "-eu", str(script), *arguments],
        env={"PATH": os.environ["PATH"], "TALLY": site.url, "TOKEN": token},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_line_by_curl(site: Serving, tokens: dict[str, str], tmp_path: Path) -> None:
    run = shell(blocks("sh")[0], site, tokens["add"], tmp_path)
    assert run.returncode == 0 and run.stdout.startswith("electricity 12.5 kWh, ")


def test_records_by_curl_once(site: Serving, tokens: dict[str, str], tmp_path: Path) -> None:
    first = shell(blocks("sh")[1], site, tokens["add"], tmp_path)
    again = shell(blocks("sh")[1], site, tokens["add"], tmp_path)
    assert first.stdout == again.stdout and len(json.loads(first.stdout)["records"]) == 2


def test_numbers_and_a_file_by_curl(site: Serving, tokens: dict[str, str], tmp_path: Path) -> None:
    send(site, "POST", f"{EXAMPLE}/consumption", tokens["add"], json={"line": "electricity 1 kWh"})
    run = shell(blocks("sh")[2], site, tokens["read"], tmp_path)
    assert json.loads(run.stdout)["types"][0]["type"] == "electricity"
    assert (tmp_path / "tally.csv").read_text().startswith("id,consumption_date,")


def test_a_file_of_lines_is_sent_and_what_is_wrong_stays(
    site: Serving, tokens: dict[str, str], tmp_path: Path
) -> None:
    job = blocks("sh")[3]
    lines = tmp_path / "lines"
    assert shell(job, site, tokens["add"], tmp_path, str(lines)).returncode == 0
    lines.write_text("coffee 1 cup\ntea 2 cup\n")
    sent = shell(job, site, tokens["add"], tmp_path, str(lines))
    assert sent.returncode == 0, sent.stderr
    assert sent.stdout.count("\n") == 2 and not lines.exists()
    lines.write_text("@@ 5\n")
    refused = shell(job, site, tokens["add"], tmp_path, str(lines))
    assert refused.returncode != 0 and "Line 1" in refused.stdout
    assert lines.read_text() == "@@ 5\n" and sorted(tmp_path.glob("*.sending")) == []


def test_a_file_of_lines_is_a_new_one_each_time_and_sent_until_there_is_an_answer(
    site: Serving, tokens: dict[str, str], tmp_path: Path
) -> None:
    job = blocks("sh")[3]
    lines = tmp_path / "lines"

    def send_the_file() -> Any:
        return shell(job, site, tokens["add"], tmp_path, str(lines))

    def count() -> int:
        url = f"{EXAMPLE}/consumption?format=json&type=cocoa"
        return int(send(site, "GET", url, tokens["read"]).json()["count"])

    for sent in (1, 2):
        lines.write_text("cocoa 1 cup\n")
        assert send_the_file().returncode == 0
        assert count() == sent
    # The server saved them, and its answer was lost: the files are as they were before it came.
    lines.write_text("cocoa 3 cup\n")
    key = str(uuid4())[:24]
    (tmp_path / "lines.key").write_text(key)
    (tmp_path / "lines.sent").write_text("0")
    (tmp_path / "lines.sending").write_text("cocoa 2 cup\n")
    headers = {"Idempotency-Key": f"{key}{0:012}", "Content-Type": "text/plain"}
    url = f"{EXAMPLE}/consumption"
    saved = send(site, "POST", url, tokens["add"], content="cocoa 2 cup\n", headers=headers)
    assert saved.status_code == 201
    assert send_the_file().returncode == 0
    assert count() == 3 and lines.read_text() == "cocoa 3 cup\n"
    unreachable = job.replace("$TALLY", "http://127.0.0.1:9")
    assert shell(unreachable, site, tokens["add"], tmp_path, str(lines)).returncode == 1
    # Nor does a token that has ended since cost the lines their key.
    ended = shell(job, site, "tally_ended", tmp_path, str(lines))
    assert ended.returncode == 1 and "This token is not known here" in ended.stdout
    assert (tmp_path / "lines.sending").read_text() == "cocoa 3 cup\n"
    assert send_the_file().returncode == 0
    assert count() == 4


def test_a_long_file_of_lines_is_sent_a_hundred_at_a_time(
    site: Serving, tokens: dict[str, str], tmp_path: Path
) -> None:
    job = blocks("sh")[3]
    lines = tmp_path / "lines"
    url = f"{EXAMPLE}/consumption?format=json&type=mate"

    def values() -> list[int]:
        amounts = send(site, "GET", f"{url}&limit=500&sort=value", tokens["read"]).json()["records"]
        return [int(record["consumption_value"]) for record in amounts]

    lines.write_text("".join(f"mate {number} cup\n" for number in range(1, 251)))
    assert shell(job, site, tokens["add"], tmp_path, str(lines)).returncode == 0
    assert values() == list(range(1, 251)) and not lines.exists()
    # The hundred with a line that cannot be read stays, with what follows it.
    wrong = [f"mate {number} cup\n" for number in range(251, 451)] + ["mate 1 2\n", "mate 451"]
    lines.write_text("".join(wrong))
    refused = shell(job, site, tokens["add"], tmp_path, str(lines))
    assert refused.returncode == 1 and "Line 1: mate 1 2" in refused.stdout
    assert values() == list(range(1, 451)) and lines.read_text() == "mate 1 2\nmate 451"
    lines.write_text("mate 451")
    assert shell(job, site, tokens["add"], tmp_path, str(lines)).returncode == 0
    assert values() == list(range(1, 452))


def test_lines_that_were_saved_and_changed_since_hold_up_no_others(
    site: Serving, tokens: dict[str, str], tmp_path: Path
) -> None:
    lines = tmp_path / "lines"
    key = str(uuid4())[:24]
    headers = {"Idempotency-Key": f"{key}{0:012}", "Content-Type": "text/plain"}
    content = {"content": "kvass 1 cup\n", "headers": headers}
    send(site, "POST", f"{EXAMPLE}/consumption", tokens["add"], **content)
    address = f"{EXAMPLE}/consumption/{key}{0:012}"
    assert send(site, "DELETE", address, tokens["all"]).status_code == 200
    (tmp_path / "lines.key").write_text(key)
    (tmp_path / "lines.sent").write_text("0")
    (tmp_path / "lines.sending").write_text("kvass 1 cup\n")
    sent = shell(blocks("sh")[3], site, tokens["add"], tmp_path, str(lines))
    assert (sent.returncode, sent.stdout) == (0, "Saved before, and changed since.\n")
    assert not (tmp_path / "lines.sending").exists()


def template(text: str) -> jinja2.Template:
    """A template whose filters are as Home Assistant has them: a text that is no number fails."""
    environment = jinja2.Environment(autoescape=False)
    environment.filters["float"] = float
    return environment.from_string(text)


def test_home_assistant_reads_and_notes(site: Serving, tokens: dict[str, str]) -> None:
    note = home_assistant("rest_command")["tally_note"]
    action = home_assistant("automation")[0]["actions"][0]
    assert action["action"] == "rest_command.tally_note"
    line = template(action["data"]["line"])
    with pytest.raises(ValueError, match="unavailable"):
        line.render(states=lambda _: "unavailable")
    answer = send(
        site,
        note["method"].upper(),
        note["url"],
        tokens["add"],
        content=template(note["payload"]).render(line=line.render(states=lambda _: "7.2499999999")),
        headers={"Content-Type": note["content_type"]},
    )
    assert answer.status_code == 201 and answer.text.startswith("electricity 7.25 kWh")
    [rest] = home_assistant("rest")
    assert rest["headers"] == {"Authorization": "secret tally_read"}
    [sensor] = rest["sensor"]

    def shown(url: str) -> list[str]:
        numbers = send(site, "GET", url, tokens["read"]).json()
        parts = (template(sensor[part]) for part in ("availability", "value_template"))
        return [part.render(value_json=numbers) for part in parts]

    # Of another unit, noted later, the sensor shows nothing.
    later = {"line": "electricity 5 €"}
    assert send(site, "POST", note["url"], tokens["add"], json=later).status_code == 201
    is_available, total = shown(rest["resource"])
    assert is_available == "True" and 7.25 <= float(total) < 100
    is_available, _ = shown(rest["resource"].replace("electricity", "nothing"))
    assert is_available == "False"


def test_grafana_finds_its_columns(site: Serving, tokens: dict[str, str]) -> None:
    send(site, "POST", f"{EXAMPLE}/consumption", tokens["add"], json={"line": "electricity 1 kWh"})
    [query] = [json.loads(block) for block in blocks("json")]
    found = send(site, query["url_options"]["method"], query["url"], tokens["read"]).json()
    for part in query["root_selector"].split("."):
        found = found[int(part)] if part.isdigit() else found[part]
    assert found and all(column["selector"] in row for row in found for column in query["columns"])


def test_a_shortcut_on_the_phone(site: Serving, tokens: dict[str, str]) -> None:
    [block] = blocks("http")
    head, _, body = block.partition("\n\n")
    (method, url), *lines = (line.split(" ", 1) for line in head.splitlines())
    headers = {name.rstrip(":"): value for name, value in lines}
    assert headers.pop("Authorization") == "Bearer $TOKEN"
    answer = send(site, method, url, tokens["add"], content=body, headers=headers)
    assert answer.status_code == 201 and answer.text.startswith("coffee")


def test_prometheus_watches_what_is_measured(site: Serving) -> None:
    [block] = [block for block in blocks("yaml") if block.startswith("groups:")]
    rules = yaml.safe_load(block)["groups"][0]["rules"]
    measured = httpx2.get(f"{site.url}/metrics").text
    for rule in rules:
        names = re.findall(r"tally_\w+", rule["expr"])
        assert names and all(f"\n{name}" in measured for name in names)


def test_every_block_has_its_test() -> None:
    assert {kind: len(blocks(kind)) for kind in ("sh", "yaml", "json", "http")} == {
        "sh": 4,
        "yaml": 4,
        "json": 1,
        "http": 1,
    }
    assert len(re.findall(r"^```\w+$", PAGE, re.MULTILINE)) == 10
