"""Reads the tone of messages with the shipped model."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from scoring import modelfile
from scoring.modelfile import ModelFileError, ModelMeta
from scoring.resources import TONE_MODEL
from scoring.tone import language
from scoring.tone.features import clean
from scoring.tone.model import ToneModel

KIND = "tone"
DIGITS = 6


class Tone(msgspec.Struct, frozen=True, gc=False):
    """How a message sounds: probabilities that sum to 1, and the language that it was read in."""

    negative: float
    neutral: float
    positive: float
    lang: str


class ToneReader:
    """Reads texts in batches; the same text gets the same numbers in every batch."""

    def __init__(self, model: ToneModel, meta: ModelMeta) -> None:
        self.model = model
        self.meta = meta

    @classmethod
    def load(cls, path: Path = TONE_MODEL) -> "ToneReader":
        """Load a tone model.

        Raises
        ------
        ModelFileError
            If the file is not a tone model of this version.
        """
        payload, meta = modelfile.load(path, KIND)
        try:
            model = ToneModel.from_payload(payload)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, msgspec.MsgspecError) as error:
            raise ModelFileError(f"{path.name}: damaged tone model ({type(error).__name__}: {error})") from error
        language.warm_up()
        return cls(model, meta)

    def read(self, texts: Sequence[str], langs: Sequence[str | None] | None = None) -> list[Tone]:
        """Read the tone of each text.

        Parameters
        ----------
        texts
            Any texts, empty ones too; the first `features.MAX_CHARS` characters of each are read.
        langs
            Declared language of each, believed where it is Dutch or English, detected elsewhere.
        """
        if langs is not None and len(langs) != len(texts):
            raise ValueError(f"langs: {len(langs)} languages for {len(texts)} texts, expected one for each")
        if not texts:
            return []
        cleaned = [clean(text) for text in texts]
        settled = language.settle(cleaned, langs)
        found = np.round(self.model.probabilities(cleaned, settled), DIGITS)
        return [
            Tone(negative, round(1.0 - negative - positive, DIGITS), positive, lang)
            for (negative, _, positive), lang in zip(found.tolist(), settled, strict=True)
        ]
