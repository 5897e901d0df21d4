"""What a config file would do, and what in it contradicts itself, told before it matters. Nothing is touched."""

from fondly.checkup.examine import Checkup, examine

__all__ = ["Checkup", "examine"]
