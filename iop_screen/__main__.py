"""`python -m iop_screen` is `iop-screen`."""

from iop_screen.cli import main

main()
