"""A surge of complaints about one brand: many threads at once, and far more than usual."""

from collections import Counter, deque
from collections.abc import Iterator
from math import inf, nextafter

from alerts.incidents.commonness import Commonness
from alerts.incidents.memory import Memory, Storm
from alerts.incidents.usual import Usual
from alerts.marks import Marks
from alerts.redaction import complaint_without
from alerts.storm import StormPolicy
from scoring.complaint import Complaint
from scoring.people import People

STEPS = 30
"""The window is counted in so many steps."""

MOST_RECENT = 100
"""Complaints of the window that are remembered word by word."""

ABOUT_THE_SAME = 0.5
"""As long as nothing is known of what is usual, so large a part of a surge must share a word."""

SPEAKS_OF = 0.3
"""A word that so large a part shares is named."""

TIMES_COMMON = 3.0
"""How many times its usual part that has to be."""

KNOWN = 20
"""Complaints from which on it is known what they usually have."""

COMMON_TAG, COMMON_TEXT = (3.0, 0.1), (1.0, 0.05)
"""A hashtag, and a text, that more complaints have than this number and this part of them says nothing."""

LONGEST_S = 24 * 3600.0
"""A storm that lasts longer is what is usual from then on."""


class Surge:
    """Counts a brand's complaints and says when they become a storm.

    Parameters
    ----------
    policy
        From when on they do.
    names
        How people call the brand.
    memory
        Where counting left off; changed in place.
    words_s
        How long a word that nobody says any more is remembered, in seconds.
    """

    def __init__(
        self, policy: StormPolicy, names: frozenset[str], memory: Memory, words_s: float = 14 * 24 * 3600.0
    ) -> None:
        self._policy = policy
        self._names = names
        self._memory = memory
        self._step_s = policy.within_s / STEPS
        self._words_turn_s = words_s / 2
        # What each of the recent complaints says, and how many of them say each word.
        self._said: deque[Marks] = deque()
        self._spoken: Counter[str] = Counter()
        self._read()

    @property
    def storm(self) -> Storm | None:
        """The storm that is on."""
        return self._memory.storm

    @property
    def ends_at(self) -> float | None:
        """When the storm is over should nothing more be heard; None without one."""
        storm = self._memory.storm
        return None if storm is None else storm.high_at + self._policy.calm_s

    @property
    def heard_at(self) -> float:
        """When the latest complaint was heard."""
        recent = self._memory.recent
        return recent[-1][0] if recent else 0.0

    @property
    def recent(self) -> Iterator[Complaint]:
        """The latest complaints, the first one first."""
        return (complaint for _, complaint in self._memory.recent)

    def notice(self, at: float) -> None:
        """Take note that the brand is being listened to."""
        if self._memory.usual is None:
            self._memory.usual = Usual(at)

    def end(self) -> None:
        """Let the storm be over."""
        self._memory.storm = None

    @property
    def forgets_at(self) -> float | None:
        """When something is to be forgotten should nothing more be heard; None for nothing.

        While a storm is on, the complaints that it was last seen in stay.
        """
        memory = self._memory
        turn = memory.words_turn_at if memory.words_turn_at is not None else 0.0 if memory.common else inf
        leaves = inf
        if memory.recent and memory.storm is None:
            step = int(memory.recent[0][0] // self._step_s)
            leaves = (step + STEPS) * self._step_s
            while self._oldest(leaves) < step:  # rounded down
                leaves = nextafter(leaves, inf)
        first = min(turn, leaves)
        return None if first == inf else first

    def forget(self, at: float, now: float) -> None:
        """Forget what is to be forgotten `at`; it is `now`, not before that."""
        memory = self._memory
        if memory.recent and memory.storm is None:
            self._expire(at)
        if (memory.words_turn_at or 0.0) <= at:
            memory.common.turn()
            memory.texts.turn()
            memory.words_turn_at = self._next_turn(now) if memory.common or memory.texts else None

    def erase(self, people: People) -> int:
        """Forget what some people said; returns how many complaints that was."""
        memory, erased = self._memory, 0
        for place, (at, complaint) in enumerate(memory.recent):
            without = complaint_without(complaint, people)
            if without is not complaint:
                memory.recent[place] = (at, without)
                erased += 1
        if memory.storm is not None:
            memory.storm.first = complaint_without(memory.storm.first, people)
        if erased:
            self._read()
        return erased

    def hear(self, complaint: Complaint, at: float) -> bool:
        """Count a complaint heard `at`, never earlier than the last one; returns whether it is new.

        It begins a storm, or is part of the one that is on, if `storm` says so afterwards.
        """
        self.notice(at)
        self._expire(at)
        memory, step = self._memory, int(at // self._step_s)
        if any(known.thread_id == complaint.thread_id for _, known in memory.recent):
            return False
        if memory.steps and memory.steps[-1][0] == step:
            memory.steps[-1] = (step, memory.steps[-1][1] + 1)
        else:
            memory.steps.append((step, 1))
        marks = self._marks(complaint)
        memory.recent.append((at, complaint))
        self._said.append(marks)
        self._spoken.update(_words(marks))
        if len(memory.recent) > MOST_RECENT:
            self._leave(at)
        if memory.storm is None:
            self._begin(at)
        else:
            self._go_on(memory.storm, at)
        return True

    @property
    def number(self) -> int:
        """Complaints within the window, as of the last one."""
        return sum(number for _, number in self._memory.steps)

    def about(self) -> list[tuple[str, int]]:
        """What the latest complaints speak of far more than complaints usually do, and how many of them."""
        recent, common = self.sample, self._memory.common
        least = max(SPEAKS_OF * recent, 2.0)
        found = [
            (word, number)
            for word, number in self._spoken.items()
            if number >= least and number >= TIMES_COMMON * common.part(word) * recent
        ]
        return sorted(found, key=lambda item: (-item[1], item[0]))[:3]

    @property
    def sample(self) -> int:
        """How many complaints `about` is of."""
        return len(self._memory.recent)

    def is_common_tag(self, tag: str) -> bool:
        """Whether so many of the brand's complaints have a hashtag, or so little is known, that it says nothing."""
        return _is_common(self._memory.common, tag, *COMMON_TAG)

    def is_common_text(self, marks: Marks) -> bool:
        """The same of a whole text."""
        return _is_common(self._memory.texts, marks.print, *COMMON_TEXT)

    def _begin(self, at: float) -> None:
        memory, policy, number = self._memory, self._policy, self.number
        assert memory.usual is not None
        if number < policy.threads:
            return
        usual = memory.usual.expected(at, policy.within_s)
        need = max(float(policy.threads), policy.times_usual * (usual or 0.0))
        if number < need:
            return
        if usual is None:
            about = self.about()
            if not about or about[0][1] < ABOUT_THE_SAME * self.sample:
                return
        began, first = memory.recent[0]
        forgotten = number - self.sample
        if forgotten > 0:
            began = min(began, memory.steps[0][0] * self._step_s)
        memory.storm = storm = Storm(first, began, number, usual, need, at)
        storm.count(began, max(forgotten, 0))
        for when, _ in memory.recent:
            storm.count(when)
        memory.unusual_until = at

    def _go_on(self, storm: Storm, at: float) -> None:
        storm.threads += 1
        storm.count(at)
        if self.number >= storm.need / 2:
            storm.high_at = at
        if at - storm.began < LONGEST_S:
            self._memory.unusual_until = at

    def _expire(self, at: float) -> None:
        """Let go of what has left the window, and learn from it."""
        memory = self._memory
        usual, oldest = memory.usual, self._oldest(at)
        assert usual is not None
        gone = 0
        for step, number in memory.steps:
            if step > oldest:
                break
            gone += 1
            ended = step * self._step_s
            if ended > memory.unusual_until:
                usual.learn(ended, number)
            else:
                usual.skip(ended)
        del memory.steps[:gone]
        usual.pass_to(at - self._policy.within_s)
        while memory.recent and int(memory.recent[0][0] // self._step_s) <= oldest:
            self._leave(at)

    def _oldest(self, at: float) -> int:
        """The latest step that has left the window."""
        return int(at // self._step_s) - STEPS

    def _next_turn(self, now: float) -> float:
        """The next of the moments at which words may be forgotten: the same ones, whatever was heard."""
        turn_s = self._words_turn_s
        turn = (now // turn_s + 1.0) * turn_s
        return turn if turn > now else turn + turn_s

    def _read(self) -> None:
        """Read the recent complaints."""
        self._said = deque(self._marks(complaint) for _, complaint in self._memory.recent)
        self._spoken.clear()
        for marks in self._said:
            self._spoken.update(_words(marks))

    def _leave(self, now: float) -> None:
        at, _ = self._memory.recent.pop(0)
        marks = self._said.popleft()
        said = _words(marks)
        self._spoken.subtract(said)
        for word in said:
            if not self._spoken[word]:
                del self._spoken[word]
        if at > self._memory.unusual_until:
            self._memory.common.add(said)
            self._memory.texts.add(frozenset((marks.print,)) - {""})
            if self._memory.words_turn_at is None:
                self._memory.words_turn_at = self._next_turn(now)

    def _marks(self, complaint: Complaint) -> Marks:
        return Marks(complaint.excerpt, None, self._names)


def _words(marks: Marks) -> frozenset[str]:
    return marks.topics | marks.tags


def _is_common(common: Commonness, mark: str, number: float, part: float) -> bool:
    return common.heard < KNOWN or common.number(mark) > max(number, part * common.heard)
