"""Paths of calls of Microsoft Graph, without what makes each call another: ids, addresses and queries.

The caller writes an address as it likes, and a call that fails is told as well. A template has a bounded length and
holds words of letters only, so that it can be shown, stored and counted whoever wrote it.
"""

import re
from urllib.parse import unquote

from shared.domain.events import Service

_MOST_CHARACTERS = 4096
_MOST_SEGMENTS = 12
_ID = "{id}"
_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^/?#]*")
_VERSION = re.compile(r"/+(?:v\d{1,2}\.\d{1,2}|beta)(?=/|$)", re.IGNORECASE)
# What is in quotes may hold a slash. Possessive: an address of quotes and brackets alone costs no more than another.
_BRACKETS = re.compile(r"\(((?:'[^']*'|[^()'])*+)\)")
_ALTERNATE_KEY = re.compile(r"(?:appid|uniquename|userprincipalname|externalid)\s*=", re.IGNORECASE)
_WORD = re.compile(r"\$?[A-Za-z][A-Za-z.]{0,49}(?:\(\))?")
_USER = re.compile(r"[0-9A-Fa-f-]{36}|[^@\s]{1,256}@[^@\s]{1,256}")
_FUNCTION = "()"
_KEY_MARK = "\0"

_COLLECTIONS = frozenset(
    {
        *("applications", "approleassignedto", "approleassignments", "attachments", "calendars", "channels", "chats"),
        *("childfolders", "children", "contactfolders", "contacts", "deleteditems", "devices", "directoryobjects"),
        *("directoryroles", "domains", "drives", "events", "groups", "items", "lists", "mailfolders", "members"),
        *("messagerules", "messages", "oauth2permissiongrants", "owners", "permissions", "posts"),
        *("replies", "roleassignments", "roledefinitions", "serviceprincipals", "sites", "subscriptions", "teams"),
        *("threads", "users", "versions"),
    }
)
"""What follows is the key of an item, also where it is a word, as in ``mailFolders/inbox``."""
_NOT_KEYS = frozenset({"delta", "getbyids", "getallmessages", "getallsites", "validateproperties"})

_TEAMS = frozenset({"teams", "chats", "joinedteams", "teamwork", "channels"})
_DRIVES = frozenset({"drive", "drives"})
_MAIL = frozenset(
    {
        *("calendar", "calendargroups", "calendars", "calendarview", "contactfolders", "conversations", "events"),
        *("findmeetingtimes", "inferenceclassification", "mailboxsettings", "mailfolders", "messagerules"),
        *("messages", "sendmail", "threads"),
    }
)
_ELSEWHERE = frozenset({"onenote", "planner", "todo"})
_DIRECTORY = frozenset(
    {
        *("administrativeunits", "applications", "auditlogs", "contacts", "devices", "directory", "directoryobjects"),
        *("directoryroles", "directoryroletemplates", "domains", "groups", "identity", "identitygovernance"),
        *("identityprotection", "me", "oauth2permissiongrants", "organization", "policies", "rolemanagement"),
        *("serviceprincipals", "subscribedskus", "users"),
    }
)
"""First segments."""


def template(uri: str) -> str:
    """The path with ``{id}`` in place of each key, in lower case: ``/users/{id}/mailfolders/{id}/messages``."""
    kept: list[str] = []
    for segment in _segments(uri)[: _MOST_SEGMENTS + 1]:
        kept.append(_shown(segment, kept[-1] if kept else ""))
    if len(kept) > _MOST_SEGMENTS:
        kept[_MOST_SEGMENTS:] = ["{more}"]
    return "/" + "/".join(kept)


def user_in(uri: str) -> str | None:
    """The user whose data the path leads to: an object id or a name as it stands there; None where it names none."""
    segments = _segments(uri)
    if len(segments) < 2 or segments[0].lower() != "users":
        return None
    user = segments[1].removeprefix(_KEY_MARK)
    return user if _USER.fullmatch(user) and user.isprintable() else None


def service_of(path: str) -> Service:
    """Whose data lies behind a template."""
    segments = path.strip("/").split("/")
    named = set(segments)
    if named & _TEAMS:
        return Service.TEAMS
    if segments[0] == "sites" or (segments[0] == "groups" and named & _DRIVES):
        return Service.SHAREPOINT
    if "sites" in named:
        return Service.SHAREPOINT
    if named & _DRIVES:
        return Service.ONEDRIVE
    if named & _MAIL or "contacts" in segments[1:]:
        return Service.EXCHANGE
    return Service.DIRECTORY if segments[0] in _DIRECTORY and not named & _ELSEWHERE else Service.OTHER


def _segments(uri: str) -> list[str]:
    """Decoded; a key is a segment of its own behind ``_KEY_MARK``, a file's path within a drive is one key."""
    path = _ORIGIN.sub("", uri[:_MOST_CHARACTERS].replace(_KEY_MARK, ""), count=1).partition("?")[0].partition("#")[0]
    path = _BRACKETS.sub(_key_or_function, _VERSION.sub("", path, count=1))
    return _without_files([unquote(segment).replace("/", "") for segment in path.split("/") if segment])


def _key_or_function(found: re.Match[str]) -> str:
    inner = unquote(found[1]).strip()
    if inner[:1] in {"'", '"'} or inner.isalnum() or _ALTERNATE_KEY.match(inner):
        key = inner.partition("=")[2] if _ALTERNATE_KEY.match(inner) else inner
        return f"/{_KEY_MARK}{key.strip().strip(chr(39)).replace('/', '').replace('?', '')}"
    return _FUNCTION


def _without_files(segments: list[str]) -> list[str]:
    """``root:/Reports/March.xlsx:/content`` names a file by its path, of any length: here it is one key."""
    kept: list[str] = []
    is_inside = False
    for segment in segments:
        if not is_inside:
            kept.append(segment.removesuffix(":") or _KEY_MARK)
            if segment.endswith(":"):
                kept.append(_KEY_MARK)
                is_inside = True
        elif segment.endswith(":"):
            is_inside = False
    return kept


def _shown(segment: str, before: str) -> str:
    if not _WORD.fullmatch(segment):
        return _ID
    word = segment.lower()
    is_key = before in _COLLECTIONS and word not in _NOT_KEYS
    is_name = word.startswith(("$", "microsoft.graph.")) or word.endswith(_FUNCTION)
    return _ID if is_key and not is_name else word
