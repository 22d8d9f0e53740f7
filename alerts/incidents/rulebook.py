"""What holds for a brand's incidents at the moment: thresholds, who is called, and what keeps pages back."""

from msgspec.structs import replace

from alerts.click import Silence
from alerts.incidents.outcome import Settings
from alerts.incidents.spending import BudgetUse, judge_within, moved
from alerts.incidents.state import BrandState
from alerts.incidents.weather import storm_id
from alerts.ledger import Entry, incident_id
from alerts.policy import Policy
from alerts.rules import Hold, Rules
from alerts.severity import Judgement, Severity
from scoring.assessment import Assessment

MOST_SILENCES = 20


class Rulebook:
    """Answers as of the state's `now`.

    Parameters
    ----------
    brand, settings
        The brand, and the settings of its desk.
    state
        Silences, pages of this shift, and the storm that is on.
    """

    def __init__(self, brand: str, settings: Settings, state: BrandState) -> None:
        self._brand = brand
        self._settings = settings
        self._state = state
        self._at_once = replace(settings.policy, hold_s=0.0, recovery_s=0.0)

    @property
    def budgeted(self) -> bool:
        """Whether there is a page budget."""
        return self._settings.budget.pages is not None

    def rules(self, entry: Entry | None, parent: str | None, *, sheltered: bool) -> Rules:
        """What holds for an incident, or for a new one that is part of `parent`.

        `sheltered` says that the storm which is on pages for its children.
        """
        now, calendar = self._state.now, self._settings.calendar
        over = entry is not None and entry.kind == "storm" and entry.thread_id != self.storm_key
        return Rules(
            # A storm was calm for as long as it takes before it was over.
            policy=self._at_once if over else self._policy,
            page_chain=calendar.chain(now, Severity.PAGE),
            critical_chain=calendar.chain(now, Severity.CRITICAL),
            hold=self._hold(in_storm=sheltered and parent is not None and parent == self.storm),
            morning=calendar.morning(now),
        )

    @property
    def hold(self) -> Hold | None:
        """What keeps pages about the whole brand back."""
        return self._hold(in_storm=False)

    @property
    def storm_key(self) -> str | None:
        """What the storm stands under in the ledger, while it is on."""
        storm = self._state.complaints.storm
        return None if storm is None else storm_id(storm.first)

    @property
    def storm(self) -> str | None:
        """Id of the storm's first incident, which its children name as their parent."""
        key = self.storm_key
        return None if key is None else incident_id(self._brand, key, 1)

    @property
    def use(self) -> BudgetUse:
        """How the shift keeps its page budget."""
        spending = self._state.spending
        return BudgetUse(spending.pages, self._settings.budget.pages, self._policy.page.open, len(spending.spared))

    def judge(self, assessment: Assessment, band: Severity | None, entry: Entry | None) -> Judgement:
        """Judge a thread of an incident, or of none yet, under the thresholds as the budget has moved them."""
        settings = self._settings
        paged = (
            entry is not None
            and entry.active
            and entry.severity.interrupts
            and entry.loud is not None
            and entry.loud.interrupts
        )
        return judge_within(assessment, band, settings.policy, settings.budget, self._state.spending.pages, paged=paged)

    def silence(self, silence: Silence) -> None:
        """Be silent about the brand; one whose end is not ahead ends all there are."""
        state = self._state
        if silence.until <= state.now:
            state.silences = []
        elif all(known.id != silence.id for known in state.silences):
            state.silences = [*state.silences, silence][-MOST_SILENCES:]

    @property
    def silence_ends_at(self) -> float | None:
        """When the first of the silences ends."""
        return min((silence.until for silence in self._state.silences), default=None)

    def end_silences(self) -> None:
        """Drop silences that are over."""
        state = self._state
        state.silences = [silence for silence in state.silences if silence.until > state.now]

    def begin_shift(self) -> bool:
        """Count pages anew if another shift has begun; returns whether it has."""
        return self._state.spending.begin(self._settings.calendar.shift(self._state.now).start)

    @property
    def _policy(self) -> Policy:
        settings = self._settings
        return moved(settings.policy, settings.budget, self._state.spending.pages)

    def _hold(self, *, in_storm: bool) -> Hold | None:
        """What keeps pages back for the longest; a storm's end is not known, so that is longest of all."""
        if in_storm:
            return Hold("storm", reason="part of a storm", even_critical=True)
        holds = [Hold("silence", silence.until, silence.reason, silence.by) for silence in self._state.silences]
        planned = self._settings.calendar.hold(self._state.now, self._brand)
        if planned is not None:
            holds.append(planned)
        return max(holds, key=lambda hold: float("inf") if hold.until is None else hold.until, default=None)
