"""``python -m evosnn`` is the program ``evosnn``."""

from evosnn.cli import main

main()
