"""What people read in Teams, as pure functions: alerts, summaries and heartbeats into Adaptive Cards."""
