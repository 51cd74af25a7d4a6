"""The name of the browser that began a session, in two or three words. Pure."""

import re

MAX_CHARACTERS = 60

# The first that matches wins: most browsers also claim to be the ones below them.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def name(user_agent: str) -> str:
    """`Firefox on Linux`; for a script the name that it gives itself, such as `curl`."""
    browser = _first(_BROWSERS, user_agent) if user_agent.startswith("Mozilla/") else ""
    system = _first(_SYSTEMS, user_agent)
    if browser:
        return f"{browser} on {system}" if system else browser
    script = re.split(r"[/\s]", user_agent.strip(), maxsplit=1)[0]
    return script[:MAX_CHARACTERS] if script.isprintable() and script else "Unknown browser"


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((label for mark, label in known if mark in user_agent), "")
