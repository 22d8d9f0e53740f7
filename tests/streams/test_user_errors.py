"""What a user gets wrong ends in one line that says what, and in exit code 2."""

import pytest

from streams.cli import main


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["worker"], "SLACK_BOT_TOKEN", id="no token"),
        pytest.param(["worker", "--dry-run", "--clock", "moon"], "'moon'", id="no such clock"),
        pytest.param(["worker", "--dry-run", "--desk", "nowhere.toml"], "nowhere.toml", id="no such desk"),
        pytest.param(["replay", "nowhere.jsonl"], "nowhere.jsonl", id="no such events"),
        pytest.param(["worker", "--dry-run", "--desk", "bad.toml"], "viral_spread", id="wrong setting"),
        pytest.param(["check", "--desk", "bad.toml", "--bootstrap", "nowhere"], "Desk, Kafka", id="parts not well"),
        pytest.param(["forecast", "bad.jsonl", "--out", "out.jsonl"], "line 1", id="no cascade"),
        pytest.param(["tone", "bad.jsonl", "--out", "out.jsonl"], "1:", id="no text"),
        pytest.param(["import-cascades", "bad.jsonl", "--out", "out.jsonl"], "line 1", id="nothing to import"),
        pytest.param(["incident", "titanic", "--out", "out.jsonl"], "sanoma", id="no such incident"),
        pytest.param(["train", "--data", "nowhere"], "cascades", id="no training data"),
        pytest.param(["train", "--data", ".", "--verdicts", "v.jsonl"], "--history", id="verdicts on nothing"),
        pytest.param(
            ["train", "--data", ".", "--history", "empty.jsonl", "--verdicts", "v.jsonl"],
            "v.jsonl, line 1: verdict = 'maybe'; allowed: real, false_alarm, too_late",
            id="no verdict",
        ),
        pytest.param(["train", "--data", ".", "--history", "nowhere.jsonl"], "nowhere.jsonl", id="no such history"),
        pytest.param(
            ["train", "--data", ".", "--history", "empty.jsonl", "--desk", "bad.toml"], "viral_spread", id="wrong desk"
        ),
        pytest.param(["evaluate", "--data", "nowhere", "--out", "r.json"], "cascades", id="nothing to judge on"),
        pytest.param(["replay", "empty.jsonl", "--alerts", "no/where.jsonl"], "where.jsonl", id="no such folder"),
    ],
)
def test_ends_in_one_line_and_exit_code_2(arguments, says, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    (tmp_path / "bad.toml").write_text('[brands.acme]\nviral_spread = "many"\n')
    (tmp_path / "bad.jsonl").write_text("what is this\n")
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "v.jsonl").write_text('{"thread_id":"t","at":1,"verdict":"maybe"}\n')
    monkeypatch.setattr("sys.argv", ["brandmelder", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err.strip()
    assert ended.value.code == 2
    assert says in told.splitlines()[-1]
    assert "Traceback" not in told
