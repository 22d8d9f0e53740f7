"""Socket Mode with Slack's own client: presses and commands reach the app, and its answers the people."""

import asyncio

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient
from standin_clients import BUTTONS, app, client, eventually, refusal

from alerts.standin import StandIn
from alerts.standin.server import APP_TOKEN, CHANNEL


@pytest.fixture
async def quick():
    """A stand-in that waits shortly for acknowledgements."""
    async with StandIn(answer_within_s=0.3) as stand_in:
        yield stand_in


async def posted(slack, **changes):
    given = {"channel": CHANNEL, "text": "What now?", "blocks": BUTTONS, **changes}
    answer = await client(slack).chat_postMessage(**given)
    return next(message for message in slack.messages if message.ts == answer["ts"])


async def test_the_app_is_greeted(slack):
    async with app(slack) as first, app(slack) as second:
        hellos = first.hellos + second.hellos
    assert [hello["num_connections"] for hello in hellos] == [1, 2]
    assert hellos[0]["debug_info"]["approximate_connection_time"] > 0
    assert hellos[0]["connection_info"]["app_id"]


async def test_a_press_tells_the_app_all_about_it(slack):
    message = await posted(slack, metadata={"event_type": "any", "event_payload": {"n": 1}})
    async with app(slack) as bot:
        press = await slack.press(message, "acknowledge", user="U0BRAM")
    assert 0 < press.acked_after_s < 3
    assert press.warning is None
    (request,) = bot.told
    assert (request.type, request.accepts_response_payload) == ("interactive", False)
    payload = request.payload
    assert payload["type"] == "block_actions"
    assert payload["user"] == {"id": "U0BRAM", "username": "bram.visser", "name": "bram.visser", "team_id": "T0STANDIN"}
    assert payload["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": CHANNEL,
        "is_ephemeral": False,
    }
    assert payload["channel"] == {"id": CHANNEL, "name": "webcare"}
    assert payload["message"]["ts"] == message.ts
    assert payload["message"]["metadata"] == message.metadata
    (action,) = payload["actions"]
    assert {key: action[key] for key in ("type", "action_id", "block_id", "value", "style")} == {
        "type": "button",
        "action_id": "do_acknowledge",
        "block_id": "i1:7:ah",
        "value": "acknowledge",
        "style": "primary",
    }
    assert float(action["action_ts"]) > 0
    assert payload["state"]["values"] == {"i1:7:ah": {"more": {"type": "static_select", "selected_option": None}}}
    assert {"trigger_id", "api_app_id", "team", "response_url", "token"} <= payload.keys()


async def test_a_chosen_option_is_told_as_such(slack):
    message = await posted(slack)
    async with app(slack) as bot:
        await slack.press(message, "real")
    (action,) = bot.told[0].payload["actions"]
    assert (action["type"], action["selected_option"]["value"]) == ("static_select", "real")
    state = bot.told[0].payload["state"]["values"]["i1:7:ah"]["more"]
    assert state["selected_option"] == action["selected_option"]


@pytest.mark.parametrize(
    ("accessory", "value", "key"),
    [
        pytest.param(
            {"type": "button", "value": "go", "text": {"type": "plain_text", "text": "Go"}}, "go", "value", id="button"
        ),
        pytest.param(
            {"type": "overflow", "options": [{"value": "go", "text": {"type": "plain_text", "text": "Go"}}]},
            "go",
            "selected_option",
            id="overflow",
        ),
    ],
)
async def test_what_has_no_id_gets_one_that_stays(slack, accessory, value, key):
    section = {"type": "section", "text": {"type": "plain_text", "text": "x"}, "accessory": accessory}
    message = await posted(slack, blocks=[section])
    async with app(slack) as bot:
        await slack.press(message, value)
        await slack.press(message, value)
    one, two = (request.payload["actions"][0] for request in bot.told)
    assert one["block_id"] == two["block_id"] == bot.told[0].payload["message"]["blocks"][0]["block_id"]
    assert one["action_id"] == two["action_id"]
    assert key in one


async def test_what_is_not_there_cannot_be_pressed(slack):
    message = await posted(slack)
    with pytest.raises(ValueError, match=r"nothing with the value explode .* only acknowledge, resolve, snooze, real"):
        slack.press(message, "explode")


