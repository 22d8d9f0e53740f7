import asyncio
import io

import pytest
from alert_samples import CARD, assessed, incident, notified
from matplotlib import image
from msgspec.structs import replace
from outboxes import Clock, outbox_at, results, until

from alerts.severity import Severity
from alerts.slack.delivery.store import MemoryStore
from alerts.slack.message.chart import picture
from scoring.assessment import Forecast


def page(revision=1, cause="opened", minute=0.0, **changes):
    entry = incident(Severity.PAGE, assessed(minute, **changes), revision=revision)
    return notified(entry, cause, who=("here",) if cause == "opened" else (), minute=minute)


def images(message):
    return [block["slack_file"]["id"] for block in message.blocks if block["type"] == "image"]


CURVES = {
    "usual": CARD.spread_curve,
    "one point": (3,),
    "nothing yet": (0, 0, 0),
    "falls back": (0, 50, 20),
    "huge": (0, 10**30),
    "long": tuple(range(5000)),
    "negative": (-5, 3),
}
FORECASTS = {
    "usual": Forecast(1240.0, 640.0, 2300.0, 86_400.0),
    "unknown": Forecast(float("nan"), 0.0, 1.0, 86_400.0),
    "unbounded": Forecast(100.0, 50.0, float("inf"), 86_400.0),
    "no interval": Forecast(100.0, float("nan"), float("nan"), 86_400.0),
    "over": Forecast(100.0, 80.0, 120.0, 60.0),
    "less than now": Forecast(1.0, 0.0, 2.0, 86_400.0),
}


@pytest.mark.parametrize("forecast", FORECASTS)
@pytest.mark.parametrize("curve", CURVES)
def test_any_spread_and_forecast_make_a_picture(curve, forecast):
    card = replace(CARD, spread_curve=CURVES[curve])
    drawn = image.imread(io.BytesIO(picture(page(card=card, forecast=FORECASTS[forecast]))), format="png")
    height, width, _ = drawn.shape
    assert (width, height) == (800, 400)
    assert drawn[0, 0, :3].tolist() == [1.0, 1.0, 1.0]
    assert drawn[..., :3].min() < 0.2  # something dark enough to read


async def test_a_picture_follows_the_page_by_an_edit_and_is_not_shared_with_the_channel(slack):
    store = MemoryStore()
    async with outbox_at(slack, store, clock=Clock(20.0), charts=True) as outbox:
        assert await results(outbox, page()) == ["posted"]
        assert images(slack.messages[0]) == []
        await until(lambda: images(slack.messages[0]))
        (file,) = slack.files
        assert images(slack.messages[0]) == [file.id]
        assert file.content.startswith(b"\x89PNG")
        assert len(slack.messages) == 1
        await results(outbox, page(2, "refreshed", 1.0))
        assert images(slack.messages[0]) == [file.id]
        assert len(slack.files) == 1
    async with outbox_at(slack, store, charts=False) as outbox:
        await results(outbox, page(3, "refreshed", 2.0))
        assert images(slack.messages[0]) == [file.id]  # known from the store


async def test_a_watch_has_no_picture(slack):
    async with outbox_at(slack, MemoryStore(), charts=True) as outbox:
        await results(outbox, notified(incident(Severity.WATCH)))
        await asyncio.sleep(0.3)
    assert {method for method, _ in slack.calls} == {"chat.postMessage"}


@pytest.mark.parametrize("error", ["missing_scope", "file_uploads_disabled", "not_allowed_token_type"])
async def test_where_files_are_not_allowed_the_curve_stays_text_for_an_hour(slack, error):
    slack.fail("files.getUploadURLExternal", error)
    clock = Clock(3000.0)
    async with outbox_at(slack, MemoryStore(), clock=clock, charts=True) as outbox:
        await results(outbox, page())
        await until(lambda: f"undrawn:{error}" in outbox.counted)
        refused_at = clock.now()
        await asyncio.sleep(1800 / clock.speed)
        await results(outbox, page(2, "refreshed", 30.0))
        await asyncio.sleep(0.2)
        if clock.now() < refused_at + 3600.0:
            assert not slack.files
            assert "▁" in str(slack.messages[0].blocks)
        await asyncio.sleep(max(refused_at + 3700.0 - clock.now(), 0.0) / clock.speed)
        await results(outbox, page(3, "refreshed", 70.0))
        await until(lambda: slack.files)


async def test_a_picture_that_slack_cannot_show_yet_is_left_out(slack):
    async with outbox_at(slack, MemoryStore(), clock=Clock(20.0), charts=True) as outbox:
        await results(outbox, page())
        slack.fail("chat.update", "invalid_blocks")
        await until(lambda: "simplified:invalid_blocks" in outbox.counted)
        assert await results(outbox, page(2, "refreshed", 1.0)) == ["updated"]
    assert images(slack.messages[0]) == []
    assert "▁" in str(slack.messages[0].blocks)


async def test_an_upload_that_fails_loses_nothing_but_the_picture(slack):
    slack.drop("files.completeUploadExternal")
    async with outbox_at(slack, MemoryStore(), clock=Clock(20.0), charts=True) as outbox:
        await results(outbox, page())
        await until(lambda: any(one.startswith("undrawn:") for one in outbox.counted))
        assert await results(outbox, page(2, "refreshed", 1.0)) == ["updated"]
