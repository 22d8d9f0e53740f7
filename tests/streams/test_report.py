import re
import time
from html.parser import HTMLParser
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.incidents import Settings
from alerts.policy import Policy
from alerts.severity import Severity
from scoring.assessment import Assessment, Card, Forecast, Reason
from scoring.engine import Models
from scoring.forecast import Forecaster
from scoring.profile import BrandProfile
from streams.desk import Desk
from streams.incident_ledger import IncidentLedger
from streams.replay import Point, Replay, Summary
from streams.report import write_report
from streams.report.chart import WIDTH, chart_of
from streams.report.incident import incidents_of

NINE = 1_772_528_400.0  # 2026-03-03 09:00 UTC
MINUTE, HOUR = 60.0, 3600.0

CALM_TO_PAGE = ((4, 30, 0.15), (20, 80, 0.5), (60, 300, 0.6))
"""Minutes after the root, spread and risk."""


def assessed(thread, minute, shares, risk, **changes):
    card = Card(
        excerpt="Drie weken wachten en dan snauwen ze.",
        author="marieke_leest",
        followers=2140,
        platform="x",
        url=f"https://x.com/marieke_leest/status/{thread}",
        root_at=NINE,
        audience=61_300,
        spread_curve=tuple(round(shares * step / 24) for step in range(1, 25)),
        checklist=(("greets", True), ("says sorry", False)),
    )
    given = Assessment(
        thread_id=thread,
        brand="Lekker Lezen",
        at=NINE + minute * MINUTE,
        risk=risk,
        p_viral=risk,
        p_negative=0.9,
        shares=shares,
        reasons=(Reason("share_velocity", 7.0, f"{shares} shares, 7 × the average at this age"),),
        forecast=Forecast(expected=3.0 * shares, low=2.0 * shares, high=10.0 * shares, horizon_s=24 * HOUR),
        conduct=(),
        card=card,
    )
    return replace(given, **{**changes, "card": replace(card, **changes.get("card", {}))})


def replayed(threads, hours=30.0, viral_spread=500, **changes):
    """What a replay of these threads, each as (minute, spread, risk), comes to."""
    summary = Summary(events=1000, threads=len(threads) + 40, scorings=90, first_at=NINE, last_at=NINE + hours * HOUR)
    ledger = IncidentLedger(Settings(Policy(persist_s=0.0)), lambda _brand: BrandProfile(), {}, {})
    for thread, steps in threads.items():
        for step in steps:
            assessment = assessed(thread, *step, **changes)
            told = [one for outcome in ledger.assess(assessment) for one in outcome.notifications]
            key = (assessment.brand, thread)
            summary.alerts += told
            if told:
                summary.courses.setdefault(key, [])
                summary.viral_spread[assessment.brand] = viral_spread
            if key in summary.courses:
                summary.courses[key].append(Point(assessment.at, assessment.shares, assessment.risk))
    summary.alerts.sort(key=lambda n: n.alert.at)
    return summary


