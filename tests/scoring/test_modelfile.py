from fractions import Fraction

import numpy as np
import pytest
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier

from scoring.modelfile import FORMAT, ModelFileError, ModelMeta, load, save

META = ModelMeta("forecast", "0.1.0", "2025-01-01", {"auc": 0.9}, {"set": "terms"})


def test_what_is_saved_is_read_back(tmp_path):
    x = np.random.default_rng(0).normal(size=(80, 2))
    fitted = HistGradientBoostingClassifier(max_iter=3).fit(x, x[:, 0] > 0)
    path = tmp_path / "new folder" / "m.skops"
    save(path, {"classifier": fitted, "ages": np.arange(3.0), "names": ["a"]}, META)
    payload, meta = load(path, "forecast")
    assert meta == META
    assert payload["names"] == ["a"]
    assert payload["ages"].tolist() == [0.0, 1.0, 2.0]
    assert payload["classifier"].predict_proba(x).tolist() == fitted.predict_proba(x).tolist()


def written(meta=META, payload=None):
    def write(path):
        save(path, payload or {}, meta)

    return write


OTHER_MINOR = "0.1.9"
REFUSED = {
    "missing": (lambda path: None, "there is no such model file"),
    "a folder": (lambda path: path.mkdir(), "not a model file"),
    "empty": (lambda path: path.write_bytes(b""), "not a model file"),
    "garbage": (lambda path: path.write_bytes(b"\x80\x04garbage."), "not a model file"),
    "another kind": (
        written(ModelMeta("tone", "1", "2025-01-01")),
        "of kind 'tone' where 'forecast' is needed",
    ),
    "another format": (
        written(ModelMeta("forecast", "1", "2025-01-01", format=FORMAT + 1)),
        f"format {FORMAT + 1}, this version reads {FORMAT}",
    ),
    "another scikit-learn": (
        written(ModelMeta("forecast", "1", "2025-01-01", sklearn=OTHER_MINOR)),
        f"fitted with scikit-learn {OTHER_MINOR}, this is {sklearn.__version__}",
    ),
    "a type of its own": (written(payload={"x": Fraction(1, 3)}), "fractions.Fraction"),
}


@pytest.mark.parametrize(("write", "message"), REFUSED.values(), ids=REFUSED)
def test_an_unusable_file_is_refused_by_its_name_and_with_the_reason(tmp_path, write, message):
    path = tmp_path / "m.skops"
    write(path)
    with pytest.raises(ModelFileError, match=r"m\.skops: ") as refused:
        load(path, "forecast")
    assert message in str(refused.value)


def test_a_cut_off_file_is_refused(tmp_path):
    path = tmp_path / "m.skops"
    save(path, {"x": np.arange(1_000.0)}, META)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ModelFileError, match="not a model file"):
        load(path, "forecast")
