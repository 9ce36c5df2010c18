"""What ends the demonstration early."""


class DemoError(Exception):
    """The story did not come to its end; the message says what was missing."""
