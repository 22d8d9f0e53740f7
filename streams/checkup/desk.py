"""A desk in words: its brands, its channel, and who is on call now and next."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.oncall.settings import DAYS, Day
from alerts.rules import EVERYBODY, HERE, Step
from alerts.severity import Severity
from alerts.slack.words import duration
from scoring.profile import BrandProfile
from streams.checkup.part import Fact
from streams.desk import Desk

_MOST_BRANDS = 12


def describe(desk: Desk, path: Path | None, now: float) -> Iterator[Fact]:
    """Say what the desk is like at `now` (epoch seconds)."""
    yield Fact("", str(path) if path is not None else "no desk file, so all is the default")
    yield from _brands(desk)
    slack = desk.slack
    extras = [name for name, wanted in (("charts", slack.charts), ("a digest per shift", slack.digest)) if wanted]
    yield Fact("channel", f"{slack.channel}, with {' and '.join(extras) or 'no charts and no digest'}")
    yield Fact(
        "buttons",
        "for anyone in the channel" if desk.open_to_anyone else f"for {_listed(desk.calendar.names.values())}",
    )
    yield from _on_call(desk, now)
    yield from _quiet(desk, now)
    budget = desk.page_budget
    if budget.pages is None:
        yield Fact("page budget", "none")
    else:
        threshold = f"by raising their threshold from {desk.alerts.page.open:g} to {budget.highest:g} at most"
        yield Fact("page budget", f"{budget.pages} pages per shift and brand, {threshold}")


def _brands(desk: Desk) -> Iterator[Fact]:
    if not desk.brands:
        yield Fact("brands", "none listed, every brand gets the default profile")
    for place, (key, profile) in enumerate(desk.brands.items()):
        heading = "" if place else "brands"
        if place == _MOST_BRANDS:
            yield Fact(heading, f"and {len(desk.brands) - place} more")
            break
        yield Fact(heading, f"{key}: {_brand(profile)}")


def _brand(profile: BrandProfile) -> str:
    viral = f"viral at {profile.viral_spread:,} within {duration(profile.horizon_s)}"
    accounts = "".join(f"; on {platform} {_accounts(handles)}" for platform, handles in profile.accounts.items())
    return f"{viral}; a first answer within {duration(profile.answer_sla_s)}; in {_listed(profile.languages)}{accounts}"


def _accounts(handles: Iterable[str]) -> str:
    roles = handles if isinstance(handles, dict) else {}
    return ", ".join(f"{handle} ({roles[handle]})" if handle in roles else handle for handle in handles)


def _on_call(desk: Desk, now: float) -> Iterator[Fact]:
    zone, calendar = ZoneInfo(desk.oncall.timezone), desk.calendar
    shift = calendar.shift(now)
    until = f"until {_clock(shift.end, now, zone)} ({desk.oncall.timezone})"
    yield Fact("on call now", f"{shift.name}, {until}: {_called(desk, now)}")
    if desk.oncall.shifts:
        following = calendar.shift(shift.end)
        start = f"from {_clock(following.start, now, zone)}"
        yield Fact("next", f"{following.name}, {start}: {_called(desk, following.start)}")


def _called(desk: Desk, at: float) -> str:
    page, critical = (desk.calendar.chain(at, severity) for severity in (Severity.PAGE, Severity.CRITICAL))
    words = _chain(desk, page)
    return words if critical == page else f"{words}. When critical: {_chain(desk, critical)}"


def _chain(desk: Desk, steps: tuple[Step, ...]) -> str:
    if not steps:
        return "a page calls whoever is in the channel, once"
    names = desk.calendar.names | {HERE: "whoever is in the channel", EVERYBODY: "everybody in the channel"}
    return ", ".join(
        f"after {step.after_s / 60:g} min " * (step.after_s > 0) + " and ".join(names[who] for who in step.who)
        for step in steps
    )


def _quiet(desk: Desk, now: float) -> Iterator[Fact]:
    zone, quiet = ZoneInfo(desk.oncall.timezone), desk.oncall.quiet_hours
    hold = desk.calendar.hold(now, "")
    waiting = f"; pages below critical wait until {_clock(hold.until, now, zone)}" if hold and hold.until else ""
    if quiet is None:
        yield Fact("quiet hours", f"none{waiting}")
    else:
        yield Fact("quiet hours", f"{quiet.start} to {quiet.end} {_days(quiet.days)}{waiting}")
    heading = "campaigns"
    for campaign in desk.campaigns:
        start, end = campaign.window(desk.oncall.clock)
        if end > now:
            when = f"{_clock(start, now, zone)} to {_clock(end, now, zone)}"
            about = _listed(campaign.brands) if campaign.brands else "all brands"
            yield Fact(heading, f"{campaign.name}, {when}, {about}: {campaign.reason} ({campaign.owner})")
            heading = ""


def _days(days: tuple[Day, ...]) -> str:
    return "every day" if set(days) == set(DAYS) else f"from {_listed(day for day in DAYS if day in days)}"


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _clock(at: float, now: float, zone: ZoneInfo) -> str:
    """Write a moment by the desk's clock, with its date unless that is today."""
    moment = datetime.fromtimestamp(at, zone)
    today = moment.date() == datetime.fromtimestamp(now, zone).date()
    return f"{moment:%H:%M}" if today else f"{moment:%a} {moment.day} {moment:%b %H:%M}"
