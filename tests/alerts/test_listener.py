import asyncio
import logging
import time
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from board_samples import NOW, ZONE, Roster, incident

from alerts.click import Click, Silence
from alerts.overview.board import Board
from alerts.severity import Severity
from alerts.slack.client import slack_client
from alerts.slack.hearing.answering import Answerer
from alerts.slack.hearing.listener import SlackListener
from alerts.slack.message.buttons import buttons
from alerts.standin import StandIn
from alerts.standin.server import APP_TOKEN, CHANNEL, TOKEN

PAGE = incident(severity=Severity.PAGE)
PEOPLE = {"U0ANNA": "anna", "U0BRAM": "bram"}


class Desk:
    """A listener on a stand-in, and what came of what it heard."""

    def __init__(self, slack, listener, recorded, heard):
        self.slack, self.listener, self.recorded, self.heard = slack, listener, recorded, heard

    async def message(self, entry=PAGE):
        web = slack_client(TOKEN, self.slack.api_url)
        await web.chat_postMessage(channel=CHANNEL, text="page", blocks=[buttons(entry).to_dict()])
        return self.slack.messages[-1]

    def told(self, user="U0ANNA"):
        return [message.text for message in self.slack.ephemerals(user)]


async def until(true, seconds=10.0):
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 -- what happens in Slack rings no bell
            await asyncio.sleep(0.01)


@asynccontextmanager
async def desk(slack, *, publish=None, app_token=APP_TOKEN, connects=True):
    recorded, heard = [], []

    async def record(command):
        recorded.append(command)

    board = Board()
    board.put(PAGE.incident_id, PAGE)
    listener = SlackListener(
        app_token,
        slack_client(TOKEN, slack.api_url),
        allow=PEOPLE.get,
        publish=publish or record,
        answer=Answerer(board, Roster(), ZONE),
        clock=lambda: NOW,
        count=heard.append,
        allowed=["<@U0ANNA>", "<@U0BRAM>"],
        ping_s=0.2,
    )
    async with listener:
        if connects:
            await until(lambda: listener.connected)
        yield Desk(slack, listener, recorded, heard)


async def test_a_press_is_acknowledged_and_recorded_under_the_persons_name(slack):
    async with desk(slack) as at:
        pressed = await at.slack.press(await at.message(), "acknowledge", user="U0BRAM")
        await until(lambda: at.recorded)
    assert pressed.warning is None
    (click,) = at.recorded
    assert click == Click("Albert Heijn", PAGE.incident_id, "acknowledge", "bram", NOW, click.id)
    assert click.id
    assert at.heard == ["click"]
    assert at.told("U0BRAM") == []


async def test_what_is_chosen_from_the_menu_is_a_press_too_and_each_has_an_id_of_its_own(slack):
    async with desk(slack) as at:
        message = await at.message()
        for action in ("snooze_morning", "false_alarm", "false_alarm"):
            await at.slack.press(message, action)
        await until(lambda: len(at.recorded) == 3)
    assert [click.action for click in at.recorded] == ["snooze_morning", "false_alarm", "false_alarm"]
    assert len({click.id for click in at.recorded}) == 3


async def test_it_acknowledges_at_once_however_long_recording_takes_and_finishes_before_it_stops(slack):
    recorded = []

    async def slowly(command):
        await asyncio.sleep(1.0)
        recorded.append(command)

    async with desk(slack, publish=slowly) as at:
        pressed = await at.slack.press(await at.message(), "resolve")
        assert pressed.acked_after_s < 0.5
        assert recorded == []
    assert len(recorded) == 1


@pytest.mark.parametrize("how", ["press", "silence"])
async def test_who_did_something_hears_that_it_was_not_recorded(slack, how):
    async def broken(_):
        raise RuntimeError("no broker, and a secret that belongs in no log")

    async with desk(slack, publish=broken) as at:
        if how == "press":
            await at.slack.press(await at.message(), "resolve")
        else:
            await at.slack.command("/brandmelder", "silence Albert Heijn 2h strike")
        await until(at.told)
    assert "not recorded" in at.told()[0]
    assert "unrecorded" in at.heard
    assert "click" not in at.heard


@pytest.mark.parametrize("how", ["press", "command"])
async def test_a_guest_hears_who_may(slack, how):
    async with desk(slack) as at:
        if how == "press":
            await at.slack.press(await at.message(), "resolve", user="U0GUEST")
        else:
            await at.slack.command("/brandmelder", "status", user="U0GUEST")
        await until(lambda: at.told("U0GUEST"))
    assert "<@U0ANNA>, <@U0BRAM>" in at.told("U0GUEST")[0]
    assert at.recorded == []
    assert at.heard == ["refused"]


async def test_a_press_on_an_older_message_counts(slack):
    async with desk(slack) as at:
        await at.slack.press(await at.message(incident(severity=Severity.PAGE, revision=1)), "acknowledge")
        await until(lambda: at.recorded)
    assert at.recorded[0].incident_id == PAGE.incident_id


