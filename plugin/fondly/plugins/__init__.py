"""The plugins: where they come from, and how each is called alone, so that one's failure is its own."""

from fondly.plugins.hearing import Message
from fondly.plugins.loading import BUILT_IN, load_plugins, plugin_names
from fondly.plugins.registry import Plugins, Took
from fondly.plugins.surroundings import Surroundings

__all__ = ["BUILT_IN", "Message", "Plugins", "Surroundings", "Took", "load_plugins", "plugin_names"]
