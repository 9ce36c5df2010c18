"""Telling people: alerts to their routes, summaries and heartbeats."""
