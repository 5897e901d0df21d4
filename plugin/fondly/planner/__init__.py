"""The planner: a pure function of what people want, what plugins gave and what was delivered."""

from fondly.planner.datenights import Deciders
from fondly.planner.plan import plan
from fondly.planner.records import FAREST, LONG_AGO, Gathered, History, Horizons, Past, Plan

__all__ = ["FAREST", "LONG_AGO", "Deciders", "Gathered", "History", "Horizons", "Past", "Plan", "plan"]
