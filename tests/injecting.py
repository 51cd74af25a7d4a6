"""`make sqlmap`: sqlmap against a scratch server, on every parameter that ends up in a statement.

It is asked for by hand and not by `make test`: it sends some thousand requests and finds what
somebody forgot, where the tests hold what is known.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from tests.serving import Client, Serving

SECONDS = 600
ASK = (
    *("--batch", "--disable-coloring", "--level", "3", "--risk", "1", "--dbms", "PostgreSQL"),
    *("--technique", "BEUS", "--threads", "1", "--timeout", "10", "--retries", "1"),
    # What is not a number, a day or a name is refused with it, time and again.
    "--ignore-code=422",
)
SAFE = "all tested parameters do not appear to be injectable"
LINES = ("coffee 2 cup ; a note #tag", "tea 1 cup", "water 3 l")


def targets(client: Client) -> dict[str, dict[str, str]]:
    """Path → its parameters, each with a value that is well received."""
    first = client.get("/consumption?format=json&limit=1").json
    reading = {"q": "coffee", "type": "coffee", "unit": "cup", "period": "all", "sort": "-value"}
    return {
        "/consumption?format=json": reading,
        "/consumption/totals?format=json": {"q": "coffee", "type": "coffee", "unit": "cup"},
        "/consumption?format=json&limit=1": {"after": first["next"]},
        "/consumption/preview?format=json": {"line": "coffee 2 cup"},
    }


def is_safe(program: str, client: Client, path: str, values: dict[str, str], folder: Path) -> bool:
    """Whether sqlmap gets nowhere with these parameters."""
    address = f"{client.url}{path}&{urlencode(values)}"
    assert client.get(f"{path}&{urlencode(values)}").status == 200, address
    given = ("-u", address, "--cookie", f"session={client.cookie}", "-p", ",".join(values))
    asked = subprocess.run(
        [program, *ASK, *given, "--output-dir", str(folder)],
        env=os.environ | {"HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    safe = asked.returncode == 0 and SAFE in asked.stdout
    print(f"{path}: {', '.join(values)}: {'not injectable' if safe else asked.stdout}", flush=True)
    return safe


def main(program: str) -> int:
    with TemporaryDirectory(prefix="tally-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        serving = Serving(folder / "log", ("--data-dir", str(folder / "data"))).start()
        try:
            client = serving.client(patience=30).register()
            for line in LINES:
                assert client.post_json("/consumption", {"line": line}).status == 201
            found = [
                is_safe(program, client, path, values, folder)
                for path, values in targets(client).items()
            ]
        finally:
            serving.stop()
        log = (folder / "log").read_text()
    if "Traceback" in log:
        print(log)
    return 0 if all(found) and "Traceback" not in log else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
