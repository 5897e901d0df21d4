"""The shape of the config file: what each key means, what it may hold, what it is where it is left out."""

from fondly.config.models.anniversaries import RememberedModel
from fondly.config.models.base import Model
from fondly.config.models.outputs import OutputModel
from fondly.config.models.people import DaySpan
from fondly.config.models.sources import HooksModel
from fondly.config.models.whole import PRACTICES, ConfigModel

__all__ = ["PRACTICES", "ConfigModel", "DaySpan", "HooksModel", "Model", "OutputModel", "RememberedModel"]
