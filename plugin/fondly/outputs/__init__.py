"""Outputs: the kinds that fondly brings along, what is decided for all kinds, and how a run serves one."""