class Page(HTMLParser):
    """The page as a browser takes it: its elements with the names of their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.html, self.elements, self.links, self.words = html, [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, *(name for name, _ in attrs)))
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+([.,:])", r"\1", " ".join(" ".join(self.words).split()))

    def count(self, tag):
        return sum(1 for element in self.elements if element[0] == tag)


@pytest.fixture
def page(tmp_path):
    def write(summary):
        path = tmp_path / "report.html"
        write_report(path, summary)
        return Page(path.read_text(encoding="utf-8"))

    return write


def test_a_page_says_when_people_were_interrupted_and_why(page):
    text = page(replayed({"t": CALM_TO_PAGE})).text
    assert "Tue 3 Mar 2026 09:00 – Wed 4 Mar 2026 15:00 UTC" in text
    assert "1 time people were interrupted" in text
    assert "Paged at 09:20, 20 min after the post, at a spread of 80. It did not reach 500" in text
    assert "Up from watch to page 80 shares, 7 × the average at this age" in text
    assert "Drie weken wachten en dan snauwen ze." in text
    assert "marieke_leest on X · Tue 3 Mar 2026, 09:00 · 2,140 followers · may have reached 61,300" in text
    assert "open on x.com" in text
    assert "greets says sorry" in text


@pytest.mark.parametrize(
    ("viral_spread", "said"),
    [
        pytest.param(250, "at a spread of 80: 40 min before it passed 250. It came to 300.", id="in time"),
        pytest.param(50, "at a spread of 80: too late, it had passed 50 by then.", id="too late"),
        pytest.param(500, "It did not reach 500 within 24 h; it came to 300.", id="never viral"),
    ],
)
def test_the_warning_is_measured_against_the_viral_spread(page, viral_spread, said):
    assert said in page(replayed({"t": CALM_TO_PAGE}, viral_spread=viral_spread)).text


def test_what_passes_the_viral_spread_after_the_horizon_did_not_go_viral(page):
    steps = (*CALM_TO_PAGE, (25 * 60, 700, 0.6))
    assert "It did not reach 500 within 24 h; it came to 700." in page(replayed({"t": steps})).text


@pytest.mark.parametrize(
    ("last", "hours", "said"),
    [
        pytest.param(300, 30, "It came to 300, inside the interval.", id="inside"),
        pytest.param(100, 30, "It came to 100, outside the interval.", id="below"),
        pytest.param(900, 30, "It came to 900, outside the interval.", id="above"),
        pytest.param(300, 3, "before the 24 h were over, it stood at 300.", id="not known yet"),
        pytest.param(900, 3, "it stood at 900, above the interval already.", id="above already"),
    ],
)
def test_the_forecast_at_the_page_is_held_against_what_came(page, last, hours, said):
    text = page(replayed({"t": (*CALM_TO_PAGE[:2], (60, last, 0.6))}, hours)).text
    assert "At the first page, 240 were expected within 24 h of the post, with an 80 % interval of 160 to 800." in text
    assert said in text


def test_incidents_come_worst_first(page):
    summary = replayed({"watched": ((4, 30, 0.2),), "burning": ((5, 40, 0.9),), "paged": ((6, 30, 0.5),)})
    assert [i.peak for i in incidents_of(summary)] == [Severity.CRITICAL, Severity.PAGE, Severity.WATCH]
    html = page(summary).html
    assert re.findall(r'<article id="\S+" class="(\w+)">', html) == ["critical", "page", "watch"]


def test_praise_and_a_watch_say_that_nobody_was_interrupted(page):
    watched = page(replayed({"t": ((4, 30, 0.2), (9, 60, 0.01))})).text
    assert "Nobody was interrupted: a watch from 09:04, risk 20 % at its highest. It came to 60." in watched
    praise = page(replayed({"t": ((4, 30, 0.2),)}, p_negative=0.1)).text
    assert "Nobody was interrupted: people spread it because they like it. It came to 30." in praise


def test_a_resolved_incident_says_when_it_fell_and_closed(page):
    steps = (*CALM_TO_PAGE, *((60 + 20 * n, 310, 0.01) for n in range(1, 12)))
    text = page(replayed({"t": steps})).text
    assert "Down from page to watch" in text
    assert "Resolved" in text
    assert "Still open" not in text
    assert "Still open at the end." in page(replayed({"t": CALM_TO_PAGE})).text


def test_only_the_fifty_worst_are_shown(page):
    made = page(replayed({f"t{n}": ((4, 30 + n, 0.2),) for n in range(57)}))
    assert made.count("article") == 50
    assert "7 more incidents are not shown" in made.text
    assert "57 incidents" in made.text


def test_a_replay_without_incidents_says_so(page):
    made = page(Summary(events=3, threads=1, scorings=2, first_at=NINE, last_at=NINE + HOUR))
    assert "No incidents." in made.text
    assert made.count("article") == 0


def test_a_replay_without_a_single_good_event_says_why(page):
    summary = Summary(events=3, first_rejection="author: missing")
    summary.rejected.update({"missing_field": 2, "bad_json": 1})
    text = page(summary).text
    assert "Nothing was replayed" in text
    assert "Rejected 3 bad json 1 missing field 2" in text
    assert "The first that was rejected: author: missing" in text


def test_the_page_needs_nothing_from_outside(page):
    made = page(replayed({"t": CALM_TO_PAGE}))
    assert not {"script", "link", "img", "iframe", "object", "image", "use"} & {tag for tag, *_ in made.elements}
    assert set(re.findall(r"url\((.)", made.html)) <= {"#"}
    assert "@import" not in made.html
    assert "default-src 'none'" in made.html
    assert {link[0] for link in made.links if link != "https://x.com/marieke_leest/status/t"} == {"#"}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "</title></style></svg></blockquote><svg onload=alert(1)>",
        "\" onmouseover='alert(1)' x=\"",
        "{{ 7 * 7 }}{% raw %} {# gone #}",
        "&lt;b&gt; &amp; &#60;i&#62;",
        "<!-- <![CDATA[ ]]>",
        "x" * 5000,
    ],
    ids=lambda text: text[:14],
)
def test_foreign_text_stays_text(page, hostile):
    card = {"excerpt": hostile, "author": hostile, "platform": hostile, "checklist": ((hostile, True),)}
    reasons = (Reason("any", 1.0, hostile),)
    made = page(replayed({"t": CALM_TO_PAGE}, brand=hostile, card=card, reasons=reasons))
    plain = page(
        replayed(
            {"t": CALM_TO_PAGE},
            brand="b",
            card=dict.fromkeys(card, "b") | {"checklist": (("b", True),)},
            reasons=(Reason("any", 1.0, "b"),),
        )
    )
    assert made.elements == plain.elements
    assert made.text.count(hostile[:12].strip()) >= 5
    assert "49" not in set(made.words) - set(plain.words)


@pytest.mark.parametrize("invisible", ["\u202e", "\u2066", "\u200b", "\u0000", "\ud800", "\U000e0041"], ids=ascii)
def test_what_nobody_can_see_is_left_out(page, invisible):
    odd = f"sle{invisible}cht"
    card = {
        "excerpt": odd,
        "author": odd,
        "platform": odd,
        "checklist": ((odd, True),),
        "url": f"https://x.nl/{odd}",
    }
    summary = replayed({"t": CALM_TO_PAGE}, brand=odd, card=card, reasons=(Reason("any", 1.0, odd),))
    summary.first_rejection = odd
    made = page(summary)
    assert made.text.count("slecht") >= 7
    assert invisible not in made.html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://[", "", None])
def test_only_web_pages_are_linked(page, url):
    made = page(replayed({"t": CALM_TO_PAGE}, card={"url": url}))
    assert {link[0] for link in made.links} == {"#"}


def test_a_link_arrives_as_it_was(page):
    made = page(replayed({"t": CALM_TO_PAGE}, card={"url": 'https://x.com/a?b=1&copy=2"><b'}))
    assert "https://x.com/a?b=1&copy=2%22%3E%3Cb" in made.links


def test_the_same_replay_gives_the_same_bytes_wherever_it_is_run(tmp_path, monkeypatch):
    written = []
    for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        path = tmp_path / f"{len(written)}.html"
        summary = replayed({"t": CALM_TO_PAGE, "u": ((4, 30, 0.2),)})
        summary.rejected.update(sorted({"a": 1, "b": 1}, reverse=len(written) % 2 == 0))
        write_report(path, summary)
        written.append(path.read_bytes())
    monkeypatch.undo()
    time.tzset()
    assert len(set(written)) == 1


steps = st.lists(
    st.tuples(st.floats(0, 30_000), st.integers(0, 2_000_000), st.floats(0.0, 1.0)), min_size=1, max_size=40
).map(sorted)


@given(steps=steps, curve=st.lists(st.integers(0, 10**6), max_size=24), times=st.floats(0, 1e4))
def test_every_drawing_stays_on_its_canvas_and_never_falls(steps, curve, times):
    forecast = Forecast(expected=times * 2, low=times, high=times * 9, horizon_s=24 * HOUR)
    summary = replayed({"t": steps}, card={"spread_curve": tuple(curve)}, forecast=forecast)
    for incident in incidents_of(summary):
        assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(incident.course))
        chart = chart_of(incident)
        if chart is None:
            assert incident.final < 10
            continue
        for path in (chart.curve, chart.risk):
            places = [tuple(map(float, point.split())) for point in path[1:].split("L")]
            assert all(0 <= x <= WIDTH and 0 <= y <= chart.height for x, y in places)
        spread = [float(point.split()[1]) for point in chart.curve[1:].split("L")]
        assert spread == sorted(spread, reverse=True)
        assert all(chart.left <= pin.x <= chart.right for pin in chart.pins)
        assert len(chart.pins) == len(incident.interruptions)


def test_pins_close_together_do_not_cover_each_other():
    (incident,) = incidents_of(replayed({"t": ((4, 30, 0.15), (20, 80, 0.5), (20.5, 90, 0.9), (300, 400, 0.9))}))
    first, second = chart_of(incident).pins
    assert second.x - first.x < 5
    assert second.head_x - first.head_x > 20


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        pytest.param(CALM_TO_PAGE, "40 min of warning before a thread went viral", id="warned"),
        pytest.param(((4, 260, 0.5),), "1 too late", id="too late"),
        pytest.param(((4, 260, 0.2),), "1 went viral and was only watched", id="watched"),
    ],
)
def test_the_head_says_how_well_people_were_warned(page, steps, said):
    assert said in page(replayed({"t": steps}, viral_spread=250)).text


def test_a_chart_marks_each_interruption_where_it_was(page):
    steps = ((4, 30, 0.15), (20, 80, 0.5), (60, 300, 0.9), (100, 320, 0.9))
    (incident,) = incidents_of(replayed({"t": steps}))
    chart = chart_of(incident)
    first, second = chart.pins
    assert (first.severity, second.severity) == (Severity.PAGE, Severity.CRITICAL)
    assert (second.x - chart.left) / (first.x - chart.left) == pytest.approx(60 / 20, rel=0.01)
    assert (chart.floor - second.y) / (chart.floor - first.y) == pytest.approx(300 / 80, rel=0.01)
    assert page(replayed({"t": steps})).count("figure") == 2


class Indignant:
    """Reads anger in every text."""

    base_rates = (0.5, 0.2)

    def read(self, texts, langs):
        return [Read() for _ in texts]


class Read(msgspec.Struct):
    negative: float = 0.95
    positive: float = 0.02


def shared(thread, count):
    author = {"id": "a", "handle": "marieke", "followers": 9000}
    yield {"id": thread, "kind": "post", "created_at": NINE, "text": "Schandalig", "author": author}
    for n in range(count):
        author = {"id": f"{thread}{n}", "followers": 300}
        yield {
            "id": f"{thread}-{n}",
            "kind": "share",
            "created_at": NINE + 6.0 * n,
            "parent_id": thread,
            "author": author,
        }


def test_a_replay_keeps_the_course_of_the_threads_that_people_were_told_about(page):
    run = Replay(Models(Forecaster.load(), Indignant()), Desk())
    events = [
        {**event, "thread_id": thread, "platform": "x", "brand": "b"}
        for thread, count in (("wild", 620), ("tame", 1))
        for event in shared(thread, count)
    ]
    events.sort(key=lambda event: event["created_at"])
    scored = [*run.feed([msgspec.json.encode(event) for event in events], NINE), *run.finish()]
    course = run.summary.courses["b", "wild"]
    opened = next(n.alert.at for n in run.summary.alerts if n.alert.thread_id == "wild")
    assert [(p.at, p.shares, p.risk) for p in course] == [
        (s.at, s.shares, s.risk) for s, _ in scored if s.thread_id == "wild" and s.at >= opened
    ]
    assert set(run.summary.courses) == {("b", n.alert.thread_id) for n in run.summary.alerts}
    assert run.summary.viral_spread == {"b": 500}
    assert "before it passed 500. It came to 620." in page(run.summary).text
