"""What ``fondly serve`` does: plan again whenever something changed, and show the feeds to whoever has their links."""
