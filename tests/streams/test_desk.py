import pytest

from alerts.policy import Policy
from scoring.profile import BrandProfile
from streams.desk import Desk, DeskError, load_desk

GOOD = """
[brands.kpn]
viral_spread = 200
horizon_s = 43200
answer_sla_s = 3600.0
accounts = { x = ["kpn", "kpnwebcare"], facebook = ["kpn"] }

[brands."Albert Heijn"]

[alerts]
hold_s = 60
watch = { open = 0.2, close = 0.1 }

[slack]
channel = "#brand"
"""


def desk_of(tmp_path, text):
    path = tmp_path / "desk.toml"
    path.write_text(text)
    return load_desk(path)


def test_a_desk_file_is_read_as_it_is_written(tmp_path):
    desk = desk_of(tmp_path, GOOD)
    kpn = BrandProfile(200, 43_200.0, 3_600.0, {"x": ("kpn", "kpnwebcare"), "facebook": ("kpn",)})
    assert desk.profile_of("kpn") == kpn
    assert desk.profile_of("Albert Heijn") == desk.profile_of("nobody knows") == BrandProfile()
    assert (desk.alerts.hold_s, desk.alerts.watch.open) == (60.0, 0.2)
    assert desk.slack.channel == "#brand"


def test_without_a_file_or_with_an_empty_one_all_is_the_default(tmp_path):
    assert load_desk(None) == desk_of(tmp_path, "") == Desk()
    assert load_desk(None).alerts == Policy()


WRONG = {
    "viral_spread in words": ('[brands.kpn]\nviral_spread = "x"', ["brands.kpn.viral_spread", "'x'", "`int`"]),
    "viral_spread in parts": ("[brands.kpn]\nviral_spread = 1.5", ["brands.kpn.viral_spread", "1.5", "`int`"]),
    "viral_spread too low": ("[brands.kpn]\nviral_spread = 1", ["brands.kpn", "viral_spread is 1", "2 or more"]),
    "horizon too short": ("[brands.kpn]\nhorizon_s = 5", ["brands.kpn", "horizon_s is 5", "60 to 2592000"]),
    "horizon no number": ("[brands.kpn]\nhorizon_s = nan", ["brands.kpn", "horizon_s is nan", "60 to"]),
    "no time to answer": ("[brands.kpn]\nanswer_sla_s = 0", ["brands.kpn", "answer_sla_s is 0", "more than 0"]),
    "endless time to answer": ("[brands.kpn]\nanswer_sla_s = inf", ["brands.kpn", "answer_sla_s is inf"]),
    "account with @": ('[brands.kpn.accounts]\nx = ["@kpn"]', ["brands.kpn", "accounts.x", "'@kpn'", "without @"]),
    "account in capitals": ('[brands.kpn.accounts]\nx = ["KPN"]', ["brands.kpn", "accounts.x", "'KPN'", "lower case"]),
    "empty account": ('[brands.kpn.accounts]\nx = [""]', ["brands.kpn", "accounts.x", "''", "lower case"]),
    "account as a number": ("[brands.kpn.accounts]\nx = [7]", ["brands.kpn.accounts", "[7]", "`str`"]),
    "accounts as a name": ('[brands.kpn]\naccounts = "kpn"', ["brands.kpn.accounts", "'kpn'", "`object`"]),
    "unknown key of a brand": ("[brands.kpn]\nviral = 3", ["brands.kpn.viral = 3", "unknown", "viral_spread"]),
    "brand as a number": ("[brands]\nkpn = 3", ["brands.kpn = 3", "`object`"]),
    "brands as a number": ("brands = 3", ["brands = 3", "`object`"]),
    "brand with a dot": ('[brands."a.b"]\nviral_spread = 0', ["brands.a.b", "viral_spread is 0"]),
    "unknown table": ("[alarms]", ["alarms", "unknown", "brands, alerts, slack"]),
    "unknown key of alerts": ("[alerts]\nhold = 5", ["alerts.hold = 5", "unknown", "hold_s"]),
    "threshold in words": (
        '[alerts.page]\nopen = "high"\nclose = 0.1',
        ["alerts.page.open", "'high'", "`float`"],
    ),
    "threshold out of range": (
        "[alerts.critical]\nopen = 2.0\nclose = 0.1",
        ["alerts", "critical.open is 2.0", "critical.close (0.1) to 1"],
    ),
    "half a band": ("[alerts.watch]\nopen = 0.3", ["alerts.watch", "`close`"]),
    "unknown key of a band": ("[alerts.watch]\nopens = 0.3", ["alerts.watch.opens = 0.3", "unknown", "open, close"]),
    "negative hold": ("[alerts]\nhold_s = -1.0", ["alerts", "hold_s is -1.0", "0 or more"]),
    "channel as a number": ("[slack]\nchannel = 3", ["slack.channel = 3", "`str`"]),
    "token in the file": ('[slack]\ntoken = "x"', ["slack.token", "unknown", "channel"]),
    "no TOML": ("[brands", ["not TOML"]),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_refused_with_its_key_its_value_and_what_is_allowed(tmp_path, text, said):
    with pytest.raises(DeskError, match=r"desk\.toml: ") as refused:
        desk_of(tmp_path, text)
    assert [part for part in said if part not in str(refused.value)] == []


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.write_bytes(b'a = "\xff"'), "not TOML"),
    ],
    ids=["missing", "a folder", "not UTF-8"],
)
def test_a_desk_file_that_cannot_be_read_is_named(tmp_path, make, said):
    path = tmp_path / "desk.toml"
    make(path)
    with pytest.raises(DeskError, match=rf"desk\.toml: .*{said}"):
        load_desk(path)
