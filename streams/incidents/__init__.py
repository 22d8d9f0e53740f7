"""Bundled incidents: reconstructions of real webcare cases within ordinary traffic."""

from streams.incidents.background import background
from streams.incidents.library import INCIDENTS, Incident, generate, scene
from streams.incidents.write import write_events

__all__ = ["INCIDENTS", "Incident", "background", "generate", "scene", "write_events"]