async def test_a_late_acknowledgement_counts_for_nothing(quick):
    message = await posted(quick)
    async with app(quick) as bot:
        bot.delay_s = 0.5
        press = await quick.press(message, "resolve")
        assert press.acked_after_s is None
        assert press.warning == "Operation timed out. Apps need to respond within 0.3 seconds."
        await asyncio.sleep(0.3)
        assert press.acked_after_s is None
        bot.delay_s = 0.0
        assert (await quick.press(message, "resolve")).acked_after_s < 0.3
    assert len(bot.told) == 2


async def test_an_acknowledgement_is_for_one_press_and_counts_once(quick):
    message = await posted(quick)
    async with app(quick) as bot:
        bot.acks = False
        ignored, heard = quick.press(message, "resolve"), quick.press(message, "acknowledge")
        await eventually(lambda: len(bot.told) == 2)
        for n in (1, 2):
            answer = {"envelope_id": heard.envelope_id, "payload": {"n": n}}
            await bot.socket.send_socket_mode_response(answer)
        assert (await ignored).acked_after_s is None
        assert (await heard).response == {"n": 1}


async def test_without_an_app_a_press_is_warned_of_at_once(slack):
    press = await asyncio.wait_for(slack.press(await posted(slack), "resolve"), 1)
    assert press.acked_after_s is None
    assert "not connected" in press.warning


async def test_presses_go_to_one_of_several_connections(slack):
    message = await posted(slack)
    async with app(slack) as first, app(slack) as second:
        await asyncio.gather(*(slack.press(message, "resolve") for _ in range(10)))
        assert (len(first.told), len(second.told)) == (5, 5)
        assert slack.connections == 2


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_disconnect_makes_the_app_come_back(slack, reason):
    message = await posted(slack)
    async with app(slack) as bot:
        await slack.disconnect(reason)
        await eventually(lambda: len(bot.hellos) == 2 and slack.connections == 1)
        assert (await slack.press(message, "resolve")).acked_after_s is not None
        assert len(bot.told) == 1


async def test_who_stays_after_a_disconnect_is_shown_the_door(slack):
    async with aiohttp.ClientSession() as session:
        url = (await client(slack).apps_connections_open(app_token=APP_TOKEN))["url"]
        async with session.ws_connect(url) as socket:
            await socket.receive_json()
            asking = asyncio.create_task(slack.disconnect("link_disabled"))
            assert (await socket.receive_json())["reason"] == "link_disabled"
            assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE
            await asking
    assert slack.connections == 0


async def test_what_was_told_over_a_lost_connection_is_not_told_again(quick):
    message = await posted(quick)
    async with app(quick) as bot:
        bot.acks = False
        press = quick.press(message, "resolve")
        await eventually(lambda: bot.told)
        quick.cut()
        assert (await press).acked_after_s is None
        await eventually(lambda: len(bot.hellos) == 2 and quick.connections == 1)
        bot.acks = True
        assert (await quick.press(message, "acknowledge")).acked_after_s is not None
        assert [request.payload["actions"][0]["value"] for request in bot.told] == ["resolve", "acknowledge"]


async def test_pings_are_answered(slack):
    async with aiohttp.ClientSession() as session:
        url = (await client(slack).apps_connections_open(app_token=APP_TOKEN))["url"]
        async with session.ws_connect(url, autoping=False) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            await socket.ping(b"still there?")
            answer = await socket.receive()
            assert (answer.type, bytes(answer.data)) == (aiohttp.WSMsgType.PONG, b"still there?")
            await socket.send_str("no json")
            await socket.send_json({"envelope_id": "unknown"})
            await socket.ping(b"and now?")
            assert (await socket.receive()).type == aiohttp.WSMsgType.PONG
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_command_tells_the_app_who_said_what_where(slack):
    async with app(slack) as bot:
        command = await slack.command("/brandmelder", "status all", user="U0BRAM")
    assert command.acked_after_s is not None
    assert slack.ephemerals("U0BRAM") == []
    (request,) = bot.told
    assert (request.type, request.accepts_response_payload) == ("slash_commands", True)
    wanted = {
        "command": "/brandmelder",
        "text": "status all",
        "user_id": "U0BRAM",
        "user_name": "bram.visser",
        "channel_id": CHANNEL,
        "channel_name": "webcare",
        "team_id": "T0STANDIN",
    }
    assert {key: request.payload[key] for key in wanted} == wanted
    assert request.payload["response_url"].startswith(slack.page_url)


