"""What the page's server tells, and whom it turns away."""

import re

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from standin_clients import BUTTONS, app, client

from alerts.standin.server import CHANNEL, TOKEN


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


async def got(session, slack, path="", **headers):
    async with session.get(slack.page_url + path, headers=headers, allow_redirects=False) as answer:
        return answer, await answer.read()


async def key_of(session, slack):
    return re.search(r'data-key="([^"]+)"', (await got(session, slack))[1].decode())[1]


async def posting(session, slack, path, given, **changes):
    origin = slack.page_url.rstrip("/")
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin", "X-Stand-In": await key_of(session, slack), **changes}
    kept = {name: value for name, value in headers.items() if value is not None}
    async with session.post(slack.page_url + path, json=given, headers=kept) as answer:
        return answer.status, await answer.text()


async def posted(slack):
    ts = (await client(slack).chat_postMessage(channel=CHANNEL, text="x", blocks=BUTTONS))["ts"]
    return {"channel": CHANNEL, "user": "U0ANNA", "ts": ts, "block": "i1:7:ah"} | RESOLVE


RESOLVE = {"action": "do_resolve", "value": "resolve"}


async def test_the_page_itself_may_press(slack, session):
    async with app(slack) as bot:
        assert await posting(session, slack, "press", await posted(slack)) == (200, '{"warning": null}')
    assert len(bot.told) == 1


FOREIGN = {
    "no origin": {"Origin": None},
    "another origin": {"Origin": "http://evil.example"},
    "a page from a file": {"Origin": "null"},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "no key": {"X-Stand-In": None},
    "another key": {"X-Stand-In": "guess"},
    "another name": {"Host": "evil.example", "Origin": "http://evil.example"},
}


@pytest.mark.parametrize("path", ["press", "command"])
@pytest.mark.parametrize("changes", FOREIGN.values(), ids=FOREIGN.keys())
async def test_nobody_else_may(slack, session, path, changes):
    given = await posted(slack)
    async with app(slack) as bot:
        assert (await posting(session, slack, path, {**given, "text": "/brandmelder"}, **changes))[0] == 403
    assert bot.told == []


@pytest.mark.parametrize("path", ["", "entries", "events", "page.js", "files/F00000000", f"archives/{CHANNEL}/p1"])
async def test_by_another_name_there_is_nothing_to_see(slack, session, path):
    assert (await got(session, slack, path, Host="evil.example"))[0].status == 403


@pytest.mark.parametrize(
    "changes",
    [{"ts": "1.2"}, {"block": "b"}, {"action": "a"}, {"value": "v"}, {"user": "U404"}, {"channel": "C404"}, {"ts": []}],
    ids=lambda changes: next(iter(changes)),
)
async def test_only_what_is_there_can_be_pressed(slack, session, changes):
    async with app(slack) as bot:
        given = {**await posted(slack), **changes}
        assert await posting(session, slack, "press", given) == (400, "That is not there any more.")
    assert bot.told == []


async def test_buttons_for_somebody_else_cannot_be_pressed(slack, session):
    await client(slack).chat_postEphemeral(channel=CHANNEL, user="U0BRAM", text="x", blocks=BUTTONS)
    given = {**await posted(slack), "ts": slack.ephemerals("U0BRAM")[0].ts}
    async with app(slack) as bot:
        assert (await posting(session, slack, "press", given))[0] == 400
        assert (await posting(session, slack, "press", {**given, "user": "U0BRAM"}))[0] == 200
    assert len(bot.told) == 1


async def test_only_commands_are_heard(slack, session):
    given = {"channel": CHANNEL, "user": "U0ANNA", "text": "hello"}
    status, text = await posting(session, slack, "command", given)
    assert (status, "/brandmelder" in text) == (400, True)
    assert slack.messages == []


async def news(session, slack, after, user="U0ANNA"):
    query = f"entries?channel={CHANNEL}&user={user}&after={after}"
    async with session.get(slack.page_url + query) as answer:
        return await answer.json()


async def test_news_is_what_changed_and_all_once_something_is_gone(slack, session):
    web = client(slack)
    first, second = [(await web.chat_postMessage(channel=CHANNEL, text=text))["ts"] for text in ("one", "two")]
    seen = await news(session, slack, 0)
    assert len(seen["entries"]) == len(seen["ids"]) == 2
    assert (await news(session, slack, seen["version"]))["entries"] == []
    await web.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=first)
    seen = await news(session, slack, seen["version"])
    assert [entry["id"] for entry in seen["entries"]] == [seen["ids"][0]]
    assert "reply" in seen["entries"][0]["html"]
    await web.chat_delete(channel=CHANNEL, ts=first)
    seen = await news(session, slack, seen["version"])
    assert [entry["id"] for entry in seen["entries"]] == seen["ids"] == [f"{CHANNEL}-p{second.replace('.', '')}"]


async def test_news_for_one_is_none_for_another(slack, session):
    await client(slack).chat_postEphemeral(channel=CHANNEL, user="U0BRAM", text="psst")
    assert (await news(session, slack, 0, "U0ANNA"))["entries"] == []
    assert "psst" in (await news(session, slack, 0, "U0BRAM"))["entries"][0]["html"]


async def test_a_page_holds_the_newest_messages(slack, session):
    web = client(slack)
    for n in range(201):
        await web.chat_postMessage(channel=CHANNEL, text=f"message-{n}.")
    html = (await got(session, slack))[1].decode()
    assert "message-0." not in html
    assert "message-1." in html
    assert "Only the newest messages are shown" in html


async def test_pictures_are_shown_and_other_files_only_kept(slack, session):
    web = AsyncWebClient(TOKEN, base_url=slack.api_url)
    await web.files_upload_v2(filename="a.html", content="<script>", channel=CHANNEL)
    await web.files_upload_v2(filename="a.png", content=b"png", channel=CHANNEL)
    await web.files_getUploadURLExternal(filename="b.png", length=1)
    page, picture, unfinished = [(await got(session, slack, f"files/F0000000{n}"))[0] for n in range(3)]
    assert (page.content_type, page.headers["Content-Disposition"]) == ("application/octet-stream", "attachment")
    assert (picture.content_type, picture.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert unfinished.status == 404
    html = (await got(session, slack))[1].decode()
    assert '<img src="/files/F00000001"' in html
    assert '<a href="/files/F00000000">a.html</a>' in html


async def test_pictures_from_elsewhere_are_named_not_loaded(slack, session):
    elsewhere = [{"type": "image", "image_url": "https://x.nl/a.png", "alt_text": "a cat"}]
    script = [{"type": "image", "image_url": "javascript:alert(1)", "alt_text": "a dog"}]
    await client(slack).chat_postMessage(channel=CHANNEL, text="x", blocks=elsewhere + script)
    html = (await got(session, slack))[1].decode()
    assert "<img" not in html
    assert 'href="https://x.nl/a.png"' in html
    assert "a dog" in html
    assert "javascript:" not in html


async def test_a_permalink_leads_to_its_message(slack, session):
    given = await posted(slack)
    link = (await client(slack).chat_getPermalink(channel=CHANNEL, message_ts=given["ts"]))["permalink"]
    answer, _ = await got(session, slack, link.removeprefix(slack.page_url))
    anchor = answer.headers["Location"].partition("#")[2]
    assert f'id="{anchor}"' in (await got(session, slack))[1].decode()
    assert (await got(session, slack, "archives/C404/p1"))[0].status == 404
    assert (await got(session, slack, f"archives/{CHANNEL}/x"))[0].status == 404
