"""How many mention events a second do the worker and its references process on the same broker?"""
