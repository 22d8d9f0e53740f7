from hypothesis import given
from hypothesis import strategies as st

from alerts.click import ACTIONS
from alerts.slack.hearing.interaction import read_presses, read_typed
from alerts.slack.message.buttons import Target

PRESSED = {
    "type": "block_actions",
    "user": {"id": "U0ANNA", "username": "anna"},
    "trigger_id": "12.34.ab",
    "response_url": "https://hooks.slack.com/actions/T/1/x",
    "actions": [{"block_id": "abc:7:Albert: Heijn", "action_id": "a", "action_ts": "1.5", "value": "resolve"}],
}

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


def test_a_press_is_read_with_all_that_is_needed_to_act_on_it_and_answer():
    (press,) = read_presses(PRESSED)
    assert press.target == Target("Albert: Heijn", "abc", "resolve")
    assert press.user == "U0ANNA"
    assert press.id == "12.34.ab-resolve"
    assert press.answer_url == PRESSED["response_url"]


def test_a_press_that_is_delivered_again_has_the_same_id_and_another_has_another():
    bare = {key: value for key, value in PRESSED.items() if key != "trigger_id"}
    later = {**bare, "actions": [{**PRESSED["actions"][0], "action_ts": "1.6"}]}
    somebody_else = {**bare, "user": {"id": "U0BRAM"}}
    named = [read_presses(payload)[0].id for payload in (bare, bare, later, somebody_else)]
    assert named[0] == named[1]
    assert len(set(named)) == 3


def test_several_in_one_payload_are_told_apart():
    action = PRESSED["actions"][0]
    both = read_presses({**PRESSED, "actions": [action, {**action, "value": "real"}, {**action, "value": "other"}]})
    assert [press.target.action for press in both] == ["resolve", "real"]
    assert len({press.id for press in both}) == 2


def test_a_command_is_named_by_its_trigger_or_by_its_envelope():
    typed = {"command": "/brandmelder", "user_id": "U0ANNA", "text": "status"}
    assert read_typed(typed, "e1") == ("status", "U0ANNA", "e1", None)
    assert read_typed({**typed, "trigger_id": "t"}, "e1").id == "t"
    assert read_typed({**typed, "command": "/other"}, "e1") is None


@given(json, st.sampled_from(["type", "user", "actions", "trigger_id", "response_url", "block_id", "value"]))
def test_any_shape_is_read_or_left_alone(value, key):
    assert read_typed(value, "e") is None
    read_presses(value)
    if key in PRESSED:
        changed = {**PRESSED, key: value}
    else:
        changed = {**PRESSED, "actions": [{**PRESSED["actions"][0], key: value}]}
    assert all(press.target.action in ACTIONS for press in read_presses(changed))
    read_typed({"command": "/brandmelder", "user_id": "U", key: value, "text": value}, "e")
