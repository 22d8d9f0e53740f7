import pytest

from alerts.standin import StandIn


@pytest.fixture
async def slack():
    async with StandIn() as stand_in:
        yield stand_in
