"""When which incident needs a decision even if nothing happens to it."""

from heapq import heappop, heappush


class Timeline:
    """The next moment of each incident, the earliest first, of several at once the first by name."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, str]] = []
        self._next: dict[str, float] = {}

    def set(self, key: str, at: float | None) -> None:
        """Set an incident's next moment (epoch seconds); None for never."""
        if at is None:
            self._next.pop(key, None)
        elif self._next.get(key) != at:
            self._next[key] = at
            heappush(self._heap, (at, key))

    @property
    def first(self) -> tuple[float, str] | None:
        """The earliest moment, and whose it is."""
        heap = self._heap
        while heap and self._next.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0] if heap else None
