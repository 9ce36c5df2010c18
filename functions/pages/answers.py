"""What goes back to a browser: a page, a file of its style, or the address to go on to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import azure.functions as func

_ALWAYS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not no-referrer: with that a browser sends our own forms with the origin "null". Other sites learn nothing.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_NOT_KEPT: Final = {**_ALWAYS, "Cache-Control": "no-store"}
# An address of an asset names its content, so a new one has a new address.
_KEPT: Final = {**_ALWAYS, "Cache-Control": "private, max-age=31536000, immutable"}


@dataclass(frozen=True, kw_only=True)
class View:
    """A page: a template's name and the values that it shows."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class SeeOther:
    """Where to go on to: a path and query of our own. Nothing is sent twice when that page is loaded again."""

    address: str


@dataclass(frozen=True, kw_only=True)
class AssetFile:
    content: bytes
    media_type: str


@dataclass(frozen=True, kw_only=True)
class FileDownload:
    """A file to be saved and not shown; ``name`` needs no quotes."""

    content: bytes
    media_type: str
    name: str


type Answer = View | SeeOther | AssetFile | FileDownload


def page_response(html: str, status: int) -> func.HttpResponse:
    return func.HttpResponse(html, status_code=status, mimetype="text/html", charset="utf-8", headers=_NOT_KEPT)


def redirect_response(address: str) -> func.HttpResponse:
    return func.HttpResponse(status_code=303, headers={**_NOT_KEPT, "Location": address})


def download_response(file: FileDownload) -> func.HttpResponse:
    headers = {**_NOT_KEPT, "Content-Disposition": f'attachment; filename="{file.name}"'}
    return func.HttpResponse(file.content, mimetype=file.media_type, headers=headers)


def asset_response(asset: AssetFile) -> func.HttpResponse:
    return func.HttpResponse(asset.content, mimetype=asset.media_type, headers=_KEPT)
