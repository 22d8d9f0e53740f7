"""What people say in the incidents, as TOML beside this file: invented wording, no code."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """Read one file of texts by its name without extension; treat the result as read-only."""
    return tomllib.loads(files("streams.incidents.texts").joinpath(f"{name}.toml").read_text("utf-8"))
