"""`version.py v1.2.3`: exit status 1 unless the tag names the version of pyproject.toml."""

import sys
import tomllib
from pathlib import Path


def main(tag: str) -> int:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())
    version = project["project"]["version"]
    if tag == f"v{version}":
        return 0
    print(f"The tag {tag} is not v{version}, as pyproject.toml has it.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
