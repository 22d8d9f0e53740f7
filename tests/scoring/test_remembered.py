from hypothesis import given
from hypothesis import strategies as st

from scoring.remembered import Remembered


@given(st.lists(st.integers(0, 40).map(str), max_size=300), st.integers(1, 20))
def test_the_latest_names_are_known_and_memory_is_bounded(names, least):
    remembered, latest = Remembered(least), []
    for name in names:
        new = remembered.add(name)
        assert not (new and name in latest[-least:])
        if new:
            latest.append(name)
        assert len(remembered) <= 2 * least


def test_a_name_is_new_once():
    remembered = Remembered(10)
    assert [remembered.add(name) for name in "abab"] == [True, True, False, False]
