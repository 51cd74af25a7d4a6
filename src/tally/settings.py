"""Every environment variable that Tally reads, once."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CommaSeparated = Annotated[tuple[str, ...], NoDecode]

MINIMUM_KEY_BYTES = 32


def _default_data_dir() -> Path:
    import os

    import platformdirs

    # As root the embedded database runs as another user, who has no way into a home folder.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/tally")
    return Path(platformdirs.user_data_dir("tally", appauthor=False))


class Settings(BaseSettings):
    """How this process runs. Raises pydantic's ValidationError with a sentence a field."""

    model_config = SettingsConfigDict(
        env_prefix="TALLY_", frozen=True, extra="ignore", validate_by_name=True
    )

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    migration_url: str | None = None
    data_dir: Path = Field(default_factory=_default_data_dir)
    secret_key: CommaSeparated = ()
    registration: Literal["open", "first", "closed"] = "first"
    allowed_hosts: CommaSeparated = ()
    trusted_proxies: CommaSeparated = ()
    metrics: Literal["on", "off"] = "off"

    @field_validator("secret_key", "allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(key.encode()) < MINIMUM_KEY_BYTES for key in keys):
            raise ValueError(
                f"TALLY_SECRET_KEY: each key needs at least {MINIMUM_KEY_BYTES} bytes; "
                "make one with `openssl rand -base64 48`"
            )
        return keys
