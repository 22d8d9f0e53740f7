"""What happened when, a line each, in a file that can be followed."""

import sys
import time
from pathlib import Path


class Diary:
    """Notes with the seconds since its beginning; `loud` says them on the terminal as well."""

    def __init__(self, path: Path, *, loud: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8", buffering=1)
        self._loud = loud
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self._began

    def note(self, what: str) -> None:
        line = f"{self.seconds:7.1f} s  {what}\n"
        self._file.write(line)
        if self._loud:
            sys.stderr.write(line)

    def close(self) -> None:
        self._file.close()
