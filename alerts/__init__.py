"""What people are told, and when: a pure policy over assessments, with Slack delivery at its edge."""
