"""The cookie that a signed-in browser sends, as App Service calls it."""

from http.cookies import CookieError, SimpleCookie

COOKIE = "AppServiceAuthSession"


def session_of(header: str) -> str | None:
    """The session in a ``Cookie`` header, if there is one."""
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None
