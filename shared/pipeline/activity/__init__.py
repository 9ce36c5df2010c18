"""What apps do: the archive of events, roll-ups by app and day, and what is usual."""
