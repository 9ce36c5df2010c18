"""Watching the service itself, and keeping it going."""
