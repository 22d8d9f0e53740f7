"""`brandmelder check`: each part in words, whatever is wrong with the others, and no token anywhere."""

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from alerts.standin.server import TOKEN, StandIn
from scoring.resources import MODELS
from streams.checkup.desk import describe
from streams.checkup.slack import SlackRefusal, bot, buttons
from streams.cli import main
from streams.desk import SlackSettings, load_desk

DESKS = Path(__file__).parent / "desks"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
APP_TOKEN = "xapp-stand-in"


def words(name, at):
    path = DESKS / "good" / f"{name}.toml" if name else None
    now = datetime.fromisoformat(at).replace(tzinfo=AMSTERDAM).timestamp()
    heading, told = "", {}
    for fact in describe(load_desk(path), path, now):
        heading = fact.heading or heading
        told.setdefault(heading, []).append(fact.words)
    return {heading: "\n".join(lines) for heading, lines in told.items()}


def test_a_desk_says_who_is_on_call_now_and_next():
    told = words("round-the-clock", "2026-06-01T12:00")
    assert told["on call now"] == (
        "day, until 23:00 (Europe/Amsterdam): Anna de Wit, after 10 min bram, after 20 min whoever is in the channel"
    )
    assert told["next"] == (
        "night, from 23:00: bram. When critical: bram and Anna de Wit, after 2.5 min everybody in the channel"
    )
    assert told["buttons"] == "for Anna de Wit and bram"


def test_a_date_stands_with_what_is_not_today():
    assert words("round-the-clock", "2026-06-01T23:30")["on call now"].startswith("night, until Tue 2 Jun 07:00")


def test_a_desk_says_what_waits_and_until_when():
    told = words("campaigns-and-quiet-hours", "2026-11-25T23:00")
    assert told["quiet hours"] == (
        "22:00 to 07:00 from mon, tue, wed, thu and sun; pages below critical wait until Thu 26 Nov 07:00"
    )
    assert told["campaigns"] == "Black Friday, Fri 27 Nov 00:00 to Sat 28 Nov 00:00, kpn: half price (marketing)"


def test_a_desk_says_what_its_brands_are_like():
    told = words("accounts-with-roles", "2026-06-01T12:00")
    assert told["brands"] == (
        "xs4all: viral at 500 within 24 h; a first answer within 2 h; in nl and en; "
        "on x xs4all (corporate), xs4all_care (care), xs4all_storing (outages); on facebook xs4all\n"
        "freedom: viral at 500 within 24 h; a first answer within 2 h; in nl and en; on mastodon xs4all (care)"
    )


def test_many_brands_are_counted(tmp_path):
    path = tmp_path / "desk.toml"
    path.write_text("".join(f"[brands.b{number}]\n" for number in range(15)))
    told = [fact.words for fact in describe(load_desk(path), path, 0.0)]
    assert "and 3 more" in told
    assert sum("viral at" in line for line in told) == 12


def test_a_budget_says_how_it_is_kept():
    assert words("all-switched-off", "2026-06-01T12:00")["page budget"] == (
        "0 pages per shift and brand, by raising their threshold from 0.35 to 0.35 at most"
    )


def test_the_default_desk_in_words():
    assert words(None, "2026-06-01T12:00") == {
        "": "no desk file, so all is the default",
        "brands": "none listed, every brand gets the default profile",
        "channel": "#webcare, with charts and a digest per shift",
        "buttons": "for anyone in the channel",
        "on call now": "day, until Tue 2 Jun 08:00 (Europe/Amsterdam): a page calls whoever is in the channel, once",
        "quiet hours": "none",
        "page budget": "none",
    }


@asynccontextmanager
async def slack(scopes=None, socket=None, raw=None):
    """A server that answers as Slack does: with the token's scopes in a header, and for Socket Mode."""

    async def answer(request):
        if raw is not None:
            return web.Response(text=raw, content_type="application/json")
        if request.match_info["method"] == "apps.connections.open":
            assert request.headers["Authorization"] == f"Bearer {APP_TOKEN}"
            return web.json_response(socket)
        headers = {} if scopes is None else {"x-oauth-scopes": scopes}
        return web.json_response({"ok": True, "user": "brandmelder", "team": "Desk"}, headers=headers)

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("channel", "scopes", "charts", "said"),
    [
        pytest.param(
            "#webcare",
            "chat:write,channels:history,channels:read,files:write",
            True,
            "and upload charts",
            id="all of them",
        ),
        pytest.param(
            "C012ABCDEF", "chat:write, groups:history", False, "it may post, read its channel", id="the least"
        ),
        pytest.param("C012ABCDEF", None, True, "does not say what it may do", id="Slack is silent"),
    ],
)
async def test_a_bot_that_may_do_all_it_must_is_well(channel, scopes, charts, said):
    async with slack(scopes) as url:
        (fact,) = await bot(TOKEN, url, SlackSettings(channel, charts=charts))
    assert fact.words.startswith("brandmelder in Desk; ")
    assert fact.words.endswith(said)


@pytest.mark.parametrize(
    ("channel", "scopes", "charts", "missing"),
    [
        pytest.param("#webcare", "chat:write,channels:history", False, "(to find #webcare, or set", id="the channel"),
        pytest.param(
            "C012ABCDEF", "chat:write,channels:history", True, "it lacks files:write (for charts,", id="charts"
        ),
        pytest.param(
            "C012ABCDEF", "chat:write,files:write", True, "it lacks channels:history or groups:history", id="history"
        ),
        pytest.param("C012ABCDEF", "groups:history", False, "it lacks chat:write (to post).", id="posting"),
        pytest.param("C012ABCDEF", "", False, "it lacks chat:write (to post); channels:history", id="everything"),
    ],
)
async def test_a_bot_that_lacks_a_scope_is_not(channel, scopes, charts, missing):
    async with slack(scopes) as url:
        with pytest.raises(SlackRefusal) as refused:
            await bot(TOKEN, url, SlackSettings(channel, charts=charts))
    assert missing in str(refused.value)


