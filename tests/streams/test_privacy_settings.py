import pytest

from alerts.policy import HOUR, Policy
from streams.desk import Desk, Privacy

DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("days", "remembered", "kept"),
    [(None, 14, 7), (None, 3, 3), (0, 14, 0), (14, 14, 14)],
    ids=["a week", "no longer than the incident", "not at all", "as long as the incident"],
)
def test_texts_are_kept_for_as_long_as_the_desk_says(days, remembered, kept):
    desk = Desk(alerts=Policy(forget_s=remembered * DAY), privacy=Privacy(text_days=days))
    assert desk.text_s == kept * DAY
