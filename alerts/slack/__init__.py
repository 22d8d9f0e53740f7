"""Slack, the edge of alerting: what is said there, how it gets there, and what comes back."""
