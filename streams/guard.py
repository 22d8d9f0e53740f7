"""Run a command that must not outlive whoever started it, however that one ends.

The starter holds the other end of this process's standard input. When it closes it, or dies in any way (a
kill cannot be caught, but it closes files), the command is told to terminate, and killed if it does not soon.
This needs no platform's special call, unlike a signal on the parent's death, which besides comes with the
end of the *thread* that started the command.

Run as a script by :func:`guarded`, isolated from the package: it may import nothing but the standard library.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

GRACE_S = 1.0
"""Seconds between asking the command to terminate and killing it."""


def guarded(command: Sequence[str]) -> list[str]:
    """Return the command line that runs `command` for as long as its own standard input stays open.

    Start it with ``stdin=subprocess.PIPE`` and ``start_new_session=True``, so that Ctrl-C reaches only the
    starter, who stops things in order. It ends with the command's return code.
    """
    return [sys.executable, "-I", __file__, *command]


def main(command: Sequence[str]) -> int:
    """Run `command` until it ends, standard input closes or a signal asks to stop; return its return code."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the starter's own command  # nosec B603

    def stop(*_: object) -> None:
        child.terminate()
        reaper = threading.Timer(GRACE_S, child.kill)
        reaper.daemon = True
        reaper.start()

    def stop_when_abandoned() -> None:
        while os.read(sys.stdin.fileno(), 4096):  # not through sys.stdin, whose lock would outlive main
            pass
        stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    threading.Thread(target=stop_when_abandoned, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
