"""The two pluggy markers of the project."""

import pluggy

hookspec = pluggy.HookspecMarker("fondly")
hookimpl = pluggy.HookimplMarker("fondly")
