"""The one error a person at the terminal sees."""


class HostError(Exception):
    """The host cannot start. The message alone says why; no stack trace is needed to understand it."""
