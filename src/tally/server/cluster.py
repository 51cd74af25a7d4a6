"""The state of a PostgreSQL cluster: its nodes, the place of its tables, and its faults.

Reads the catalogue of Citus (`sql/cluster/`). To add nodes and move shards there are Citus's own
functions; `docs/scaling.md` has the steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from tally.db.sql import run

NEEDED_WAL_LEVEL = "logical"
KINDS = {"users": "reference", "consumption_records": "distributed"}
ONE_POSTGRESQL = "Citus is not there: this is one PostgreSQL. docs/scaling.md says how to go on."


@dataclass(frozen=True)
class Node:
    """A PostgreSQL of the cluster; sizes are in bytes. `wal_level` None: it does not answer."""

    name: str
    port: int
    is_coordinator: bool
    is_active: bool
    takes_shards: bool
    wal_level: str | None
    shards: int
    size: int
    largest_shard: int

    @property
    def address(self) -> str:
        return f"{self.name}:{self.port}"


@dataclass(frozen=True)
class KeptTable:
    """A table and how it is stored. `local_bytes` lie on the coordinator, beside the shards."""

    name: str
    kind: str | None
    column: str | None
    local_bytes: int


@dataclass(frozen=True)
class Cluster:
    """The state of a cluster. `citus` None: one PostgreSQL, without nodes or kinds of tables."""

    postgresql: str
    citus: str | None
    nodes: Sequence[Node] = ()
    tables: Sequence[KeptTable] = ()


def read(db: Connection) -> Cluster:
    """The cluster as the database reports it; the coordinator queries each worker."""
    postgresql = db.execute(text("SHOW server_version")).scalar_one().partition(" ")[0]
    version = db.execute(text("SELECT extversion FROM pg_extension WHERE extname = 'citus'"))
    citus: str | None = version.scalar()
    if citus is None:
        return Cluster(postgresql, None)
    tables = [KeptTable(*row) for row in run(db, "cluster/tables")]
    return Cluster(postgresql, citus, _nodes(db), tables)


def _nodes(db: Connection) -> list[Node]:
    answers = {(row.name, row.port): row for row in run(db, "cluster/answers")}
    shards = {(row.name, row.port): row for row in run(db, "cluster/shards")}
    own_level: str = db.execute(text("SHOW wal_level")).scalar_one()
    nodes = []
    for row in run(db, "cluster/nodes"):
        place = (row.name, row.port)
        answer = answers.get(place)
        level = answer.result if answer and answer.success else None
        kept = shards.get(place)
        nodes.append(
            Node(
                name=row.name,
                port=row.port,
                is_coordinator=row.is_coordinator,
                is_active=row.is_active,
                takes_shards=row.takes_shards,
                wal_level=own_level if row.is_coordinator else level,
                shards=kept.shards if kept else 0,
                size=int(kept.bytes or 0) if kept else 0,
                largest_shard=(kept.largest_bytes or 0) if kept else 0,
            )
        )
    return nodes


def faults(cluster: Cluster) -> Iterator[str]:
    """A sentence for each fault of the cluster, with its remedy."""
    workers = [node for node in cluster.nodes if node.takes_shards]
    if not workers:
        yield "No worker takes records: add one with citus_add_node('NAME', 5432)."
    if any(node.is_coordinator and node.name == "localhost" for node in cluster.nodes):
        yield (
            "The coordinator is called localhost, where no worker finds it: "
            "citus_set_coordinator_host('NAME')."
        )
    for node in cluster.nodes:
        if node.wal_level is None:
            yield f"{node.address} does not answer: its people get 503, and nobody signs in."
        elif node.wal_level != NEEDED_WAL_LEVEL:
            yield (
                f"{node.address} has wal_level {node.wal_level}: no shard moves there while people "
                f"write. Set it to {NEEDED_WAL_LEVEL} and start it again."
            )
        if not node.is_active:
            yield f"{node.address} is not active: citus_activate_node('{node.name}', {node.port})."
    for table in cluster.tables:
        if table.kind != KINDS[table.name] or table.column not in ("user_id", "<none>", None):
            yield f"{table.name} is no {KINDS[table.name]} table: run sql/citus.sql."
        elif table.local_bytes:
            yield (
                f"{table.name} was distributed, and what it held lies on the coordinator still: "
                f"truncate_local_data_after_distributing_table('{table.name}')."
            )


def description(cluster: Cluster) -> Iterator[str]:
    """The lines that describe the state of the cluster."""
    if cluster.citus is None:
        yield f"PostgreSQL {cluster.postgresql}."
        yield ONE_POSTGRESQL
        return
    yield f"PostgreSQL {cluster.postgresql}, Citus {cluster.citus}."
    for table in cluster.tables:
        by = f" by {table.column}" if table.kind == "distributed" else ""
        yield f"{table.name}: {table.kind or 'local'}{by}"
    total = sum(node.size for node in cluster.nodes)
    for node in cluster.nodes:
        role = "coordinator" if node.is_coordinator else "worker"
        share = f", {node.size / total:.0%}" if total else ""
        yield (
            f"{node.address}: {role}, {node.shards} shards, {_size(node.size)}{share},"
            f" the largest {_size(node.largest_shard)}"
        )


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
