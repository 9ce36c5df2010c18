"""Parsers: the records of each service, as they arrive, into Events and Apps. Pure: no I/O, no clock.

    bytes ─► records ─┬─► directory_audits ──┐
                      ├─► log_analytics ─────┼─► audits/ (what a directory audit means) ─┐
                      ├─► unified_audit_log ─┘                                           ├─► Event
                      └─► sign_ins ──────────────────────────────────────────────────────┘

Start at ``records.read_bytes`` (one line of JSON) or ``records.read_record`` (a decoded object): they recognise the
form and give the events, several where one record tells several things; all of them carry the record's own id.
``aliases`` holds what records teach about object ids and appIds, ``inventory`` turns Graph's objects into Apps.

The only error is ``errors.RecordError``. Text in records may be an attacker's: it is carried as text, never
interpreted, and values that hold secrets never leave this package.
"""
