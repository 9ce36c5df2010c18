"""The local authority: what an app and its callers ask Entra for, below ``/.local/``."""

from datetime import UTC, datetime
from urllib.parse import parse_qs

from local.host.http.asgi import Request, Response, json_response
from local.host.identity.personas import PERSONAS
from local.host.identity.tokens import LIFETIME, Tokens

PREFIX = "/.local"


class Authority:
    """Answers below ``/.local/``: signing keys, discovery, tokens and the list of personas."""

    def __init__(self, address: str, tokens: Tokens) -> None:
        self._address = f"{address}{PREFIX}"
        self._tokens = tokens

    async def respond(self, request: Request) -> Response:
        """The answer: 404 for what is not there."""
        tenant = self._tokens.tenant_id
        match (request.method, *request.route_path.strip("/").split("/")[1:]):
            case ["GET", "personas"]:
                return self._personas()
            case ["POST", "token"]:
                return self._token(request.query)
            case ["GET", asked, "discovery", "v2.0", "keys"] if asked == tenant:
                return json_response(200, self._tokens.key_set())
            case ["GET", asked, "v2.0", ".well-known", "openid-configuration"] if asked == tenant:
                return self._discovery()
            case _:
                return Response(404)

    def _personas(self) -> Response:
        listed = [
            {
                "name": persona.name,
                "kind": "app" if persona.is_app else "user",
                "objectId": persona.object_id,
                "clientId": persona.client_id,
                "wids": persona.wids,
                "roles": persona.roles,
            }
            for persona in PERSONAS.values()
        ]
        return json_response(200, {"value": listed})

    def _token(self, query: str) -> Response:
        name = parse_qs(query).get("persona", [""])[0]
        persona = PERSONAS.get(name)
        if persona is None:
            return json_response(404, {"error": f"There is no persona {name!r}.", "personas": [*PERSONAS]})
        token = self._tokens.sign(persona, datetime.now(UTC))
        return json_response(
            200, {"token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds()), "access_token": token}
        )

    def _discovery(self) -> Response:
        document = {
            "issuer": self._tokens.issuer,
            "jwks_uri": f"{self._address}/{self._tokens.tenant_id}/discovery/v2.0/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return json_response(200, document)