async def test_the_stand_in_lets_the_bot_in():
    async with StandIn() as stand_in:
        (fact,) = await bot(TOKEN, stand_in.api_url, SlackSettings())
    assert fact.words.startswith("brandmelder in Stand-in; ")


async def test_a_wrong_token_is_named_and_not_shown():
    async with StandIn() as stand_in:
        with pytest.raises(SlackRefusal) as refused:
            await bot("xoxb-wrong", stand_in.api_url, SlackSettings())
    assert str(refused.value) == "SLACK_BOT_TOKEN: Slack answers invalid_auth, the token is not one that Slack knows"


async def test_the_app_token_opens_a_socket():
    async with slack(socket={"ok": True, "url": "wss://127.0.0.1/?ticket=secret"}) as url:
        (fact,) = await buttons(APP_TOKEN, url)
    assert fact.words == "Slack opens a socket for them"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(
            {"ok": False, "error": "not_allowed_token_type"}, "begins with xoxb, the app's with xapp", id="kind"
        ),
        pytest.param({"ok": False, "error": "something_new"}, "Slack answers something_new", id="unknown"),
        pytest.param({"ok": False}, "does not answer as Slack does", id="nothing said"),
    ],
)
async def test_an_app_token_that_opens_none_is_not_well(answer, said):
    async with slack(socket=answer) as url:
        with pytest.raises(SlackRefusal) as refused:
            await buttons(APP_TOKEN, url)
    assert str(refused.value).endswith(said)


async def test_what_is_no_slack_is_told_apart():
    async with slack(raw="<html>") as url:
        with pytest.raises(SlackRefusal, match="does not answer as Slack does"):
            await bot(TOKEN, url, SlackSettings())


async def check(monkeypatch, capsys, *arguments, **environment):
    """Run the command as a user would; return its exit code and all that it printed."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL", "BRANDMELDER_DESK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.argv", ["brandmelder", "check", *map(str, arguments)])
    code = 0
    try:
        await asyncio.to_thread(main)
    except SystemExit as ended:
        code = ended.code
    printed = capsys.readouterr()
    return code, printed.out + printed.err


async def test_a_check_goes_on_after_what_is_wrong_and_fails_in_the_end(monkeypatch, capsys):
    async with StandIn() as stand_in:
        code, printed = await check(
            monkeypatch,
            capsys,
            *("--desk", DESKS / "bad" / "call-of-a-stranger.toml", "--bootstrap", "nowhere", "--models", MODELS),
            SLACK_BOT_TOKEN=TOKEN,
            SLACK_API_URL=stand_in.api_url,
        )
    marks = {line.split()[1]: line[0] for line in printed.splitlines() if line[:1] in "✓✗–" and line.strip()}
    assert marks == {"Desk": "✗", "Privacy": "✓", "Models": "✓", "Kafka": "✗", "Slack": "✓", "Buttons": "–"}
    assert "oncall.shifts[1].page[1].who[1] is 'bram'" in printed
    assert code == 2
    assert printed.splitlines()[-1] == "brandmelder: not everything is well: Desk, Kafka"


async def test_a_check_never_prints_a_token(monkeypatch, capsys, tmp_path):
    desk = tmp_path / "desk.toml"
    desk.write_text('[slack]\ntoken = "xoxb-in-the-file"\n')
    _, printed = await check(
        monkeypatch,
        capsys,
        *("--desk", desk, "--bootstrap", "nowhere", "--models", tmp_path),
        SLACK_BOT_TOKEN="xoxb-secret\n1",
        SLACK_APP_TOKEN="xapp-secret",
        SLACK_API_URL="http://127.0.0.1:9/api/",
    )
    assert "slack.token" in printed
    assert "secret" not in printed
    assert "in-the-file" not in printed


KEY = "BRANDMELDER_PSEUDONYM_KEY"


@pytest.mark.parametrize(
    ("key", "mark", "said"),
    [
        ("", "✓", f"authors are kept under the names that the mentions give them: {KEY} is not set"),
        (None, "✓", f"authors are kept under the names that the mentions give them: {KEY} is not set"),
        ("k" * 32, "✓", "authors are kept under pseudonyms"),
        ("guess it", "✗", f"{KEY} has 8 characters; allowed is a secret of 32 or more"),
    ],
    ids=["empty", "none", "good", "too short"],
)
async def test_a_check_says_how_people_are_named_and_never_by_which_key(monkeypatch, capsys, tmp_path, key, mark, said):
    desk = tmp_path / "desk.toml"
    desk.write_text("[privacy]\ntext_days = 2.5\n")
    monkeypatch.delenv(KEY, raising=False)
    environment = {} if key is None else {KEY: key}
    _, printed = await check(
        monkeypatch, capsys, *("--desk", desk, "--bootstrap", "nowhere", "--models", tmp_path), **environment
    )
    (line,) = [line for line in printed.splitlines() if " Privacy " in line]
    assert (line[0], said in line) == (mark, True)
    assert not key or key not in printed
    assert ("kept until 2.5 days after an incident is over" in printed) is (mark == "✓")
