"""Starting a child that cannot outlive its parent."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence

PR_SET_PDEATHSIG = 1


def _tether(parent: int) -> Callable[[], None] | None:
    """What the child does between fork and exec: ask the kernel to be killed with its parent (Linux only).

    SIGKILL and not SIGTERM: it is the only signal no child can sleep through, and every process here survives it by
    design. The parent may have died before the request, hence the look at who the parent is now.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def set_up() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return set_up


async def spawn(command: Sequence[str], env: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start it in a session of its own (a Ctrl-C in the terminal is the supervisor's), output merged into a pipe.

    Must be called in the main thread: the kernel ties the child to the thread that forked it.
    """
    return await asyncio.create_subprocess_exec(
        *command,
        env=dict(env),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_tether(os.getpid()),
    )


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal a child and whatever it started; one that is gone already is no error."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def how_it_ended(code: int) -> str:
    """An exit status in words."""
    if code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return f"exit code {code}"
