"""``docs/reference/http.md``, from the tables of routes and of problems."""

from collections.abc import Iterable

from functions.models.problems import ProblemKind
from functions.models.shapes import Body, Parameters
from functions.route import MOST_BODY_BYTES, Open, Route
from functions.routes import ROUTES
from local.docs.markdown import codes, table

_PAGE = """\
# HTTP API

Written by `python -m local docs` from `functions/routes.py`: change it there. The full description of what goes in and
out is the OpenAPI document, which the service gives at `/api/openapi.json`.

{routes}

Which roles have a right: [roles and rights](roles.md).

## Rules for all routes

- App Service authentication signs callers in: a browser by its session, a program by a bearer token of the tenant for
  this API (`Authorization: Bearer …`). A caller is known before anything else is looked at.
- Bodies are JSON (`application/json`) of at most {most_body_bytes:,} bytes; lists and files of policies may be larger.
  Unknown members and unknown query parameters are refused by name.
- Times carry their zone, like `2026-11-24T13:00:00Z`.
- A list answers with `value`, and with `nextLink` while there is more. A page may be short, even empty, and still have
  one.
- An alert comes with its version, as `ETag` and as `@odata.etag`; policies and lists have an `ETag` too. Sent back as
  `If-Match`, a change of one is made only to that version. A bulk change takes none.
- In changes, an absent member stays as it is and null clears it (`assignedTo`, `snoozedUntilDateTime`).
- Texts such as names of apps come from outside: show them as text, never as markup.

## Problems

An error of a known route has a body of type `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`
and `errors`, a list of `field` and `message`. Programs look at `type`. What the platform answers itself (401 to a bad
token, 404 to an unknown path or method) has no body.

{problems}
"""


def http_page() -> str:
    """The whole page."""
    return _PAGE.format(
        routes=table(["method", "path", "right", "query", "what it does"], map(_route_row, ROUTES)),
        problems=table(["type", "status", "meaning"], map(_problem_row, ProblemKind)),
        most_body_bytes=MOST_BODY_BYTES,
    )


def _route_row(route: Route[Parameters, Body]) -> list[str]:
    right = "none: open to anybody" if isinstance(route.right, Open) else route.right.value
    return [route.method, f"`/{route.template}`", right, codes(_query(route.parameters)), route.summary]


def _query(parameters: type[Parameters]) -> Iterable[str]:
    return (field.alias or name for name, field in parameters.model_fields.items())


def _problem_row(kind: ProblemKind) -> list[str]:
    return [f"`{kind.type}`", str(kind.status.value), kind.meaning]
