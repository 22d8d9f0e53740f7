import io

from rich.console import Console

from alerts.severity import Severity
from alerts.standin.server import USERS
from streams.demo.play import DESK, START
from streams.demo.screen import Screen, called, readable
from streams.desk import load_desk


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def message(summary, *blocks, **more):
    payload = {"incident_id": "abc", "revision": 1}
    return {"text": summary, "blocks": [*blocks], "metadata": {"event_payload": payload}, **more}


HEADER = {"type": "header", "text": {"type": "plain_text", "text": "🔴 PAGE · acme"}}
BUTTONS = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Acknowledge"}}]}


def shown(*calls):
    console = Console(file=io.StringIO(), width=120)
    screen = Screen(console, "http://127.0.0.1:1/")
    screen.show(list(calls))
    return screen, console.file.getvalue()


def test_the_desk_of_the_demo_calls_people_that_its_slack_knows():
    desk = load_desk(DESK)
    assert set(desk.calendar.slack_ids.values()) <= set(USERS)
    assert [step.who for step in desk.calendar.chain(START, Severity.PAGE)] == [("anna",), ("bram",), ("here",)]


def test_a_new_message_is_shown_whole_with_who_is_called_and_an_invitation():
    page = message("🔴 PAGE · acme · “hoi”", HEADER, section("<@U0ANNA> please take this one."), BUTTONS)
    screen, text = shown(("chat.postMessage", page), ("conversations.history", {}))
    assert "PAGE · acme" in text
    assert "@Anna de Wit please take this one." in text
    assert "[Acknowledge]" in text
    assert "Nobody has to press anything" in text
    assert screen.incidents == {"abc"}


def test_an_edit_is_a_line_and_what_somebody_did_is_named():
    page = message("🔴 PAGE · acme", HEADER, section("hoi"))
    edited = message("🔴 PAGE · acme", HEADER, section("👤 *Anna has this* since 12:00."))
    _, text = shown(("chat.postMessage", page), ("chat.update", page), ("chat.update", edited))
    assert "edited" in text
    assert "Anna has this since 12:00." in text


def test_an_interruption_names_whom_it_calls():
    ping = message("🔴 PAGE · acme", section("<@U0BRAM> 🔴 *PAGE* · acme · Can you take it?"), thread_ts="1.0")
    _, text = shown(("chat.postMessage", ping))
    assert "↳ @Bram Visser 🔴 PAGE · acme · Can you take it?" in text


def test_foreign_text_is_no_markup_of_the_terminal():
    page = message("🔴 PAGE · acme", HEADER, section("[bold]niet vet[/bold] &lt;b&gt;"))
    _, text = shown(("chat.postMessage", page))
    assert "[bold]niet vet[/bold] <b>" in text


def test_slacks_markup_becomes_plain_text():
    assert readable("*a* <https://x.example|there> <!date^1^{time}|12:00> <!channel>") == "a there 12:00 @channel"
    assert called([section("<@U0ANNA> <!here>"), BUTTONS]) == ["Anna de Wit", "here"]
