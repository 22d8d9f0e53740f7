"""Data in motion: the Faust worker, replay, incident library, settings, metrics and command line."""
