"""The plugin in the real fondly, which finds it by its entry point: install it before, with pip install -e ."""

from fondly.testing import MakeWorld, world  # noqa: F401  # a fixture


def test_the_geminids_are_planned(world: MakeWorld) -> None:  # noqa: F811
    """Three weeks ahead there is a night of falling stars."""
    titles = [entry.title for entry in world().plan() if entry.source == "stargazing"]
    assert titles == ["Falling stars tonight: the Geminids"]
