"""`python -m streams.cli`, the same as `brandmelder`."""

from streams.cli.main import main

main()
