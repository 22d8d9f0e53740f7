"""How a key of the desk file is named."""

import json
import re

_BARE_KEY = re.compile(r"[\w-]+", re.ASCII)


def within(path: str, *keys: str) -> str:
    """Name a key inside `path` as TOML writes it: quoted where it must be."""
    written = (key if _BARE_KEY.fullmatch(key) else json.dumps(key) for key in keys)
    return ".".join([path, *written] if path else written)
