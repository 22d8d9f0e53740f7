"""Delivery to Slack: Block Kit messages of notifications, and the sender that keeps one per incident."""