async def test_what_is_for_another_app_is_acknowledged_and_counted():
    async with StandIn(commands=("/brandmelder", "/other")) as slack, desk(slack) as at:
        theirs = {"type": "button", "action_id": "do", "text": {"type": "plain_text", "text": "Do"}, "value": "resolve"}
        await slack_client(TOKEN, slack.api_url).chat_postMessage(
            channel=CHANNEL, text="x", blocks=[{"type": "actions", "block_id": "theirs", "elements": [theirs]}]
        )
        assert (await slack.press(slack.messages[-1], "resolve")).warning is None
        assert (await slack.command("/other", "status")).warning is None
    assert at.heard == ["foreign", "foreign"]
    assert at.recorded == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "What you can ask", id="nothing"),
        pytest.param("help", "What you can ask", id="help"),
        pytest.param("status", "1 active incident", id="status"),
        pytest.param("status albert heijn", "1 active incident", id="status of a brand"),
        pytest.param("digest", "So far", id="digest"),
        pytest.param("who", "Who is on call", id="who"),
        pytest.param("status zigo", "brand is “zigo”; allowed", id="a mistake"),
    ],
)
async def test_a_command_is_answered_in_the_acknowledgement(slack, text, said):
    async with desk(slack) as at:
        done = await at.slack.command("/brandmelder", text)
    assert said in done.response["text"]
    assert done.response["response_type"] == "ephemeral"
    assert at.heard == ["command"]
    assert len(at.told()) == 1


async def test_a_silence_is_confirmed_once_it_is_recorded(slack):
    async with desk(slack) as at:
        done = await at.slack.command("/brandmelder", "silence albert heijn 2h strike, press knows")
        await until(at.told)
        await at.slack.command("/brandmelder", "unsilence albert heijn")
        await until(lambda: len(at.told()) == 2)
    assert done.response is None
    begun, ended = at.recorded
    assert begun == Silence("Albert Heijn", "anna", NOW, NOW + 7200, "strike, press knows", begun.id)
    assert ended == Silence("Albert Heijn", "anna", NOW, NOW, "", ended.id)
    assert begun.id != ended.id
    assert at.told() == ["Noted for Albert Heijn"] * 2


async def test_it_comes_back_when_the_connection_is_lost(slack):
    async with desk(slack) as at:
        message = await at.message()
        for lose in (slack.cut, lambda: asyncio.ensure_future(slack.disconnect())):
            lose()
            await asyncio.sleep(0.1)
            await until(lambda: slack.connections == 1)
            await until(lambda: at.listener.connected)
            before = len(at.recorded)
            assert (await slack.press(message, "acknowledge")).warning is None
            await until(lambda before=before: len(at.recorded) == before + 1)
    assert not at.listener.connected


async def test_it_keeps_asking_for_an_address_until_slack_is_there():
    async with StandIn() as slack:
        slack.fail("apps.connections.open", "internal_error", times=2)
        async with desk(slack, connects=False) as at:
            assert not at.listener.connected
            await until(lambda: at.listener.connected)


async def test_an_address_that_leads_nowhere_is_not_tried_for_ever(slack):
    async with at_first_misled(slack) as api_url:
        listener = SlackListener(
            APP_TOKEN,
            slack_client(TOKEN, api_url),
            allow=PEOPLE.get,
            publish=None,
            answer=None,
            clock=time.time,
            ping_s=0.1,
        )
        async with listener:
            await until(lambda: slack.connections == 1)


@asynccontextmanager
async def at_first_misled(slack):
    """A Web API that gives an address whose ticket is used up, and from then on those of the stand-in."""
    given = []

    async def opened(_):
        answer = await slack_client(TOKEN, slack.api_url).apps_connections_open(app_token=APP_TOKEN)
        given.append(answer["url"] if given else answer["url"].replace("ticket=", "ticket=used"))
        return web.json_response({"ok": True, "url": given[-1]})

    app = web.Application()
    app.router.add_post("/api/apps.connections.open", opened)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()


async def test_a_token_that_opens_nothing_is_named_once_and_never_written(slack, caplog):
    with caplog.at_level(logging.DEBUG):
        async with desk(slack, app_token="xapp-wrong", connects=False) as at:
            await until(lambda: "invalid_auth" in caplog.text)
            await asyncio.sleep(0.5)
            assert not at.listener.connected
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("alerts.slack")]
    assert ours.count("Slack's client: invalid_auth") == 1
    assert "xapp-wrong" not in caplog.text


async def test_no_word_of_what_is_typed_or_pressed_is_logged(slack, caplog):
    with caplog.at_level(logging.DEBUG):
        async with desk(slack) as at:
            await at.slack.press(await at.message(), "acknowledge")
            await at.slack.command("/brandmelder", "silence Albert Heijn 2h geheim")
            await until(at.told)
    assert at.recorded
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("alerts", "slack")))
    for secret in ("geheim", "U0ANNA", "ticket", APP_TOKEN, "response/"):
        assert secret not in ours
