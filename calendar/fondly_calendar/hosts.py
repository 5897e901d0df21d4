"""Hosts that a password may reach unencrypted, because nothing leaves this machine on the way."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
