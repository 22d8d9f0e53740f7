"""`brandmelder check` where everything is as it should be."""

import asyncio
from pathlib import Path

import pytest

from alerts.standin.server import TOKEN, StandIn
from scoring.resources import MODELS
from streams.checkup import Places, look_at_everything
from streams.kafka import KafkaAccess
from streams.secret import Secret
from streams.topics import ensure_topics, topic_specs

EXAMPLE = Path(__file__).parents[2] / "deploy" / "desk.example.toml"


def looked_at(bootstrap: str, prefix: str, slack_url: str) -> dict[str, tuple[bool | None, str]]:
    places = Places(
        desk=EXAMPLE,
        models=MODELS,
        kafka=lambda: KafkaAccess(bootstrap),
        topic_prefix=prefix,
        slack_url=slack_url,
        slack_token=Secret(TOKEN),
        app_token=None,
    )
    return {part.name: (part.works, part.facts[0].words) for part in look_at_everything(places, 1.77e9)}


@pytest.mark.both_brokers
async def test_all_that_is_there_is_well(kafka_bootstrap: str, topic_prefix: str) -> None:
    ensure_topics(kafka_bootstrap, topic_specs(1, prefix=topic_prefix))
    async with StandIn() as slack:
        found = await asyncio.to_thread(looked_at, kafka_bootstrap, topic_prefix, slack.api_url)
    assert {name: works for name, (works, _) in found.items()} == {
        "Desk": True,
        "Privacy": True,
        "Models": True,
        "Kafka": True,
        "Slack": True,
        "Buttons": None,
    }
    assert found["Kafka"][1] == f"{kafka_bootstrap} answers; 0 mentions to go"


@pytest.mark.both_brokers
def test_a_topic_that_is_missing_is_named_with_what_makes_it(kafka_bootstrap: str, topic_prefix: str) -> None:
    works, words = looked_at(kafka_bootstrap, topic_prefix, "http://127.0.0.1:9/api/")["Kafka"]
    assert works is False
    assert words.endswith(
        f"answers, but topic '{topic_prefix}mentions' does not exist; `brandmelder topics` makes what is missing"
    )
