"""How the brand itself behaves in a thread: what its answers have, and where they go wrong."""

from scoring.conduct.answers import CHECKLIST, marks_of
from scoring.conduct.harsh import is_harsh
from scoring.conduct.record import ConductRecord

__all__ = ["CHECKLIST", "ConductRecord", "is_harsh", "marks_of"]
