"""The attack surface, read from the route table: a new route is attacked without anybody's help."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import yaml
from starlette.routing import Route

from tally.app import routes
from tally.paths import PACKAGE
from tally.web.parameters import taken_by
from tally.web.static_files import Statics


@dataclass(frozen=True)
class Door:
    """One method of one route."""

    method: str
    path: str
    takes: frozenset[str] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_safe(self) -> bool:
        return self.method == "GET"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path's braces."""
        return tuple(part.partition("}")[0] for part in self.path.split("{")[1:])

    def address(self, **values: str) -> str:
        """The path with its parameters filled in."""
        return self.path.format(**values)


def doors() -> list[Door]:
    """Every method of every route but static files, in the table's order."""
    return [
        Door(method, route.path, taken_by(route.endpoint))
        for route in routes(Statics())
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
        if method != "HEAD"
    ]


DOORS = doors()
# Whoever asks is not asked for a name.
OPEN = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/manifest.webmanifest",
    "/sw.js",
    "/offline",
}
PUBLIC = {
    *OPEN,
    "/login",
    "/auth/login",
    "/auth/register",
    "/auth/reset",
}

DESCRIPTION = yaml.safe_load((PACKAGE.parents[1] / "docs" / "openapi.yaml").read_text())
# The same as another door, for forms without scripts: no program needs to be told of them.
TWINS = {
    "POST /consumption/{id}": "PUT /consumption/{id}",
    "POST /consumption/{id}/delete": "DELETE /consumption/{id}",
}


def scopes_of(door: Door) -> set[str]:
    """The scopes of tokens that the description lets through this door."""
    method, _, path = TWINS.get(str(door), str(door)).partition(" ")
    operation = DESCRIPTION["paths"].get(path, {}).get(method.lower(), {})
    return {scope for way in operation.get("security", []) for scope in way.get("token", [])}


def body(
    record_id: UUID | str, change: UUID | str = "", door: Door | None = None
) -> dict[str, str]:
    """The fields of every form at once, all well filled in, or those that one door knows.

    Passwords are wrong, so that no route ends the account of whoever sends it.
    """
    fields = {
        "id": str(record_id),
        "ids": str(record_id),
        "change": str(change or uuid4()),
        "version": "1",
        "consumption_date": datetime.now(UTC).date().isoformat(),
        "consumption_value": "3.5",
        "consumption_type": "tried",
        "unit": "cup",
        "notes": "tried",
        "line": "tried 3 cup",
        "action": "delete",
        "type": "tried",
        "value": "10",
        "per": "month",
        "name": "Tried Name",
        "timezone": "Europe/Berlin",
        "number_format": "auto",
        "single_keys": "off",
        "theme": "dark",
        "email": "nobody@lindenhof.example",
        "password": "wrong wrong wrong",
        "current_password": "wrong wrong wrong",
        "new_password": "wrong wrong wrong two",
    }
    known = door.takes if door else None
    return {name: text for name, text in fields.items() if known is None or name in known}
