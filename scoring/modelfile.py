"""Model files: written and read with skops, so that reading one never runs what it holds."""

import zipfile
from pathlib import Path
from typing import Any

import msgspec
import sklearn
import skops.io

from scoring.errors import UserError

FORMAT = 1
"""Rises when the layout of model files changes."""

_TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
"""Types beyond skops' own list that our models are made of: it holds arrays and nothing else."""


class ModelFileError(UserError, ValueError):
    """A file that is no usable model; says what is wrong with it."""


class ModelMeta(msgspec.Struct, frozen=True):
    """Where a model comes from.

    `kind` is what it models, `version` the release that fitted it, `fitted_on` an ISO date. `figures` are measured
    on data left out of the fit, `terms` name each data set's terms of use.
    """

    kind: str
    version: str
    fitted_on: str
    figures: dict[str, Any] = {}
    terms: dict[str, str] = {}
    sklearn: str = sklearn.__version__
    format: int = FORMAT


def save(path: Path, payload: dict[str, Any], meta: ModelMeta) -> None:
    """Write a model file: scikit-learn estimators, arrays and plain values by name."""
    content = {"meta": msgspec.json.encode(meta).decode(), "payload": payload}
    path.parent.mkdir(parents=True, exist_ok=True)
    skops.io.dump(content, path, compression=zipfile.ZIP_DEFLATED, compresslevel=9)


def load(path: Path, kind: str) -> tuple[dict[str, Any], ModelMeta]:
    """Read a model file of `kind`.

    Raises
    ------
    ModelFileError
        If it is missing, no model file, of another kind, format or scikit-learn, or holds types not expected.
    """
    try:
        unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - set(_TRUSTED))
        if unknown:
            raise ModelFileError(f"{path}: holds types that no model of ours has: {', '.join(unknown)}")
        content = skops.io.load(path, trusted=_TRUSTED)
        meta = msgspec.json.decode(content["meta"], type=ModelMeta)
        payload = content["payload"]
    except ModelFileError:
        raise
    except FileNotFoundError as error:
        raise ModelFileError(f"{path}: there is no such model file") from error
    except Exception as error:
        raise ModelFileError(f"{path}: not a model file ({type(error).__name__}: {error})") from error
    if meta.kind != kind:
        raise ModelFileError(f"{path}: a model of kind {meta.kind!r} where {kind!r} is needed")
    if meta.format != FORMAT:
        raise ModelFileError(f"{path}: model file format {meta.format}, this version reads {FORMAT}")
    if meta.sklearn.split(".")[:2] != sklearn.__version__.split(".")[:2]:
        raise ModelFileError(
            f"{path}: fitted with scikit-learn {meta.sklearn}, this is {sklearn.__version__}; "
            "install that version or fit the model anew with `brandmelder train`"
        )
    return payload, meta
