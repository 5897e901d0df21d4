"""The config file: found, read, validated as a whole, turned into frozen records."""

from fondly.config.load import Reading, config_of, find_config, hooks_of, load_config, read_config
from fondly.config.problems import Problem, WrongConfigError
from fondly.config.records import BusySource, Config, HooksConfig, OutputSpec

__all__ = [
    "BusySource",
    "Config",
    "HooksConfig",
    "OutputSpec",
    "Problem",
    "Reading",
    "WrongConfigError",
    "config_of",
    "find_config",
    "hooks_of",
    "load_config",
    "read_config",
]
