"""Collecting what happened, and making events of it."""
