"""The ASGI application: hands each request to the authority, the sign-in, the admin endpoints or the app."""

from typing import Protocol

from local.host.http.asgi import BodyTooLarge, Message, Receive, Request, Response, Send, read_request, send_response
from local.host.identity import authority, sign_in


class Responder(Protocol):
    """Something that answers requests."""

    async def respond(self, request: Request) -> Response:
        """The answer."""
        ...


class Application:
    """One responder for each part of the address space; ``functions`` answers all the rest."""

    def __init__(
        self, local_authority: Responder, local_sign_in: Responder, admin: Responder, functions: Responder
    ) -> None:
        self._authority = local_authority
        self._sign_in = local_sign_in
        self._admin = admin
        self._functions = functions

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            request = await read_request(scope, receive)
        except BodyTooLarge:
            await send_response(send, Response(413))
            return
        await send_response(send, await self._responder(request.path).respond(request))

    def _responder(self, path: str) -> Responder:
        if path.startswith(f"{authority.PREFIX}/"):
            return self._authority
        if path.startswith(f"{sign_in.PREFIX}/"):
            return self._sign_in
        if path.lower().startswith("/admin/"):
            return self._admin
        return self._functions
