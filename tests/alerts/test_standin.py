from datetime import UTC

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from alerts.standin import Pace, StandIn
from alerts.standin.mrkdwn import Reader, to_html
from alerts.standin.server import CHANNEL, TOKEN

NOW = 1_700_000_000.0
READER = Reader(NOW, UTC, {"U0ANNA": "Anna <de> Wit"}, "U0ANNA")


def client(slack, token=TOKEN):
    return AsyncWebClient(token, base_url=slack.api_url)


async def refusal(awaitable):
    with pytest.raises(SlackApiError) as caught:
        await awaitable
    return caught.value.response["error"]


async def test_it_knows_who_asks(slack):
    assert (await client(slack).auth_test())["user"] == "brandmelder"
    assert await refusal(client(slack, "xoxb-other").auth_test()) == "invalid_auth"
    assert await refusal(client(slack, None).auth_test()) == "not_authed"
    assert await refusal(client(slack).api_call("no.such")) == "unknown_method"
    assert slack.messages == []


async def test_a_message_can_be_posted_edited_and_found_again(slack):
    web = client(slack)
    metadata = {"event_type": "any", "event_payload": {"n": 1}}
    posted = await web.chat_postMessage(channel=CHANNEL, text="one", metadata=metadata)
    await web.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=posted["ts"])
    await web.chat_postMessage(channel=CHANNEL, text="loud reply", thread_ts=posted["ts"], reply_broadcast=True)
    await web.chat_update(channel=CHANNEL, ts=posted["ts"], text="two")
    plain = (await web.conversations_history(channel=CHANNEL))["messages"]
    assert [message["text"] for message in plain] == ["loud reply", "two"]
    assert "edited" in plain[1]
    assert "metadata" not in plain[1]
    told = (await web.conversations_history(channel=CHANNEL, include_all_metadata=True))["messages"]
    assert told[1]["metadata"] == metadata


async def test_history_comes_in_pages_newest_first(slack):
    web = client(slack)
    stamps = [(await web.chat_postMessage(channel=CHANNEL, text=str(n)))["ts"] for n in range(5)]
    seen = []
    async for page in await web.conversations_history(channel=CHANNEL, limit=2):
        seen += [message["text"] for message in page["messages"]]
    assert seen == ["4", "3", "2", "1", "0"]
    between = await web.conversations_history(channel=CHANNEL, oldest=stamps[1], latest=stamps[3])
    assert [message["text"] for message in between["messages"]] == ["2"]
    within = await web.conversations_history(channel=CHANNEL, oldest=stamps[1], latest=stamps[3], inclusive=True)
    assert [message["text"] for message in within["messages"]] == ["3", "2", "1"]


async def test_form_bodies_work_as_json_ones_do(slack):
    form = {"token": TOKEN, "channel": CHANNEL, "text": "hi", "blocks": '[{"type": "divider"}]'}
    async with aiohttp.ClientSession() as session:
        async with session.post(slack.api_url + "chat.postMessage", data=form) as answer:
            assert (await answer.json())["ok"]
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        async with session.post(slack.api_url + "chat.postMessage", data="{", headers=headers) as answer:
            assert (await answer.json()) == {"ok": False, "error": "invalid_json"}
    assert slack.messages[0].blocks == [{"type": "divider"}]
    assert all("token" not in given for _, given in slack.calls)


def section(text, kind="mrkdwn"):
    return {"type": "section", "text": {"type": kind, "text": text}}


def fields(*texts):
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in texts]}


