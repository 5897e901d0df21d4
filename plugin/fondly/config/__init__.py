"""The config file: found, read, validated as a whole, turned into frozen records."""

from fondly.config.load import find_config, load_config
from fondly.config.records import BusySource, Config, HooksConfig, OutputSpec

__all__ = ["BusySource", "Config", "HooksConfig", "OutputSpec", "find_config", "load_config"]
