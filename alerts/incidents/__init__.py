"""The incidents of one brand together: groups, storms, what they hold back, and the page budget."""

from alerts.incidents.fold import Incidents
from alerts.incidents.outcome import Forgotten, Outcome, Settings, Status
from alerts.incidents.spending import BudgetUse
from alerts.incidents.state import BrandState, decode_state, encode_state

__all__ = [
    "BrandState",
    "BudgetUse",
    "Forgotten",
    "Incidents",
    "Outcome",
    "Settings",
    "Status",
    "decode_state",
    "encode_state",
]
