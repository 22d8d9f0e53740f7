"""What a desk file may say, and what must fit together in it."""

import re
from functools import cached_property
from typing import Literal

import msgspec

from alerts.budget import PageBudget
from alerts.likeness import Likeness
from alerts.oncall import Calendar, Campaign, OnCall, Person
from alerts.policy import Policy
from alerts.rules import EVERYBODY, HERE
from alerts.storm import StormPolicy
from alerts.watchdog import FeedPolicy
from scoring.errors import require
from scoring.profile import BrandProfile
from streams.desk.paths import within
from streams.desk.privacy import DAY_S, Privacy

_CHANNEL = re.compile(r"#[^\sA-Z#<>&@.,:;]{1,80}|[CG][A-Z0-9]{2,20}")
_PERSON = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_LONGEST_CAMPAIGN_D = 366


class SlackSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where alerts go and what goes with them.

    `channel` is its id, or its name with #. `allow` says who may press the buttons: the `people` of the desk file, or
    `anyone` in the channel; None for people where the file names some. `charts` uploads a picture of the spread
    with an incident, `digest` posts a summary at the end of each shift.

    Raises
    ------
    ValueError
        When `channel` is neither a name nor an id.
    """

    channel: str = "#webcare"
    allow: Literal["people", "anyone"] | None = None
    charts: bool = True
    digest: bool = True

    def __post_init__(self) -> None:
        written = "a channel's name such as #webcare, or its id such as C012ABCDEF"
        require(_CHANNEL.fullmatch(self.channel) is not None, "channel", self.channel, written)


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A webcare desk. A brand that is not listed gets the default profile.

    Raises
    ------
    ValueError
        When settings that are right by themselves do not fit together.
    """

    brands: dict[str, BrandProfile] = {}
    alerts: Policy = Policy()
    slack: SlackSettings = SlackSettings()
    people: dict[str, Person] = {}
    oncall: OnCall = OnCall()
    campaigns: tuple[Campaign, ...] = ()
    page_budget: PageBudget = PageBudget()
    storm: StormPolicy = StormPolicy()
    grouping: Likeness = Likeness()
    feed: FeedPolicy = FeedPolicy()
    privacy: Privacy = Privacy()

    def __post_init__(self) -> None:
        self._check_accounts()
        self._check_people()
        self._check_calls()
        self._check_campaigns()
        self._check_budget()
        self._check_privacy()

    def profile_of(self, brand: str) -> BrandProfile:
        """The profile of `brand`."""
        return self.brands.get(brand) or _DEFAULT

    @cached_property
    def calendar(self) -> Calendar:
        """Who is on call when, and what holds pages back."""
        return Calendar(self.oncall, self.people, self.campaigns)

    @property
    def text_s(self) -> float:
        """For how many seconds texts of an incident are kept once it is over."""
        return self.privacy.text_s(self.alerts.forget_s)

    @property
    def open_to_anyone(self) -> bool:
        """Whether anyone in the channel may press the buttons, instead of the people of the desk file alone."""
        return self.slack.allow == "anyone" or not self.people

    def allows(self, slack_id: str) -> bool:
        """Whether whom Slack knows by this id may press the buttons."""
        return self.open_to_anyone or self.calendar.who_is(slack_id) is not None

    def _check_accounts(self) -> None:
        taken: dict[tuple[str, str], str] = {}
        for brand, profile in self.brands.items():
            for platform, handles in profile.accounts.items():
                where = within("brands", brand, "accounts", platform)
                for handle in handles:
                    owner = taken.setdefault((platform, handle), brand)
                    require(owner == brand, where, handle, f"an account of one brand, and it is {owner}'s already")

    def _check_people(self) -> None:
        known: dict[str, str] = {}
        for key, person in self.people.items():
            require(_PERSON.fullmatch(key) is not None, "people", key, "a short name in lower case, such as anna")
            require(key not in (HERE, EVERYBODY), "people", key, f"any name but {HERE} and {EVERYBODY}")
            other = known.setdefault(person.slack, key)
            require(
                other == key, f"people.{key}.slack", person.slack, f"an id of one person, this one is people.{other}'s"
            )
        nobody = self.slack.allow == "people" and not self.people
        require(not nobody, "slack.allow", self.slack.allow, "anyone, as long as [people] names nobody")

    def _check_calls(self) -> None:
        allowed = (*self.people, HERE, EVERYBODY)
        for at, shift in enumerate(self.oncall.shifts):
            for chain, calls in shift.chains():
                for step, call in enumerate(calls):
                    for place, who in enumerate(call.who):
                        key = f"oncall.shifts[{at}].{chain}[{step}].who[{place}]"
                        require(who in allowed, key, who, ", ".join(allowed))

    def _check_campaigns(self) -> None:
        for at, campaign in enumerate(self.campaigns):
            start, end = campaign.window(self.oncall.clock)
            key = f"campaigns[{at}]"
            later = f"after from ({campaign.start.isoformat()}), by {_LONGEST_CAMPAIGN_D} days at most"
            in_time = start < end <= start + _LONGEST_CAMPAIGN_D * 86_400
            require(in_time, f"{key}.until", campaign.end.isoformat(), later)
            for place, brand in enumerate(campaign.brands if self.brands else ()):
                require(brand in self.brands, f"{key}.brands[{place}]", brand, ", ".join(self.brands))

    def _check_budget(self) -> None:
        if self.page_budget.pages is not None:
            low, high = self.alerts.page.open, self.alerts.critical.open
            range_ = f"alerts.page.open ({low}) to less than alerts.critical.open ({high})"
            require(low <= self.page_budget.highest < high, "page_budget.highest", self.page_budget.highest, range_)

    def _check_privacy(self) -> None:
        longest = self.alerts.forget_s
        until = f"0 to {longest / DAY_S:g}, as long as an incident is remembered (alerts.forget_s)"
        require(self.text_s <= longest, "privacy.text_days", self.privacy.text_days, until)


_DEFAULT = BrandProfile()
