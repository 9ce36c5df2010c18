"""Signing in with a browser, below ``/.auth/``: a list of personas where Entra would ask for a password."""

from datetime import UTC, datetime
from html import escape
from urllib.parse import parse_qs, urlencode

from local.host.http.asgi import Request, Response
from local.host.identity.personas import PERSONAS
from local.host.identity.sessions import COOKIE
from local.host.identity.tokens import SESSION_LIFETIME, Tokens

PREFIX = "/.auth"
_LOGIN = f"{PREFIX}/login/aad"
_HOME = "/"
# No Secure: the host speaks HTTP, and on the loopback interface only.
_ATTRIBUTES = "Path=/; HttpOnly; SameSite=Lax"


class SignIn:
    """Answers below ``/.auth/``: sign in as a persona, and sign out."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def respond(self, request: Request) -> Response:
        """The answer: 404 for what is not there."""
        match (request.method, request.route_path):
            case ["GET", path] if path == _LOGIN:
                return _choice(_back(request.query, "post_login_redirect_uri"))
            case ["POST", path] if path == _LOGIN:
                return self._sign_in(request)
            case ["GET", path] if path == f"{PREFIX}/logout":
                # A host with a persona of its own would sign a visitor in again at once, so the choice comes first.
                back = _back(request.query, "post_logout_redirect_uri")
                return _go(_sign_in_address(back), f"{COOKIE}=; Max-Age=0; {_ATTRIBUTES}")
            case _:
                return Response(404)

    def _sign_in(self, request: Request) -> Response:
        persona = PERSONAS.get(parse_qs(request.body.decode("latin-1")).get("persona", [""])[0])
        if persona is None:
            return Response(404)
        session = self._tokens.sign_session(persona, datetime.now(UTC))
        lifetime = int(SESSION_LIFETIME.total_seconds())
        cookie = f"{COOKIE}={session}; Max-Age={lifetime}; {_ATTRIBUTES}"
        return _go(_back(request.query, "post_login_redirect_uri"), cookie)


def _back(query: str, parameter: str) -> str:
    """Where to go on to: a path of this host, whatever is asked for."""
    asked = parse_qs(query).get(parameter, [_HOME])[0]
    is_own = asked.startswith("/") and not asked.startswith("//") and asked.isascii() and asked.isprintable()
    return asked if is_own and "\\" not in asked else _HOME


def _sign_in_address(back: str) -> str:
    return f"{_LOGIN}?{urlencode({'post_login_redirect_uri': back})}"


def _go(address: str, cookie: str) -> Response:
    return Response(302, (("location", address), ("set-cookie", cookie), ("cache-control", "no-store")))


def _choice(back: str) -> Response:
    action = escape(_sign_in_address(back))
    buttons = "\n".join(
        f'<p><button name="persona" value="{persona.name}">{persona.display_name}</button></p>'
        for persona in PERSONAS.values()
        if not persona.is_app
    )
    page = (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Sign in</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>'
        "<body><h1>Sign in to the local host</h1><p>Choose who you are. In Azure, Entra asks you to prove it.</p>"
        f'<form method="post" action="{action}">{buttons}</form></body></html>'
    )
    return Response(200, (("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store")), page.encode())
