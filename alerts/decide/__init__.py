"""The life of an incident: what people are told, and when, purely from what they were told before."""
