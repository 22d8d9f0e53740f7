"""What is known about threads: a pure fold of mentions into risk, forecast, tone and reasons.

Nothing in this package knows Kafka, Slack, a clock or the environment; time is an argument.
"""
