"""Measures speed: the policy engine, the pipeline on the emulator, replays, and the alert list."""