async def test_the_answer_in_the_acknowledgement_is_for_who_asked(slack):
    async with app(slack) as bot:
        bot.payload = {"text": "All calm."}
        await slack.command("/brandmelder", "status")
        assert [message.text for message in slack.ephemerals("U0ANNA")] == ["All calm."]
        assert (slack.ephemerals("U0BRAM"), slack.messages) == ([], [])
        bot.payload = {"text": "For all.", "response_type": "in_channel"}
        await slack.command("/brandmelder", "status")
        assert [message.text for message in slack.messages] == ["For all."]
        bot.payload = {"text": "x", "blocks": [{"type": "marquee"}]}
        await slack.command("/brandmelder", "status")
    assert "invalid_command_response" in slack.ephemerals("U0ANNA")[-1].text


async def test_the_answer_in_the_acknowledgement_of_a_press_is_ignored(slack):
    message = await posted(slack)
    async with app(slack) as bot:
        bot.payload = {"text": "replaced"}
        press = await slack.press(message, "resolve")
    assert press.response == {"text": "replaced"}
    assert [m.text for m in slack.messages] == ["What now?"]
    assert slack.ephemerals("U0ANNA") == []


async def test_slack_itself_tells_of_commands_that_failed(quick):
    await quick.command("/brandmelder", "status")
    async with app(quick) as bot:
        bot.acks = False
        await quick.command("/brandmelder", "status")
        await quick.command("/other")
    assert len(bot.told) == 1
    told = quick.ephemerals("U0ANNA")
    assert {message.by for message in told} == {"Slackbot"}
    for message, word in zip(told, ("dispatch_failed", "operation_timeout", "not a valid command"), strict=True):
        assert word in message.text


async def pressed(slack, message):
    async with app(slack) as bot:
        await slack.press(message, "resolve")
    return AsyncWebhookClient(bot.told[0].payload["response_url"])


async def test_a_press_can_be_answered_in_each_way(slack):
    message = await posted(slack)
    answers = await pressed(slack, message)
    await answers.send(text="only you", response_type="ephemeral", replace_original=False)
    await answers.send(text="all of you", response_type="in_channel", replace_original=False)
    assert [m.text for m in slack.ephemerals("U0ANNA")] == ["only you"]
    assert [m.text for m in slack.messages] == ["What now?", "all of you"]
    await answers.send(text="done", blocks=[], replace_original=True)
    assert (message.text, message.blocks, message.edits) == ("done", [], 1)
    await answers.send(text="by default")
    assert message.text == "by default"
    await answers.send(delete_original=True)
    assert [m.text for m in slack.messages] == ["all of you"]


async def test_an_answer_to_what_is_gone_changes_nothing(slack):
    message = await posted(slack)
    answers = await pressed(slack, message)
    slack.delete(message)
    assert (await answers.send(text="x", replace_original=True)).status_code == 200
    assert (await answers.send(delete_original=True)).status_code == 200
    assert slack.messages == []


async def test_buttons_for_one_person_can_be_pressed_and_replaced(slack):
    await client(slack).chat_postEphemeral(channel=CHANNEL, user="U0ANNA", text="x", blocks=BUTTONS)
    (message,) = slack.ephemerals("U0ANNA")
    async with app(slack) as bot:
        await slack.press(message, "resolve")
    payload = bot.told[0].payload
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    await AsyncWebhookClient(payload["response_url"]).send(text="done", replace_original=True)
    assert [m.text for m in slack.ephemerals("U0ANNA")] == ["done"]
    await AsyncWebhookClient(payload["response_url"]).send(delete_original=True)
    assert slack.ephemerals("U0ANNA") == []


async def test_an_address_for_answers_serves_five_times_within_half_an_hour():
    now = [1_700_000_000.0]
    async with StandIn(clock=lambda: now[0]) as slack:
        message = await posted(slack)
        answers, others = await pressed(slack, message), await pressed(slack, message)
        assert (await answers.send(text="x", blocks=[{"type": "marquee"}])).status_code == 400
        for n in range(5):
            assert (await answers.send(text=str(n))).body == "ok"
        sixth = await answers.send(text="6")
        assert (sixth.status_code, "used_url" in sixth.body) == (404, True)
        now[0] += 1801
        late = await others.send(text="late")
        assert (late.status_code, "expired_url" in late.body) == (404, True)
        assert message.text == "4"


async def test_only_the_app_token_opens_a_socket(slack):
    opening = client(slack).apps_connections_open(app_token="xapp-other")
    assert await refusal(opening) == "invalid_auth"
