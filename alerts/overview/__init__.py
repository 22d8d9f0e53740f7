"""All incidents at a glance: the board, what is on now, and a shift summed up."""
