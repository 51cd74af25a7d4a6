"""Start Chromium without an eye on the network of the machine, and without its address bar.

Chromium drops its waiting requests (net::ERR_NETWORK_CHANGED) whenever an interface comes or goes
or gets an address, be it one that no test uses, such as a container's. It has no switch against
that; but where it gets no routing socket from Linux, it takes the network as it is. A seccomp
filter refuses it that socket.

With each window, and so with each context of a test, it also opens the pages that would hang
below its address bar: a third of the processor's time. Nobody types there.

    python launching.py /usr/bin/chromium --headless
"""

from __future__ import annotations

import ctypes
import os
import platform
import shlex
import struct
import sys
from pathlib import Path

# Machine → the kernel's number of the architecture, and of its system call `socket`.
ARCHITECTURES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
AF_NETLINK = 16
NETLINK_ROUTE = 0
ADDRESS_FAMILY_NOT_SUPPORTED = 97
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | ADDRESS_FAMILY_NOT_SUPPORTED

# Instructions of the filter, a classic Berkeley packet filter.
LOAD = 0x20
JUMP_IF_EQUAL = 0x15
RETURN = 0x06
# Where struct seccomp_data holds the number of the call, the architecture, two of the arguments.
CALL, ARCHITECTURE, FIRST_ARGUMENT, THIRD_ARGUMENT = 0, 4, 16, 32


# The switch for this exists once: of several, Chromium takes the last.
FEATURES_SWITCH = "--disable-features="
ADDRESS_BAR_PAGES = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")


class _Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def launcher(browser: str, folder: Path) -> str:
    """A program that starts this browser so; the browser itself where the kernel is another."""
    if sys.platform != "linux" or platform.machine() not in ARCHITECTURES:
        return browser
    path = folder / "chromium"
    command = shlex.join([sys.executable, __file__, browser])
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    path.chmod(0o755)
    return str(path)


def refuse_routing_sockets() -> None:
    """Let this process and its children get no routing sockets any more. Raises OSError."""
    architecture, socket_call = ARCHITECTURES[platform.machine()]
    conditions = (
        (ARCHITECTURE, architecture),
        (CALL, socket_call),
        (FIRST_ARGUMENT, AF_NETLINK),
        (THIRD_ARGUMENT, NETLINK_ROUTE),
    )
    instructions = []
    for place, (offset, wanted) in enumerate(conditions):
        to_allow = 2 * (len(conditions) - place) - 1
        instructions.append(_instruction(LOAD, offset))
        instructions.append(_instruction(JUMP_IF_EQUAL, wanted, otherwise=to_allow))
    instructions += [_instruction(RETURN, REFUSE), _instruction(RETURN, ALLOW)]
    program = _Program(len(instructions), b"".join(instructions))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "the kernel takes no filter")


def _instruction(code: int, value: int, otherwise: int = 0) -> bytes:
    """struct sock_filter; `otherwise` is how many instructions a comparison skips that fails."""
    return struct.pack("=HBBI", code, 0, otherwise, value)


def without_address_bar(arguments: list[str]) -> list[str]:
    """The same command; what it switches off holds the pages of the address bar too."""
    return [
        ",".join((argument, *ADDRESS_BAR_PAGES))
        if argument.startswith(FEATURES_SWITCH)
        else argument
        for argument in arguments
    ]


if __name__ == "__main__":
    refuse_routing_sockets()
    os.execv(sys.argv[1], without_address_bar(sys.argv[1:]))
