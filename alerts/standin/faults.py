"""What goes wrong with calls, on request."""

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """What goes wrong with one call.

    `error` and `status` are the answer, with `retry_after` seconds in its header; `drop` closes the connection
    instead. `after` says that the call has its effect all the same, and only the answer is lost. `delay_s` seconds
    pass first; with neither an error nor a drop that is all that happens.
    """

    error: str | None = None
    status: int = 200
    retry_after: int | None = None
    drop: bool = False
    after: bool = False
    delay_s: float = 0.0

    @property
    def fails(self) -> bool:
        """Whether the caller gets another answer than it should, or none."""
        return self.drop or self.error is not None


class Faults:
    """Faults that wait for calls, first come first served by method."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = {}

    def add(self, method: str, fault: Fault, times: int) -> None:
        """Have a fault for the next so many calls of a method."""
        self._waiting.setdefault(method, []).extend([fault] * times)

    def take(self, method: str) -> Fault:
        """Take what goes wrong with this call of a method; a fault of nothing if all is well."""
        waiting = self._waiting.get(method)
        return waiting.pop(0) if waiting else Fault()
