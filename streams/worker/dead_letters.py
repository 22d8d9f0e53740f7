"""What becomes of a record that is no mention."""

import base64

import msgspec
from faust.types import TP

from streams.bulk import RawRecord
from streams.decode import Rejection

_encode = msgspec.json.Encoder().encode


def dead_letter(tp: TP, record: RawRecord, rejection: Rejection) -> bytes:
    """The record as it came, with why and where; bytes that are no text go as base64."""
    raw = record.value or b""
    try:
        content: dict[str, str] = {"raw": raw.decode()}
    except UnicodeDecodeError:
        content = {"raw_base64": base64.b64encode(raw).decode()}
    return _encode(
        {
            "reason": rejection.reason,
            "detail": rejection.detail,
            "topic": tp.topic,
            "partition": tp.partition,
            "offset": record.offset,
            **content,
        }
    )
