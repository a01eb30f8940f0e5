"""`python -m standin`: the stand-in's command line."""

import sys

from standin.cli import main

if __name__ == "__main__":
    sys.exit(main())
