"""GET /openapi.json: the description of the addresses for programs, from docs/openapi.yaml."""

from __future__ import annotations

import json
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from tally.errors import Invalid
from tally.paths import folder
from tally.web import responses
from tally.web.parameters import refuse_unknown, takes


@takes()
async def show(request: Request) -> Response:
    """The description as OpenAPI 3.1; it holds nothing of any account, so anybody may read it."""
    try:
        refuse_unknown(show, (), request.query_params, is_form=False)
    except Invalid as refused:
        return responses.refusal_as_json(refused)
    return Response(_as_json(), media_type="application/json")


@cache
def _as_json() -> bytes:
    import yaml  # Only here: nobody who keeps a log should wait for it at the start.

    text = (folder("docs") / "openapi.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(text, loader)  # noqa: S506 - both are safe, the first is faster.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
