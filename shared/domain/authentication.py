"""Why a caller is turned away before any right is looked at. The reasons are for the log, never for the answer."""


class NotAuthenticated(Exception):
    """Nobody vouches for who this is: the answer is 401. The reason holds no claim and no token."""


class ClientNotAllowed(Exception):
    """We know who this is, but not the program it calls with: the answer is 403."""
