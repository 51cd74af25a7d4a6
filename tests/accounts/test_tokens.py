"""Signed values: good for one purpose, for a while, with our keys only."""

import warnings
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from itsdangerous import URLSafeTimedSerializer

from tally.accounts import tokens
from tally.accounts.tokens import Keyring

KEY, OLD, FOREIGN = "n" * 32, "o" * 40, "f" * 64
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
USER = UUID("6c1f7f6e-1c1e-4b39-9c6a-0d1a0a6f3a11")
# Links are signed with the machine's own clock.
TODAY = datetime.now(UTC)
ENDS = NOW + timedelta(days=30)

ring = Keyring([KEY])


def key_of(purpose: str, secret: str = KEY) -> bytes:
    return tokens._derive(secret, purpose)


def forged(
    claims: dict[str, Any] | None = None,
    headers: dict[str, Any] | None = None,
    key: bytes | None = None,
    algorithm: str = "HS256",
    without: str = "",
) -> str:
    """The right token with something changed."""
    right = {
        "sub": str(USER),
        "sid": "s",
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(hours=24)).timestamp()),
        "iss": "tally",
        "aud": "tally:session",
    }
    payload = {**right, **(claims or {})}
    payload.pop(without, None)
    if key is None and algorithm != "none":
        key = key_of("session")
    kid = tokens._key_id(key_of("session"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", jwt.warnings.InsecureKeyLengthWarning)
        return jwt.encode(
            payload, key, algorithm, headers={"kid": kid, "typ": tokens.TYPE, **(headers or {})}
        )


def test_a_session_token_comes_back_as_what_it_was_made_of() -> None:
    read = ring.read_session_token(ring.session_token(USER, "s", NOW, ENDS), NOW)
    assert read == tokens.SessionToken(USER, "s", NOW, NOW + timedelta(hours=24))
    assert ring.read_session_token(forged(), NOW) == read


def test_a_session_token_says_just_what_it_must() -> None:
    token = ring.session_token(USER, "s", NOW, ENDS)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims.keys() == {"sub", "sid", "iat", "exp", "iss", "aud"}
    assert claims["exp"] - claims["iat"] == 24 * 3600
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["typ"]) == ("HS256", "session+jwt")
    assert header["kid"] not in KEY


def test_a_session_token_lasts_24_hours_and_never_past_the_session() -> None:
    token = ring.session_token(USER, "s", NOW, ENDS)
    assert ring.read_session_token(token, NOW + timedelta(hours=23, minutes=59))
    assert ring.read_session_token(token, NOW + timedelta(hours=24)) is None
    last = ring.session_token(USER, "s", NOW, NOW + timedelta(hours=2))
    assert ring.read_session_token(last, NOW + timedelta(hours=2)) is None


def test_a_signature_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    decode = jwt.decode

    def noted(token: str, *more: Any, **named: Any) -> Any:
        looked.append(token)
        return decode(token, *more, **named)

    monkeypatch.setattr(jwt, "decode", noted)
    fresh, good, bad = (
        Keyring([KEY]),
        ring.session_token(USER, "s", NOW, ENDS),
        forged({"iss": "x"}),
    )
    for _ in range(3):
        assert fresh.read_session_token(good, NOW)
        assert fresh.read_session_token(bad, NOW) is None
    assert (looked.count(good), looked.count(bad)) == (1, 3)


def test_a_session_token_is_due_for_a_new_one_after_12_hours() -> None:
    token = ring.read_session_token(ring.session_token(USER, "s", NOW, ENDS), NOW)
    assert token is not None
    assert not token.is_due(NOW + timedelta(hours=11, minutes=59))
    assert token.is_due(NOW + timedelta(hours=12))


def test_a_session_token_from_the_future_is_refused() -> None:
    token = ring.session_token(USER, "s", NOW + timedelta(minutes=5), ENDS)
    assert ring.read_session_token(token, NOW) is None


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(forged(key=key_of("session", FOREIGN)), id="foreign key"),
        pytest.param(forged(key=KEY.encode()), id="the secret itself"),
        pytest.param(forged(key=key_of("reset")), id="key of another purpose"),
        pytest.param(forged(algorithm="none"), id="alg none"),
        pytest.param(forged(algorithm="HS512"), id="alg HS512"),
        pytest.param(forged(headers={"kid": "other"}), id="unknown kid"),
        pytest.param(forged(headers={"kid": "../../dev/null"}), id="kid as a path"),
        pytest.param(forged(headers={"typ": "JWT"}), id="another typ"),
        pytest.param(forged({"aud": "tally:reset"}), id="another audience"),
        pytest.param(forged({"aud": ["tally:session", "other"]}), id="two audiences"),
        pytest.param(forged({"iss": "other"}), id="another issuer"),
        pytest.param(forged({"admin": True}), id="one claim too many"),
        *(
            pytest.param(forged(without=claim), id=f"no {claim}")
            for claim in ("sub", "sid", "iat", "exp", "iss", "aud")
        ),
        *(
            pytest.param(forged({"sub": sub}), id=f"sub {sub!r:.12}")
            for sub in ("abc", "-1", "1" + "0" * 40, "", "\x00")
        ),
        pytest.param(forged({"exp": 10**400}), id="exp far away"),
        pytest.param(forged({"exp": "tomorrow"}), id="exp in words"),
        pytest.param(forged({"iat": -(10**18)}), id="iat before time"),
        pytest.param(forged({"sid": 7}), id="sid a number"),
        pytest.param(forged(headers={"jku": "https://evil.test"}) + "x", id="signature changed"),
        "",
        "...",
        "a.b.c",
        "\xff\xfe",
        "é" * 40,
        "x" * 60_000,
    ],
)
def test_any_other_text_is_no_session(token: str) -> None:
    assert ring.read_session_token(token, NOW) is None


