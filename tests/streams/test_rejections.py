import msgspec
import pytest

from streams.worker.rejections import Tally


def letters(**reasons):
    return [msgspec.json.encode({"reason": reason, "offset": 1}) for reason, n in reasons.items() for _ in range(n)]


SUMMARY = msgspec.json.encode({"reason": "withheld", "withheld": 1_490, "reasons": {"bad_json": 993, "empty": 497}})


@pytest.mark.parametrize(
    ("values", "of", "counted"),
    [
        pytest.param([], 0, {}, id="none"),
        pytest.param(letters(empty=2, bad_json=1), 3, {"empty": 2, "bad_json": 1}, id="all of them"),
        pytest.param(letters(empty=150, bad_json=50), 1_000, {"empty": 750, "bad_json": 250}, id="a sample"),
        pytest.param([SUMMARY], 1, {"bad_json": 993, "empty": 497}, id="one that stands for many"),
        pytest.param([*letters(empty=3), SUMMARY], 4, {"bad_json": 993, "empty": 500}, id="both"),
        pytest.param([b"?", b"{}", b"\xff", b"[" * 100], 4, {}, id="somebody else's"),
    ],
)
def test_letters_are_counted_by_reason(values, of, counted):
    tally = Tally()
    for value in values:
        tally.add(value)
    assert tally.total(of=of) == counted
