"""The methods that read, remove and show messages to one person, and the blocks that can be pressed."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from standin_clients import plain, refusal

from alerts.standin.limits import Refused, check_blocks
from alerts.standin.server import CHANNEL, TOKEN


@pytest.fixture
def web(slack):
    return AsyncWebClient(TOKEN, base_url=slack.api_url)


async def test_a_thread_is_read_from_its_first_message_on(web):
    root = (await web.chat_postMessage(channel=CHANNEL, text="root", metadata=metadata(0)))["ts"]
    stamps = [
        (await web.chat_postMessage(channel=CHANNEL, text=str(n), thread_ts=root, metadata=metadata(n)))["ts"]
        for n in (1, 2, 3)
    ]
    answer = await web.conversations_replies(channel=CHANNEL, ts=root, include_all_metadata=True)
    assert [message["text"] for message in answer["messages"]] == ["root", "1", "2", "3"]
    assert [message["metadata"] for message in answer["messages"]] == [metadata(n) for n in range(4)]
    seen = []
    async for page in await web.conversations_replies(channel=CHANNEL, ts=stamps[0], limit=3):
        seen += [message["text"] for message in page["messages"]]
    assert seen == ["root", "1", "2", "3"]
    (first,) = (await web.conversations_history(channel=CHANNEL))["messages"]
    assert (first["thread_ts"], first["reply_count"], first["latest_reply"]) == (root, 3, stamps[-1])
    assert "metadata" not in (await web.conversations_replies(channel=CHANNEL, ts=root))["messages"][0]
    assert await refusal(web.conversations_replies(channel=CHANNEL, ts="1.2")) == "thread_not_found"


def metadata(n):
    return {"event_type": "any", "event_payload": {"n": n}}


async def test_a_message_can_be_deleted_once(slack, web):
    ts = (await web.chat_postMessage(channel=CHANNEL, text="x"))["ts"]
    await web.chat_delete(channel=CHANNEL, ts=ts)
    assert slack.messages == []
    assert await refusal(web.chat_delete(channel=CHANNEL, ts=ts)) == "message_not_found"


async def test_an_ephemeral_message_is_for_one_person_and_in_no_history(slack, web):
    answer = await web.chat_postEphemeral(channel=CHANNEL, user="U0ANNA", text="psst")
    (message,) = slack.ephemerals("U0ANNA")
    assert (message.text, message.ts) == ("psst", answer["message_ts"])
    assert slack.ephemerals("U0BRAM") == []
    assert slack.messages == []
    assert (await web.conversations_history(channel=CHANNEL))["messages"] == []
    assert await refusal(web.chat_update(channel=CHANNEL, ts=message.ts, text="x")) == "message_not_found"
    stranger = web.chat_postEphemeral(channel=CHANNEL, user="U404", text="x")
    assert await refusal(stranger) == "user_not_in_channel"


async def test_people_and_channels_can_be_asked_about(slack, web):
    assert (await web.users_info(user="U0ANNA"))["user"]["real_name"] == "Anna de Wit"
    assert await refusal(web.users_info(user="U404")) == "user_not_found"
    slack.remove(CHANNEL)
    channel = (await web.conversations_info(channel=CHANNEL))["channel"]
    assert (channel["name"], channel["is_member"], channel["is_archived"]) == ("webcare", False, False)
    assert await refusal(web.conversations_info(channel="C404")) == "channel_not_found"


async def test_a_channel_that_the_app_is_not_in_is_closed_to_it(slack, web):
    slack.remove(CHANNEL)
    assert await refusal(web.chat_postMessage(channel=CHANNEL, text="x")) == "not_in_channel"
    assert await refusal(web.conversations_history(channel=CHANNEL)) == "not_in_channel"
    slack.invite(CHANNEL)
    await web.chat_postMessage(channel=CHANNEL, text="x")


def button(**changes):
    return {"type": "button", "text": plain(), "action_id": "go", "value": "go", **changes}


def option(value="v", **changes):
    return {"text": plain(), "value": value, **changes}


def select(**changes):
    return {"type": "static_select", "action_id": "more", "placeholder": plain("More…"), **changes}


def groups(count=1, size=1):
    return [{"label": plain(), "options": [option(f"{n}")] * size} for n in range(count)]


def overflow(size):
    return {"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(size)]}


def actions(*elements, **changes):
    return [{"type": "actions", "elements": list(elements), **changes}]


def beside(accessory):
    return [{"type": "section", "text": plain(), "accessory": accessory}]


def image(**changes):
    return [{"type": "image", "alt_text": "a curve", **changes}]


CONFIRM = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()}
FITTING = {
    "buttons": actions(*[button(action_id=str(n)) for n in range(25)]),
    "long ids": actions(button(action_id="x" * 255, value="x" * 2000), block_id="x" * 255),
    "styles": actions(button(style="primary"), button(action_id="2", style="danger", url="https://x.nl")),
    "confirm": actions(button(confirm=CONFIRM)),
    "select": actions(select(options=[option()] * 99 + [option("x" * 150)])),
    "few big groups": actions(select(option_groups=groups(2, 50))),
    "groups": actions(select(option_groups=groups(100))),
    "initial": actions(select(option_groups=groups(2), initial_option=option("1"))),
    "overflow": actions(overflow(5)),
    "accessory": beside(overflow(1)) + beside(button()) + beside(select(options=[option()])),
    "images": image(image_url="https://x.nl/a.png", title=plain()) + beside(*image(image_url="https://x.nl/a.png")),
    "in context": [{"type": "context", "elements": [plain(), *image(image_url="https://x.nl/a.png")]}],
}


@pytest.mark.parametrize("blocks", FITTING.values(), ids=FITTING.keys())
def test_what_can_be_pressed_fits(blocks):
    assert check_blocks(blocks) is blocks


WRONG = {
    "no elements": actions(),
    "26 elements": actions(*[button(action_id=str(n)) for n in range(26)]),
    "no object": actions("x"),
    "element type": actions({"type": "datepicker"}),
    "same action": actions(button(), button()),
    "long action": actions(button(action_id="x" * 256)),
    "long block": actions(button(), block_id="x" * 256),
    "same block": [{"type": "divider", "block_id": "b"}, *actions(button(), block_id="b")],
    "long label": actions(button(text=plain("x" * 76))),
    "label in mrkdwn": actions(button(text={"type": "mrkdwn", "text": "x"})),
    "style": actions(button(style="red")),
    "long value": actions(button(value="x" * 2001)),
    "confirm": actions(button(confirm={"title": plain()})),
    "confirm of text": actions(button(confirm="sure?")),
    "nothing to select": actions(select()),
    "both kinds": actions(select(options=[option()], option_groups=groups())),
    "101 options": actions(select(options=[option()] * 101)),
    "101 groups": actions(select(option_groups=groups(101))),
    "empty group": actions(select(option_groups=groups(1, 0))),
    "group of text": actions(select(option_groups=["x"])),
    "option of text": actions(select(options=["x"])),
    "long option": actions(select(options=[option(text=plain("x" * 76))])),
    "long option value": actions(select(options=[option("x" * 151)])),
    "no option value": actions(select(options=[option(None)])),
    "long description": actions(select(options=[option(description=plain("x" * 76))])),
    "other initial": actions(select(options=[option()], initial_option=option("w"))),
    "long placeholder": actions(select(options=[option()], placeholder=plain("x" * 151))),
    "6 in overflow": actions(overflow(6)),
    "accessory": beside({"type": "section"}),
    "image of nothing": image(),
    "image twice": image(image_url="https://x.nl/a.png", slack_file={"id": "F1"}),
    "image without words": [{"type": "image", "image_url": "https://x.nl/a.png"}],
    "file without id": image(slack_file={}),
    "long address": image(image_url="https://x.nl/" + "x" * 3000),
    "long title": image(image_url="https://x.nl/a.png", title=plain("x" * 2001)),
    "context of buttons": [{"type": "context", "elements": [button()]}],
}


@pytest.mark.parametrize("blocks", WRONG.values(), ids=WRONG.keys())
def test_what_slack_would_not_show_is_refused_with_its_place(blocks):
    with pytest.raises(Refused) as caught:
        check_blocks(blocks)
    assert caught.value.error == "invalid_blocks"
    assert f"[json-pointer:/blocks/{len(blocks) - 1}]" in caught.value.details[-1]
