"""How it gets there: one message per incident, nothing twice, nothing lost, what interrupts people first."""
