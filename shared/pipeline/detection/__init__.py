"""Judging events, and raising and triaging alerts."""
