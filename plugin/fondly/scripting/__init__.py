"""Hooks answered by executables of any language: the JSON they get and give, and how they are run."""
