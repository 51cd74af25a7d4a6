"""Signed values: the session's JWT, and links for invitations and forgotten passwords.

Pure but for the id of an invitation, and the moment at which a link is signed.

Every purpose signs with keys of its own, derived from the keys in TALLY_SECRET_KEY, so that a value
made for one purpose is worthless for another. The first key signs, all of them verify: to change
the key, put the new one in front and take the old one away a month later.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

import jwt
from itsdangerous import BadData, URLSafeTimedSerializer

from tally.settings import MIN_KEY_BYTES

SESSION_TOKEN_LASTS = timedelta(hours=24)
SESSION_TOKEN_RENEWED_AFTER = timedelta(hours=12)
SESSION_LASTS = timedelta(days=30)
INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)

# A reverse proxy's clock or another server's may be ahead by a little.
CLOCK_SKEW = timedelta(seconds=60)

ISSUER = "tally"
AUDIENCE = "tally:session"
TYPE = "session+jwt"
_CLAIMS = {"sub", "sid", "iat", "exp", "iss", "aud"}

# A session sends the same token with every request; its signature is checked once.
MAX_VERIFIED = 1024


@dataclass(frozen=True)
class SessionToken:
    """The content of a session's JWT: the user, the session, and its first and last moment."""

    user_id: UUID
    sid: str
    issued_at: datetime
    ends_at: datetime

    def is_good(self, now: datetime) -> bool:
        """Whether the token is valid at this moment."""
        return self.issued_at <= now + CLOCK_SKEW and now < self.ends_at

    def is_due(self, now: datetime) -> bool:
        """Whether the next answer should carry a fresh token."""
        return now - self.issued_at >= SESSION_TOKEN_RENEWED_AFTER


@dataclass(frozen=True)
class Reset:
    """A link to a new password: its user, and a fingerprint of the password it replaces."""

    user_id: UUID
    fingerprint: str

    def replaces(self, password_hash: str) -> bool:
        """Whether this is still the password that the link was made for."""
        return hmac.compare_digest(self.fingerprint, _fingerprint(password_hash))


@dataclass(frozen=True)
class Invitation:
    """A right to make one account: the id of that account, the inviter, and the time.

    `inviter_id` is None for an invitation from before the first account.
    """

    invited_id: UUID
    inviter_id: UUID | None
    made_at: datetime


class Keyring:
    """Makes and reads signed values. Raises ValueError without keys, or with a short one."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("TALLY_SECRET_KEY: at least one key is needed")
        if any(len(secret.encode()) < MIN_KEY_BYTES for secret in secrets):
            raise ValueError(f"TALLY_SECRET_KEY: a key needs {MIN_KEY_BYTES} bytes or more")
        sessions = [_derive(secret, "session") for secret in secrets]
        self._kid = _key_id(sessions[0])
        self._session_keys = {_key_id(key): key for key in sessions}
        # A refused token raises, and exceptions are not cached: nobody can push others out.
        self._verified = lru_cache(MAX_VERIFIED)(self._verify)
        self._invitations = _serializer(secrets, "invitation")
        self._resets = _serializer(secrets, "reset")

    def session_token(self, user_id: UUID, sid: str, now: datetime, ends: datetime) -> str:
        """A JWT for the cookie, good for 24 hours but never past the session's own end."""
        claims = {
            "sub": str(user_id),
            "sid": sid,
            "iat": int(now.timestamp()),
            "exp": int(min(now + SESSION_TOKEN_LASTS, ends).timestamp()),
            "iss": ISSUER,
            "aud": AUDIENCE,
        }
        headers = {"kid": self._kid, "typ": TYPE}
        return jwt.encode(claims, self._session_keys[self._kid], algorithm="HS256", headers=headers)

    def read_session_token(self, token: str, now: datetime) -> SessionToken | None:
        """The content of a session's JWT; None if it is not one of ours or has expired."""
        try:
            read = self._verified(token)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError, OSError):
            return None
        return read if read.is_good(now) else None

    def _verify(self, token: str) -> SessionToken:
        """The content of a JWT of ours, whatever its times. Raises for any other text."""
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(
            token,
            self._session_keys[header["kid"]],
            algorithms=["HS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
            # Times are compared with the caller's clock, each time that a token is read.
            options={
                "require": sorted(_CLAIMS),
                "strict_aud": True,
                "verify_exp": False,
                "verify_iat": False,
            },
        )
        if header.get("typ") != TYPE or claims.keys() != _CLAIMS:
            raise jwt.InvalidTokenError("made for something else")
        return _session_token(claims)

    def invitation(self, inviter_id: UUID | None = None) -> str:
        """A signed right to make one account, for INVITATION_LASTS."""
        return self._invitations.dumps([str(uuid4()), inviter_id and str(inviter_id)])

    def read_invitation(self, value: str, now: datetime) -> Invitation | None:
        """The right that an invitation gives; None if it is invalid or has expired.

        Two accounts cannot have one id, so an invitation works once; `invitations` makes sure that
        the id of a deleted account is not used again.
        """
        content, made_at = _loads(self._invitations, value, now - INVITATION_LASTS)
        match content:
            case str(invited_id):  # As version 1.0 made them.
                return Invitation(UUID(invited_id), None, made_at)
            case [str(invited_id), None]:
                return Invitation(UUID(invited_id), None, made_at)
            case [str(invited_id), str(inviter_id)]:
                return Invitation(UUID(invited_id), UUID(inviter_id), made_at)
        return None

    def reset(self, user_id: UUID, password_hash: str) -> str:
        """A signed right to set a new password, for RESET_LASTS and while the old one stands."""
        return self._resets.dumps([str(user_id), _fingerprint(password_hash)])

    def read_reset(self, value: str, now: datetime) -> Reset | None:
        """The user of a reset link; None if it is not one of ours or has expired."""
        content, _ = _loads(self._resets, value, now - RESET_LASTS)
        match content:
            case [str(user_id), str(fingerprint)]:
                return Reset(UUID(user_id), fingerprint)
        return None


def _session_token(claims: dict[str, Any]) -> SessionToken:
    if not isinstance(claims["sid"], str):
        raise TypeError("a session's name is a text")
    return SessionToken(
        UUID(claims["sub"]),
        claims["sid"],
        datetime.fromtimestamp(int(claims["iat"]), UTC),
        datetime.fromtimestamp(int(claims["exp"]), UTC),
    )


def _fingerprint(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]


def _derive(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"tally/{purpose}".encode(), hashlib.sha256)


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"tally/kid" + key).hexdigest()[:8]


def _serializer(secrets: Sequence[str], purpose: str) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key of its list.
    keys = [_derive(secret, purpose) for secret in reversed(secrets)]
    return URLSafeTimedSerializer(
        keys, salt=f"tally/{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )


def _loads(
    serializer: URLSafeTimedSerializer, value: str, since: datetime
) -> tuple[object, datetime]:
    """The content and the time of a signed value; no content if its signature is wrong or old."""
    try:
        content, signed_at = serializer.loads(value, return_timestamp=True)
    except BadData:
        return None, since
    return (content if signed_at >= since else None), signed_at
