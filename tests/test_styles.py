"""What templates and style sheets share: icons, and distances and times by their names."""

from __future__ import annotations

import re

from tally.paths import folder

TEMPLATES = sorted(folder("templates").rglob("*.html"))
# document.css is for paper, in millimetres and points; tokens.css gives the names.
SHEETS = [
    path
    for path in sorted((folder("static") / "css").glob("*.css"))
    if path.name not in ("document.css", "tokens.css")
]


def test_every_icon_that_is_drawn_is_used() -> None:
    """They go out with every page, or with every list."""
    drawn: set[str] = set()
    used: set[str] = set()
    for path in [*TEMPLATES, *folder("static").glob("js/*.js")]:
        for line in path.read_text("utf-8").splitlines():
            drawn |= set(re.findall(r'<symbol id="i-(\w+)"', line))
            used |= set(re.findall(r"#i-(\w+)", line))
            if re.search(r"icon|picture|places", line):
                used |= set(re.findall(r'"(\w+)"', line))
    assert drawn and drawn <= used


def test_a_distance_that_has_a_name_is_called_by_it() -> None:
    tokens = (folder("static") / "css" / "tokens.css").read_text("utf-8")
    named = {value for _, value in re.findall(r"--space-(\d+): ([\d.]+)rem", tokens)}
    assert len(named) > 10
    distance = re.compile(r"(?<![\w-])(?:gap|padding|margin)(?:-[a-z-]+)?:[^;{}]+")
    written = [
        f"{path.name}: {declared}"
        for path in SHEETS
        for declared in distance.findall(path.read_text("utf-8"))
        if named & set(re.findall(r"(?<![\w.])([\d.]+)rem\b", declared))
    ]
    assert not written


def test_the_time_of_a_small_movement_is_called_by_its_name() -> None:
    tokens = (folder("static") / "css" / "tokens.css").read_text("utf-8")
    [quick] = re.findall(r"--quick: ([^;]+);", tokens)
    assert [path.name for path in SHEETS if quick in path.read_text("utf-8")] == []
