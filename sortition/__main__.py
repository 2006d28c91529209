"""So that `python -m sortition` is the command `sortition`."""

from sortition.cli import main

main()
