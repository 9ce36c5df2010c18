"""Forms: what they hold, and how it is made sure that our own page sent them."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel

from functions.models.problems import ProblemKind
from functions.problems import RequestRefused

MOST_FORM_BYTES = 131_072
"""Two long texts, of which a form writes each character as up to nine."""
_FORM = "application/x-www-form-urlencoded"
_TOKEN = "formToken"  # noqa: S105 -- the name of the field


class Form(BaseModel):
    """What a form sends. A field that was left empty counts as absent; line breaks are those of Unix."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_fields(cls, fields: Any) -> Any:
        return {name: value.replace("\r\n", "\n") for name, value in fields.items() if value.strip()}


class NoForm(Form):
    """A page, which reads no form."""


def read_fields(request: func.HttpRequest, most_bytes: int) -> tuple[dict[str, str], str]:
    """The fields of a form that was sent, and apart from them its token. Raises RequestRefused."""
    if len(request.get_body()) > most_bytes:
        raise RequestRefused(ProblemKind.BODY_TOO_LARGE, f"A form may have at most {most_bytes} bytes.")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise RequestRefused(ProblemKind.UNSUPPORTED_MEDIA_TYPE, f"Send the form as {_FORM}.")
    fields = dict(parse_qsl(request.get_body().decode("utf-8", "replace"), keep_blank_values=True))
    return fields, fields.pop(_TOKEN, "")


def refuse_other_sites(request: func.HttpRequest) -> None:
    """Raises RequestRefused unless the browser says that the form is on a page of ours.

    All current browsers send ``Sec-Fetch-Site``; older ones send ``Origin``. Behind a proxy the host differs from the
    origin, so the former counts first. A request with neither comes from no browser that could hold a session.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = site == "same-origin" if site is not None else _is_own(origin, request.headers.get("host"))
    if not own:
        raise forged()


def forged() -> RequestRefused:
    return RequestRefused(
        ProblemKind.CROSS_SITE_REQUEST, "The form is not one that this site gave you lately: open the page again."
    )


def _is_own(origin: str | None, host: str | None) -> bool:
    return origin is not None and host is not None and urlsplit(origin).netloc == host
