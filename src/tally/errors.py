"""The refusals that a handler raises; `web.endpoint` turns each into a page, fragment or JSON."""

from collections.abc import Mapping

from pydantic import ValidationError

SIGN_IN = "Sign in to go on."
AS_BEARER = "Send a token as “Authorization: Bearer tally_…”."
# The header of an answer that asks for a token.
BEARER_CHALLENGE = {"WWW-Authenticate": "Bearer"}


class HTTPError(Exception):
    """An answer other than the requested one.

    `sentence` is for people and says what to change; `fields` maps a form field or a parameter to
    the sentence that stands beside it; `headers` go out with the answer, `details` with JSON.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})
        self.details = dict(details or {})


class NotFound(HTTPError):
    """The answer 404 for something missing or another user's; `sentence` must fit both."""

    def __init__(self, sentence: str = "There is nothing at this address.") -> None:
        super().__init__(404, sentence)


class SignedOut(HTTPError):
    """The visitor has to sign in first."""

    def __init__(self) -> None:
        super().__init__(401, SIGN_IN)


class Invalid(HTTPError):
    """Input with faults: a sentence a field, answered with 422."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(422, next(iter(fields.values())), fields)


def repeated(name: str) -> HTTPError:
    """The refusal of a field or a header that was sent more than once: which of them counts?"""
    return HTTPError(422, f"“{name}” was sent more than once.", {name: "Send this once."})


def field_sentences(error: ValidationError) -> dict[str, str]:
    """The first sentence for each field of a form that pydantic refused."""
    sentences: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_input=False):
        field = str(problem["loc"][0]) if problem["loc"] else ""
        cause = problem.get("ctx", {}).get("error")
        sentences.setdefault(field, str(cause) if cause else problem["msg"])
    return sentences
