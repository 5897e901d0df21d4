"""The ground floor of fondly: the contract that hooks speak, and the content that fondly brings along.

Nothing here knows the host above it. Hook authors import these names from ``fondly``.
"""
