"""The state of a cluster, read from a catalogue that looks like that of Citus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, CursorResult, text

from tally.db.engine import Database
from tally.db.sql import source
from tally.paths import folder
from tally.server.cluster import Cluster, KeptTable, Node, description, faults, read
from tests.serving import KEY, command

# Names, columns and types as Citus 14 has them; what the application reads, and no more.
CATALOGUE = """
CREATE TEMPORARY TABLE pg_extension (extname text, extversion text);
INSERT INTO pg_extension VALUES ('plpgsql', '1.0'), ('citus', '14.0-1');
CREATE TEMPORARY TABLE pg_dist_node (
    groupid int, nodename text, nodeport int, noderole text, isactive bool, shouldhaveshards bool
);
INSERT INTO pg_dist_node VALUES
    (2, 'worker-2', 5432, 'primary', true, true),
    (0, 'database', 5432, 'primary', true, false),
    (1, 'worker-1', 5432, 'primary', true, true),
    (1, 'standby-1', 5432, 'secondary', true, true);
CREATE TEMPORARY TABLE citus_tables (
    table_name regclass, citus_table_type text, distribution_column text
);
INSERT INTO citus_tables VALUES
    ('users', 'reference', '<none>'), ('consumption_records', 'distributed', 'user_id');
CREATE TEMPORARY TABLE citus_shards (
    table_name regclass, shardid bigint, nodename text, nodeport int, shard_size bigint
);
INSERT INTO citus_shards
SELECT 'consumption_records', n, 'worker-' || 1 + n % 2, 5432, n * 1000000
FROM generate_series(1, 4) AS n;
INSERT INTO citus_shards VALUES ('users', 9, 'worker-1', 5432, 77);
CREATE FUNCTION pg_temp.run_command_on_workers(
    asked text, OUT nodename text, OUT nodeport int, OUT success bool, OUT result text
) RETURNS SETOF record LANGUAGE sql AS $$
    SELECT * FROM (VALUES
        ('worker-1', 5432, true, 'logical'), ('worker-2', 5432, false, 'connection refused')
    ) AS answers
    WHERE asked = 'SHOW wal_level'
$$
"""


@pytest.fixture
def catalogue(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as db:
        db.exec_driver_sql("SET LOCAL search_path = pg_temp, public, pg_catalog")
        db.exec_driver_sql(CATALOGUE.replace("%", "%%"))
        yield db


def from_catalogue(db: Connection, name: str) -> CursorResult[*tuple[Any, ...]]:
    """PostgreSQL looks for no function among what is temporary unless told where."""
    return db.execute(text(source(name).replace("run_command", "pg_temp.run_command")))


def test_the_state_of_a_cluster_is_read_from_its_catalogue(
    catalogue: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tally.server.cluster.run", from_catalogue)
    cluster = read(catalogue)
    assert cluster.citus == "14.0-1"
    assert [
        (node.address, node.is_coordinator, node.takes_shards, node.shards, node.size)
        for node in cluster.nodes
    ] == [
        ("database:5432", True, False, 0, 0),
        ("worker-1:5432", False, True, 2, 6_000_000),
        ("worker-2:5432", False, True, 2, 4_000_000),
    ]
    assert [node.wal_level for node in cluster.nodes[1:]] == ["logical", None]
    assert [(table.name, table.kind, table.column) for table in cluster.tables] == [
        ("users", "reference", "<none>"),
        ("consumption_records", "distributed", "user_id"),
    ]
    lines = list(description(cluster))
    assert "consumption_records: distributed by user_id" in lines
    assert "worker-1:5432: worker, 2 shards, 6.0 MB, 60%, the largest 4.0 MB" in lines
    assert any("worker-2:5432 does not answer" in sentence for sentence in faults(cluster))


# The columns of each file of sql/cluster/, as they are read.
COLUMNS = {
    "answers": ("name", "port", "success", "result"),
    "nodes": ("name", "port", "is_coordinator", "is_active", "takes_shards"),
    "shards": ("name", "port", "shards", "bytes", "largest_bytes"),
    # By their place.
    "tables": ("name", "kind", "distribution_column", "local_bytes"),
}


def test_each_file_returns_the_columns_that_are_read(catalogue: Connection) -> None:
    assert {
        path.stem: tuple(from_catalogue(catalogue, f"cluster/{path.stem}").keys())
        for path in (folder("sql") / "cluster").glob("*.sql")
    } == COLUMNS


WELL = Cluster(
    "18.1",
    "14.1-1",
    [
        Node("database", 5432, True, True, False, "logical", 0, 0, 0),
        Node("worker-1", 5432, False, True, True, "logical", 32, 10, 1),
    ],
    [
        KeptTable("users", "reference", "<none>", 0),
        KeptTable("consumption_records", "distributed", "user_id", 0),
    ],
)


def test_a_cluster_that_is_well_has_nothing_amiss() -> None:
    assert list(faults(WELL)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nodes": WELL.nodes[:1]}, "citus_add_node"),
        (
            {"nodes": [replace(WELL.nodes[0], name="localhost"), WELL.nodes[1]]},
            "set_coordinator_host",
        ),
        (
            {"nodes": [*WELL.nodes[:1], replace(WELL.nodes[1], wal_level="replica")]},
            "wal_level replica",
        ),
        ({"nodes": [*WELL.nodes[:1], replace(WELL.nodes[1], wal_level=None)]}, "does not answer"),
        (
            {"nodes": [*WELL.nodes[:1], replace(WELL.nodes[1], is_active=False)]},
            "citus_activate_node",
        ),
        ({"tables": [replace(WELL.tables[0], kind=None, column=None)]}, "run sql/citus.sql"),
        ({"tables": [replace(WELL.tables[1], kind="reference")]}, "no distributed table"),
        ({"tables": [replace(WELL.tables[1], column="id")]}, "no distributed table"),
        ({"tables": [replace(WELL.tables[1], local_bytes=8192)]}, "truncate_local_data"),
    ],
)
def test_what_is_amiss_has_a_sentence(change: dict[str, object], words: str) -> None:
    (sentence,) = faults(replace(WELL, **change))  # type: ignore[arg-type]
    assert words in sentence


def test_a_single_postgresql_is_reported_as_one_without_citus(database_url: str) -> None:
    said = command("cluster", "status", DATABASE_URL=database_url, TALLY_SECRET_KEY=KEY)
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines()[1].startswith("Citus is not there")
    away = {"DATABASE_URL": "postgresql://tally@127.0.0.1:1/tally"}
    refused = command("cluster", "status", **away)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