def test_claims_that_point_to_a_key_elsewhere_are_not_followed() -> None:
    read = ring.read_session_token(forged(headers={"jku": "https://evil.test/keys"}), NOW)
    assert read is not None and read.user_id == USER


def test_new_key_in_front_old_tokens_still_good() -> None:
    rotated = Keyring([KEY, OLD])
    old_token = Keyring([OLD]).session_token(USER, "s", NOW, ENDS)
    assert rotated.read_session_token(old_token, NOW)
    new_token = rotated.session_token(USER, "s", NOW, ENDS)
    assert ring.read_session_token(new_token, NOW)
    assert Keyring([OLD]).read_session_token(new_token, NOW) is None
    invitation = Keyring([OLD]).invitation()
    assert rotated.read_invitation(invitation, TODAY)
    assert ring.read_invitation(rotated.invitation(), TODAY)
    assert ring.read_invitation(invitation, TODAY) is None


@pytest.mark.parametrize("secrets", [[], ["x" * 31], [KEY, "short"], [""]])
def test_no_key_or_a_short_one_is_refused(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="TALLY_SECRET_KEY"):
        Keyring(secrets)


def test_an_invitation_is_for_one_account() -> None:
    one, other = ring.invitation(), ring.invitation()
    first = ring.read_invitation(one, TODAY)
    assert first and first.inviter_id is None and isinstance(first.invited_id, UUID)
    given = ring.read_invitation(ring.invitation(USER), TODAY)
    assert given and given.inviter_id == USER
    assert ring.read_invitation(one, TODAY) == ring.read_invitation(one, TODAY)
    assert ring.read_invitation(one, TODAY) != ring.read_invitation(other, TODAY)


def test_a_reset_is_for_one_user_and_one_password() -> None:
    reset = ring.read_reset(ring.reset(USER, "old hash"), TODAY)
    assert reset is not None and reset.user_id == USER
    assert reset.replaces("old hash")
    assert not reset.replaces("new hash")


@pytest.mark.parametrize(
    ("lasts", "make", "read"),
    [
        (tokens.INVITATION_LASTS, Keyring.invitation, Keyring.read_invitation),
        (tokens.RESET_LASTS, lambda keys: keys.reset(USER, "hash"), Keyring.read_reset),
    ],
)
def test_links_run_out(lasts: timedelta, make: Any, read: Any) -> None:
    value = make(ring)
    later = datetime.now(UTC) + lasts
    assert read(ring, value, later - timedelta(seconds=5))
    assert read(ring, value, later + timedelta(seconds=5)) is None


def test_a_value_of_one_purpose_is_worthless_for_another() -> None:
    session = ring.session_token(USER, "s", NOW, ENDS)
    values = [session, ring.invitation(), ring.reset(USER, "hash"), "", "x", "\x00", "é"]
    sessions = [bool(ring.read_session_token(value, NOW)) for value in values]
    invitations = [bool(ring.read_invitation(value, TODAY)) for value in values]
    resets = [bool(ring.read_reset(value, TODAY)) for value in values]
    assert sessions == [True] + [False] * 6
    assert invitations == [False, True] + [False] * 5
    assert resets == [False] * 2 + [True] + [False] * 4


def test_a_link_signed_with_another_salt_or_key_is_refused() -> None:
    for salt, secret in (("tally/reset", KEY), ("tally/invitation", FOREIGN)):
        serializer = URLSafeTimedSerializer(key_of("invitation", secret), salt=salt)
        assert ring.read_invitation(serializer.dumps(str(uuid4())), TODAY) is None


def test_an_invitation_of_version_1_0_is_good() -> None:
    ring = Keyring([OLD])
    record_id = uuid4()
    read = ring.read_invitation(ring._invitations.dumps(str(record_id)), TODAY)
    assert read and (read.invited_id, read.inviter_id) == (record_id, None)
