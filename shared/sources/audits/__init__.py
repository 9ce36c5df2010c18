"""What a directory audit means, whichever form it came in.

``directory_audits`` and ``unified_directory`` reduce their records to one shape (``record.py``); ``events.py`` turns
that into Events. The payload's traps live here: JSON in strings, targets that are not the app, scopes that are
cumulative, removals that are none, values that must not leave.
"""
