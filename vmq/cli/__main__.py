"""`python -m vmq.cli` is `vmq`."""

from vmq.cli import main

main()
