"""The message of an incident of which somebody wished to be forgotten."""

from alert_samples import incident, notified
from msgspec.structs import replace
from outboxes import outbox_at, results

from alerts.redaction import entry_without
from alerts.severity import Severity
from alerts.slack.delivery.jobs import aloud
from alerts.slack.delivery.letters import ping_arguments
from alerts.slack.delivery.parcel import parcel
from alerts.slack.delivery.store import Delivered, MemoryStore
from alerts.slack.delivery.waiting import Waiting
from alerts.standin.server import StandIn
from scoring.names import short
from scoring.people import People

AUTHOR, WORDS = "keukenmeisje", "glutenvrije"
PAGED = notified(incident(Severity.PAGE), "opened", who=("anna",))


def erased(told):
    return notified(
        replace(entry_without(told.incident, People([short(AUTHOR)])), revision=told.revision + 1), "erased"
    )


async def test_it_is_edited_and_interrupts_nobody():
    async with StandIn(pace=None) as slack, outbox_at(slack, MemoryStore(), people={"anna": "U0ANNA"}) as outbox:
        assert await results(outbox, PAGED) == ["posted"]
        (message,) = slack.messages
        assert all(word in str(message.blocks) for word in (AUTHOR, WORDS))
        assert await results(outbox, erased(PAGED)) == ["updated"]
        (message,) = slack.messages
        assert not any(word in str((message.text, message.blocks)) for word in (AUTHOR, WORDS))
        assert "somebody unknown" in str(message.blocks)


def test_whoever_is_still_to_be_called_is_called_without_their_words():
    one = Waiting("incident", Delivered("C0", "1.0", 1))
    called = notified(replace(PAGED.incident, revision=2), "repaged", who=("bram",))
    one.accept(parcel(called), 0.0)
    assert WORDS in str(ping_arguments(aloud(one), {}))
    one.accept(parcel(erased(called)), 1.0)
    job = aloud(one)
    assert (job.who, job.owed, job.shown.revision) == (("bram",), (2,), 2)
    assert not any(word in str(ping_arguments(job, {})) for word in (AUTHOR, WORDS))
