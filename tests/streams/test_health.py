import pytest

from streams.health import Health, Part

STUCK_S = 300.0


@pytest.fixture
def health():
    return Health(STUCK_S, behind=100, now=0.0)


def look(health, now, *, settled=True, recovered=1.0, **parts):
    health.look(now, settled=settled, recovered=recovered, parts={name: Part(*part) for name, part in parts.items()})


def test_a_worker_that_gets_on_is_live_and_ready(health):
    for step in range(100):
        look(health, step * 5.0, a=(step * 10, 50), b=(7, 0))
    assert health.live(500.0).well
    assert health.ready(500.0) == health.ready(500.0)
    assert health.ready(500.0).why == "is 50 records behind"


def test_a_worker_is_not_ready_before_its_state_is_recovered(health):
    look(health, 5.0, settled=False, recovered=0.25)
    assert health.live(6.0).well
    assert not health.ready(6.0).well
    assert health.ready(6.0).why == "recovers, 25% done"


def test_a_recovery_may_last_as_long_as_it_gets_on(health):
    for step in range(100):
        look(health, step * 60.0, settled=False, recovered=step / 100)
    assert health.live(99 * 60.0).well
    for step in range(5, 10):
        look(health, 99 * 60.0 + step * 59.0, settled=False, recovered=0.99)
    assert not health.live(99 * 60.0 + 9 * 59.0).well


def test_a_partition_that_stands_still_with_something_to_read_is_named(health):
    for step in range(70):
        look(health, step * 5.0, a=(step, 10), b=(7, 3))
    assert health.live(295.0).well
    verdict = health.live(345.0)
    assert not verdict.well
    assert verdict.why == "stands still for 300 s and more in b"
    assert not health.ready(345.0).well
    look(health, 350.0, a=(71, 10), b=(8, 2))
    assert health.live(350.0).well


def test_a_partition_with_nothing_to_read_may_stand_still(health):
    for step in range(200):
        look(health, step * 5.0, a=(7, 0))
    assert health.live(1000.0).well


def test_a_partition_that_came_lately_has_its_time(health):
    look(health, 0.0, a=(7, 3))
    look(health, 200.0, b=(7, 3))
    for now in (400.0, 450.0, 500.0):
        look(health, now, a=(7, 3), b=(7, 3))
    assert health.live(500.0).well
    assert health.live(501.0).why.endswith("in b")


def test_who_is_far_behind_is_not_ready_but_live(health):
    look(health, 5.0, a=(7, 60), b=(7, 60))
    assert health.live(6.0).well
    assert health.ready(6.0).why == "is 120 records behind, 100 at most are allowed"


def test_who_does_not_look_hangs(health):
    look(health, 5.0)
    assert health.live(60.0).well
    assert health.live(66.0).why.startswith("hangs")
