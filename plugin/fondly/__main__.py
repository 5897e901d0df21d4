"""``python -m fondly`` is the command ``fondly``."""

from fondly.cli import main

if __name__ == "__main__":
    main()
