"""State that outlives a worker: rows in a compacted topic, valid from the moment a seal follows them.

:mod:`~streams.changelog.reading` has the rule by which such a topic is read, :mod:`~streams.changelog.writing` what an
owner writes, both without Kafka; :mod:`~streams.changelog.owning` takes partitions over, writes and watches them, and
:mod:`~streams.changelog.following` is for those who only look.
"""

from streams.changelog.following import Change, follow
from streams.changelog.holding import Superseded
from streams.changelog.owning import Changelog
from streams.changelog.reading import Recovered
from streams.changelog.writing import RowTooLarge

__all__ = ["Change", "Changelog", "Recovered", "RowTooLarge", "Superseded", "follow"]
