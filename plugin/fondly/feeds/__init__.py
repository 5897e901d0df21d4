"""Feeds: who may fetch which, what their readers asked for, the page of each, and publishing them."""
