"""What is said in Slack: an incident's message, its pings, a shift's digest, the feed's troubles."""
