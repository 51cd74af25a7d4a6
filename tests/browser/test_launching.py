"""The tests' browser gets no news of the machine's network, and no pages of its address bar."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from tests.browser import launching

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
    sys.platform != "linux" or platform.machine() not in launching.ARCHITECTURES,
    reason="the filter is made for Linux",
)
def test_only_the_routing_socket_is_refused() -> None:
    asked = subprocess.run(
        [sys.executable, launching.__file__, sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (asked.stdout, asked.stderr) == ("EAFNOSUPPORT\n", "")


def test_the_pages_of_the_address_bar_are_switched_off_beside_what_is() -> None:
    command = ["chromium", "--headless", "--disable-features=PaintHolding", "about:blank"]
    assert launching.without_address_bar(command) == [
        "chromium",
        "--headless",
        "--disable-features=PaintHolding,WebUIOmniboxPopup,WebUIOmniboxAimPopup,"
        "WebUIOmniboxFullPopup",
        "about:blank",
    ]
