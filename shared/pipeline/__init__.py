"""The verbs: ingest, evaluate, deduplicate, triage, notify, sweep. They know the outside only by ``ports.py``."""