def header(text, kind="plain_text"):
    return {"type": "header", "text": {"type": kind, "text": text}}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        pytest.param({"channel": "C404", "text": "hi"}, "channel_not_found", id="channel"),
        pytest.param({"text": ""}, "no_text", id="nothing to say"),
        pytest.param({"text": "x" * 40_001}, "msg_too_long", id="long text"),
        pytest.param({"text": "hi", "thread_ts": "1.2"}, "thread_not_found", id="reply to nothing"),
        pytest.param({"text": "hi", "metadata": {"a": 1}}, "invalid_metadata_format", id="metadata"),
        pytest.param({"text": "hi", "blocks": "no json"}, "invalid_blocks_format", id="no json"),
        pytest.param({"blocks": [section("x" * 3001)]}, "invalid_blocks", id="long section"),
        pytest.param({"blocks": [section("")]}, "invalid_blocks", id="empty section"),
        pytest.param({"blocks": [section("x", "html")]}, "invalid_blocks", id="text type"),
        pytest.param({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks", id="many blocks"),
        pytest.param({"blocks": [{"type": "marquee"}]}, "invalid_blocks", id="block type"),
        pytest.param({"blocks": ["x"]}, "invalid_blocks", id="no object"),
        pytest.param({"blocks": [{"type": "section"}]}, "invalid_blocks", id="section of nothing"),
        pytest.param({"blocks": [fields("x" * 2001)]}, "invalid_blocks", id="long field"),
        pytest.param({"blocks": [fields(*"x" * 11)]}, "invalid_blocks", id="many fields"),
        pytest.param({"blocks": [header("x" * 151)]}, "invalid_blocks", id="long header"),
        pytest.param({"blocks": [header("x", "mrkdwn")]}, "invalid_blocks", id="header in mrkdwn"),
        pytest.param({"blocks": [{"type": "context", "elements": []}]}, "invalid_blocks", id="empty context"),
        pytest.param({"blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long", id="long in all"),
    ],
)  # fmt: skip
async def test_what_slack_refuses_is_refused(slack, given, error):
    call = client(slack).api_call("chat.postMessage", json={"channel": CHANNEL, **given})
    assert await refusal(call) == error
    assert slack.messages == []


async def test_an_edit_needs_a_message(slack):
    assert await refusal(client(slack).chat_update(channel=CHANNEL, ts="1.2", text="x")) == "message_not_found"


async def test_an_archived_channel_can_only_be_read(slack):
    slack.archive(CHANNEL)
    assert await refusal(client(slack).chat_postMessage(channel=CHANNEL, text="x")) == "is_archived"
    assert (await client(slack).conversations_history(channel=CHANNEL))["messages"] == []


async def test_over_its_pace_it_asks_to_wait():
    now = [NOW]
    async with StandIn(pace=Pace(per_s=0.5, burst=2), clock=lambda: now[0]) as slack:
        web = client(slack)
        for wait, taken in [
            (0, True),
            (0, True),
            (0, False),
            (1, False),
            (1, True),
            (0, False),
            (60, True),
            (0, True),
        ]:
            now[0] += wait
            if taken:
                await web.chat_postMessage(channel=CHANNEL, text="x")
            else:
                with pytest.raises(SlackApiError) as caught:
                    await web.chat_postMessage(channel=CHANNEL, text="x")
                answer = caught.value.response
                assert (answer.status_code, answer["error"]) == (429, "ratelimited")
                assert 1 <= int(answer.headers["Retry-After"]) <= 2
    assert len(slack.messages) == 5


def test_a_pace_of_nothing_is_refused():
    with pytest.raises(ValueError, match="pace of 0 a second"):
        Pace(per_s=0)


async def page(slack, path=""):
    async with aiohttp.ClientSession() as session, session.get(slack.page_url + path) as answer:
        return answer, await answer.text()


async def test_the_page_shows_messages_replies_and_edits(slack):
    assert "Nothing here yet" in (await page(slack))[1]
    web = client(slack)
    posted = await web.chat_postMessage(channel=CHANNEL, text="*bold* start")
    await web.chat_postMessage(channel=CHANNEL, text="<!here> look", thread_ts=posted["ts"])
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "AT&amp;T <b>*not bold*"}},
        {
            "type": "section",
            "fields": [{"type": "mrkdwn", "text": "left"}, {"type": "mrkdwn", "text": "right"}],
        },
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
    ]
    await web.chat_update(channel=CHANNEL, ts=posted["ts"], text="x", blocks=blocks)
    answer, html = await page(slack)
    assert "<h2>AT&amp;T &lt;b&gt;*not bold*</h2>" in html
    assert '<span class="mention me">@here</span> look' in html
    for shown in ("<div>left</div><div>right</div>", "<hr>", "<span>small</span>", "1 reply", "(edited)"):
        assert shown in html
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    style, css = await page(slack, "channel.css")
    assert style.content_type == "text/css"
    assert ".message" in css


def linked(address, label):
    return f'<a href="{address}" rel="noreferrer">{label}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~gone~ `*code*`", "<b>bold</b> <i>it</i> <s>gone</s> <code>*code*</code>"),
        ("*bold _both_*", "<b>bold <i>both</i></b>"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        ("&gt; quoted\n> more\nafter", "<blockquote>quoted<br>more</blockquote>after"),
        ("&lt;script&gt; &amp;amp;", "&lt;script&gt; &amp;amp;"),
        ('<b onclick="x">', "&lt;b onclick=&#34;x&#34;&gt;"),
        ("<https://x.nl/?a=1&amp;b=2|X & co>", linked("https://x.nl/?a=1&amp;b=2", "X &amp; co")),
        ('<https://x.nl/"on="x>', linked("https://x.nl/&#34;on=&#34;x", "https://x.nl/&#34;on=&#34;x")),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ("<@U1>, <!channel>", '<span class="mention">@U1</span>, <span class="mention me">@channel</span>'),
        ("<@U0ANNA>", '<span class="mention me">@Anna &lt;de&gt; Wit</span>'),
        ("<!subteam^S1|@desk>", '<span class="mention me">@desk</span>'),
        (f"<!date^{NOW:.0f}^{{date_short_pretty}} {{time}}|then>", "today 22:13"),
        (f"<!date^{NOW - 86400:.0f}^{{date_short_pretty}} {{time}}|then>", "yesterday 22:13"),
        ("<!date^1600000000^{date_short} at {time}|then>", "Sep 13, 2020 at 12:26"),
        ("<!date^never^{time}|some &lt;day&gt;>", "some &lt;day&gt;"),
    ],
)  # fmt: skip
def test_mrkdwn_reads_as_in_slack_and_stays_text(text, html):
    assert to_html(text, READER) == html
