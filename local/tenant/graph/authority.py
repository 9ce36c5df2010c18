"""Where tokens come from: the endpoint of managed identities in an app, and the tenant's token endpoint."""

import hmac
from datetime import UTC, datetime
from urllib.parse import parse_qs

from local.tenant.graph.messages import Answer, Request
from local.tenant.graph.tokens import AUDIENCE, AUDIENCES, TokenRefused, Tokens

IDENTITY_PATH = "/msi/token"
_API_VERSION = "2019-08-01"
_ASSERTION_GRANT = "client_credentials"


class Authority:
    """Answers both. ``identity_header`` is the secret that only the app on this machine has."""

    def __init__(self, tokens: Tokens, tenant_id: str, identity_header: str) -> None:
        self._tokens = tokens
        self._tenant_id = tenant_id
        self._identity_header = identity_header

    def managed_identity(self, request: Request) -> Answer:
        """``GET IDENTITY_ENDPOINT?resource=…&api-version=2019-08-01&client_id=…``, as App Service answers it."""
        if not hmac.compare_digest(request.headers.get("x-identity-header", ""), self._identity_header):
            return _identity_error(401, "The X-IDENTITY-HEADER is missing or wrong.")
        if request.query.get("api-version") != _API_VERSION:
            return _identity_error(400, "Unsupported api-version.")
        audience = request.query.get("resource", "").rstrip("/")
        if audience not in AUDIENCES:
            return _identity_error(400, "The resource is unknown.")
        client_id = request.query.get("client_id", "")
        try:
            token, end = self._tokens.issue(client_id, audience)
        except TokenRefused as error:
            return _identity_error(400, str(error))
        body = {
            "access_token": token,
            "client_id": client_id,
            "expires_on": str(int(end.timestamp())),
            "resource": audience,
            "token_type": "Bearer",
        }
        return Answer(200, body)

    def client_credentials(self, tenant_id: str, form: str) -> Answer:
        """``POST /{tenant}/oauth2/v2.0/token`` with a client secret."""
        told = {name: values[0] for name, values in parse_qs(form).items()}
        if tenant_id != self._tenant_id:
            return _oauth_error("invalid_request", f"AADSTS90002: Tenant '{tenant_id}' not found.")
        if told.get("grant_type") != _ASSERTION_GRANT:
            return _oauth_error("unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.")
        if told.get("scope") != f"{AUDIENCE}/.default":
            return _oauth_error("invalid_scope", "AADSTS1002012: The scope must end with '/.default'.")
        client_id = told.get("client_id", "")
        identity = self._tokens.identities.get(client_id)
        secret = identity.secret if identity is not None else None
        if secret is None or not hmac.compare_digest(secret.encode(), told.get("client_secret", "").encode()):
            return _oauth_error("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)
        try:
            token, end = self._tokens.issue(client_id)
        except TokenRefused as error:
            return _oauth_error("unauthorized_client", str(error))
        seconds = max(int((end - datetime.now(UTC)).total_seconds()), 0)
        return Answer(200, {"token_type": "Bearer", "expires_in": seconds, "access_token": token})


def _identity_error(status: int, message: str) -> Answer:
    return Answer(status, {"statusCode": status, "message": message})


def _oauth_error(error: str, description: str, status: int = 400) -> Answer:
    return Answer(status, {"error": error, "error_description": description})
