import asyncio

import pytest

from streams.worker.outgoing import Outgoing


class Topic:
    """A topic that acknowledges when it is told to."""

    def __init__(self):
        self.waiting = []

    async def send(self, **_):
        self.waiting.append(asyncio.get_running_loop().create_future())
        return self.waiting[-1]


async def test_settling_waits_for_all_that_was_sent():
    outgoing, topic = Outgoing(), Topic()
    for _ in range(2):
        await outgoing.send(topic, b"k", b"v")
    settling = asyncio.create_task(outgoing.settle())
    topic.waiting[0].set_result(None)
    await asyncio.sleep(0)
    assert not settling.done()
    topic.waiting[1].set_result(None)
    await asyncio.wait_for(settling, 1.0)


async def test_what_never_arrives_keeps_everything_from_being_settled():
    outgoing, topic = Outgoing(), Topic()
    await outgoing.send(topic, b"k", b"v")
    topic.waiting[0].set_exception(ConnectionError("gone"))
    for _ in range(2):
        with pytest.raises(ConnectionError, match="gone"):
            await outgoing.settle()
