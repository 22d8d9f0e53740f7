"""Nobody outlives whoever started them: kills the processes it was told of when its standard input closes.

A test that is killed cannot clean up after itself, but the system closes its files. Told `12` it remembers a process,
told `-12` it forgets it.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import IO, Self


class Reaper:
    """A process that kills what is left of others when this one ends, however that comes about."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", __file__], stdin=subprocess.PIPE, start_new_session=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stdin.close()
        self._process.wait()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def remember(self, pid: int) -> None:
        """Kill this one at the end."""
        self._tell(pid)

    def forget(self, pid: int) -> None:
        """Do not: it has ended, and the number may be another's."""
        self._tell(-pid)

    def _tell(self, number: int) -> None:
        self._stdin.write(b"%d\n" % number)
        self._stdin.flush()


def main() -> None:
    """Wait for the end of standard input, then kill who is left."""
    left: set[int] = set()
    for line in sys.stdin.buffer:
        number = int(line)
        if number > 0:
            left.add(number)
        else:
            left.discard(-number)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
