"""Who is on call when, and when pages wait: shifts, quiet hours and planned campaigns in the desk's time zone."""

from alerts.oncall.calendar import Calendar, Shift
from alerts.oncall.settings import Call, Campaign, OnCall, Person, QuietHours, ShiftPlan

__all__ = ["Calendar", "Call", "Campaign", "OnCall", "Person", "QuietHours", "Shift", "ShiftPlan"]
