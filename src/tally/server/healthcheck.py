"""`python -m tally.server.healthcheck`: exit status 0 while the server in this container serves.

Asks by one of the allowed names, since others are refused. Imports nothing of the application: an
engine runs this every few seconds.
"""

import http.client
import os
import sys

PORT = 8000
PATIENCE_SECONDS = 3


def allowed_host(hosts: str) -> str:
    """A name that a server with these TALLY_ALLOWED_HOSTS answers to."""
    first = hosts.partition(",")[0].strip()
    return first.replace("*", "health") or "localhost"


def is_serving(port: int, host: str) -> bool:
    """Whether the server on this machine's `port` answers that it is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not is_serving(PORT, allowed_host(os.environ.get("TALLY_ALLOWED_HOSTS", ""))))
