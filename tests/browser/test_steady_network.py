"""The tests' browser gets no news of the machine's network, and everything else of it."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from tests.browser import steady_network

ASK = """
import errno, socket
socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
NETLINK_KOBJECT_UEVENT = 15  # News of devices.
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT).close()
try:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE).close()
except OSError as error:
    print(errno.errorcode[error.errno])
"""


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in steady_network.ARCHITECTURES,
    reason="the filter is made for Linux",
)
def test_only_the_routing_socket_is_refused() -> None:
    asked = subprocess.run(
        [sys.executable, steady_network.__file__, sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (asked.stdout, asked.stderr) == ("EAFNOSUPPORT\n", "")
