"""Two workers on one broker, once in peace and once among faults: do both write the same?"""
