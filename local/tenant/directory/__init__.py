"""The simulated tenant in memory. No I/O, time by an injected clock, one event loop.

``tenant`` is the way in: a ``Tenant`` has the collections and every write, each checked as Microsoft Graph checks it
and recorded as Entra ID records it. ``generate`` fills one from a seed; ``scenario`` lets a story happen in one.
"""
