"""The statements that a distributed table (Citus) refuses, told from their text, without a cluster.

PostgreSQL reads the statement: it becomes the body of a function that is never called, and the
catalogue then holds the statement's tree with every function's number. On that tree stand the rules
of Citus' own planner (`ModifyPartialQuerySupported`):

- In SET and WHERE of an UPDATE or a DELETE a STABLE function takes no column, unless in a scalar
  subselect; a VOLATILE one stands nowhere.
- CASE and COALESCE there have IMMUTABLE functions only.
- ON CONFLICT … SET has IMMUTABLE functions only.

And one of ours: wherever records are read, changed or locked, the account is bound, so that one
shard answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

RECORDS = "consumption_records"
SELECT, UPDATE, INSERT, DELETE = "1", "2", "3", "4"  # CmdType
IMMUTABLE, STABLE, VOLATILE = "i", "s", "v"  # pg_proc.provolatile

# `:name` as `text()` reads it, but not the `::` of a cast.
_PARAMETER = re.compile(r"(?<![:\w]):(?=[a-z_])\w+")
# Of a parameter that is added to a day PostgreSQL has to know that it is a number.
_DAYS_LATER = re.compile(r"(\+|' -) :(?=[a-z_])\w+")
_TOKEN = re.compile(r"[(){}]|(?:\\.|[^\s(){}\\])+")
# A token in the text of a value may have two dashes inside.
_COMMENT = re.compile(r"(?<!\S)--[^\n]*")

# Where each kind of node names the function it calls.
_FUNCTION = {
    "FUNCEXPR": "funcid",
    "OPEXPR": "opfuncid",
    "DISTINCTEXPR": "opfuncid",
    "NULLIFEXPR": "opfuncid",
    "SCALARARRAYOPEXPR": "opfuncid",
    "AGGREF": "aggfnoid",
    "WINDOWFUNC": "winfnoid",
}
_TYPE = (
    "vartype",
    "consttype",
    "funcresulttype",
    "opresulttype",
    "resulttype",
    "coalescetype",
    "casetype",
    "minmaxtype",
)

Node = dict[str, Any]


def objections(db: Connection, statement: str) -> list[str]:
    """A sentence for each thing in the statement that a distributed table refuses.

    Parameters stand in it as `:name`, or their values as text. Raises what PostgreSQL does where it
    cannot read the statement.
    """
    counted = _DAYS_LATER.sub(r"\1 0", _COMMENT.sub("", statement))
    plain = _PARAMETER.sub("NULL", counted).strip().rstrip(";")
    if not re.match(r"(SELECT|WITH|INSERT|UPDATE|DELETE)\b", plain, re.IGNORECASE):
        return []
    savepoint = db.begin_nested()
    try:
        db.exec_driver_sql(
            "CREATE FUNCTION pg_temp.probe() RETURNS void LANGUAGE sql"
            f" BEGIN ATOMIC {plain}; END".replace("%", "%%")
        )
        tree = db.execute(
            text(
                "SELECT CAST(prosqlbody AS text) FROM pg_proc"
                " WHERE proname = 'probe' AND pronamespace = pg_my_temp_schema()"
            )
        ).scalar_one()
        return list(_Rules.of(db).broken_by(_read(tree)))
    finally:
        savepoint.rollback()


@dataclass(frozen=True)
class _Rules:
    """The catalogue, as far as the rules need it."""

    volatility: dict[str, str]
    names: dict[str, str]
    type_functions: dict[str, tuple[str, str]]
    records: str
    user_id: str

    @classmethod
    def of(cls, db: Connection) -> _Rules:
        functions = db.exec_driver_sql(
            "SELECT CAST(oid AS text), provolatile, proname FROM pg_proc"
        ).all()
        types = db.exec_driver_sql(
            "SELECT CAST(oid AS text), CAST(CAST(typinput AS oid) AS text),"
            " CAST(CAST(typoutput AS oid) AS text) FROM pg_type"
        ).all()
        records, user_id = db.execute(
            text(
                "SELECT CAST(attrelid AS text), CAST(attnum AS text) FROM pg_attribute"
                " WHERE attrelid = CAST(:records AS regclass) AND attname = 'user_id'"
            ),
            {"records": RECORDS},
        ).one()
        return cls(
            {oid: volatility for oid, volatility, _ in functions},
            {oid: name for oid, _, name in functions},
            {oid: (reads, writes) for oid, reads, writes in types},
            records,
            user_id,
        )

    def broken_by(self, tree: Any) -> Iterator[str]:
        for query in _nodes(tree, "QUERY"):
            yield from self._unbound(query)
            if query["commandType"] in (UPDATE, DELETE):
                yield from self._refused_in_a_change(query)
            if isinstance(query.get("onConflict"), dict):
                yield from self._refused_on_conflict(query["onConflict"])

    def _refused_in_a_change(self, query: Node) -> Iterator[str]:
        for node in _nodes([query["targetList"], query["jointree"]]):
            if self._worst_of(node) == VOLATILE:
                yield f"VOLATILE {self._called(node)} in a change"
        for part in (query["targetList"], query["jointree"]):
            yield from self._refused_in_an_expression(part)

    def _refused_in_an_expression(self, part: Any) -> Iterator[str]:
        for node in _outside_subselects(part):
            if node["_"] in ("CASEEXPR", "COALESCEEXPR"):
                mutable = [one for one in _nodes(node) if self._worst_of(one) != IMMUTABLE]
                if mutable:
                    yield f"{self._called(mutable[0])} in CASE or COALESCE"
            elif self._worst_of(node) == STABLE and any(
                below["_"] == "VAR" for below in _outside_subselects(node)
            ):
                yield f"STABLE {self._called(node)} over a column, outside a subselect"

    def _refused_on_conflict(self, conflict: Node) -> Iterator[str]:
        for node in _nodes([conflict["onConflictSet"], conflict["onConflictWhere"]]):
            if self._worst_of(node) != IMMUTABLE:
                yield f"{self._called(node)} in ON CONFLICT"

    def _unbound(self, query: Node) -> Iterator[str]:
        """Records whose account the statement does not name."""
        tables = query["rtable"] if isinstance(query["rtable"], list) else []
        records = {
            str(number)
            for number, table in enumerate(tables, 1)
            if table.get("relid") == self.records and table["rtekind"] == "0"
        }
        if query["commandType"] == INSERT:
            records.discard(str(query["resultRelation"]))
        if isinstance(query.get("onConflict"), dict):
            records.discard(query["onConflict"]["exclRelIndex"])
        bound: set[str] = set()
        equal: list[tuple[str, str]] = []
        for left, right in self._equal_accounts(query["jointree"]):
            if left is None or right is None:
                bound.update(one for one in (left, right) if one is not None)
            else:
                equal.append((left, right))
        for _ in equal:
            for pair in equal:
                if bound & set(pair):
                    bound.update(pair)
        for number in sorted(records - bound):
            locks = isinstance(query["rowMarks"], list) and query["rowMarks"]
            yield f"{'FOR UPDATE' if locks else 'table'} {number} without user_id"

    def _equal_accounts(self, jointree: Any) -> Iterator[tuple[str | None, str | None]]:
        """Of each `user_id = …` that must hold: the tables of both sides, None for a value."""
        for equality in _conditions(jointree):
            sides = [self._account_of(side) for side in equality["args"]]
            is_value = [not list(_nodes(side, "VAR", "SUBLINK")) for side in equality["args"]]
            left, right = sides
            if left is not None and (right is not None or is_value[1]):
                yield left, right
            elif right is not None and is_value[0]:
                yield None, right

    def _account_of(self, side: Node) -> str | None:
        is_own = side["_"] == "VAR" and side["varlevelsup"] == "0"
        return side["varno"] if is_own and side["varattno"] == self.user_id else None

    def _worst_of(self, node: Node) -> str:
        """The volatility of what one node calls, its arguments aside."""
        if node["_"] in _FUNCTION:
            return self.volatility[node[_FUNCTION[node["_"]]]]
        if node["_"] == "COERCEVIAIO":
            written = next((node["arg"][name] for name in _TYPE if name in node["arg"]), "25")
            reads, _ = self.type_functions[node["resulttype"]]
            _, writes = self.type_functions[written]
            return max(self.volatility[reads], self.volatility[writes])
        if node["_"] in ("SQLVALUEFUNCTION", "JSONCONSTRUCTOREXPR"):
            return STABLE
        return VOLATILE if node["_"] == "NEXTVALUEEXPR" else IMMUTABLE

    def _called(self, node: Node) -> str:
        field = _FUNCTION.get(node["_"])
        return self.names[node[field]] if field else f"a cast ({node['_'].lower()})"


def _conditions(jointree: Any) -> Iterator[Node]:
    """The comparisons that hold for every row, be they of WHERE or of a join."""
    if isinstance(jointree, list):
        for part in jointree:
            yield from _conditions(part)
    elif isinstance(jointree, dict):
        if jointree["_"] == "FROMEXPR":
            yield from _conditions([jointree["fromlist"], jointree["quals"]])
        elif jointree["_"] == "JOINEXPR":
            yield from _conditions([jointree["larg"], jointree["rarg"], jointree["quals"]])
        elif jointree["_"] == "BOOLEXPR" and jointree["boolop"] == "and":
            yield from _conditions(jointree["args"])
        elif jointree["_"] == "OPEXPR" and len(jointree["args"]) == 2:
            yield jointree


def _nodes(tree: Any, *kinds: str) -> Iterator[Node]:
    """Every node of the tree; of these kinds only, where any is given."""
    if isinstance(tree, list):
        for part in tree:
            yield from _nodes(part, *kinds)
    elif isinstance(tree, dict):
        if not kinds or tree["_"] in kinds:
            yield tree
        yield from _nodes([part for name, part in tree.items() if name != "_"], *kinds)


def _outside_subselects(tree: Any) -> Iterator[Node]:
    if isinstance(tree, list):
        for part in tree:
            yield from _outside_subselects(part)
    elif isinstance(tree, dict) and tree["_"] not in ("SUBLINK", "QUERY"):
        yield tree
        yield from _outside_subselects([part for name, part in tree.items() if name != "_"])


def _read(tree: str) -> Any:
    """PostgreSQL's `{NODE :field value …}` as dictionaries, the node's kind under `_`."""
    tokens = iter(_TOKEN.findall(tree))
    return _values(tokens, "")[0]


def _values(tokens: Iterator[str], end: str) -> list[Any]:
    values: list[Any] = []
    for token in tokens:
        if token == end:
            break
        if token == "(":
            values.append(_values(tokens, ")"))
        elif token == "{":
            values.append(_node(_values(tokens, "}")))
        else:
            values.append(token)
    return values


def _node(parts: list[Any]) -> Node:
    node: Node = {"_": parts[0]}
    field = ""
    for part in parts[1:]:
        if isinstance(part, str) and part.startswith(":"):
            field = part[1:]
            node[field] = None
        elif node[field] is None:
            node[field] = part
    return node
