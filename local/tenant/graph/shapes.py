"""How an object looks in an answer: the selected properties, without what never leaves the directory."""

from typing import Any

from local.tenant.graph.filters import Object
from local.tenant.graph.schema import Kind


def project(found: Object, asked: Kind, select: frozenset[str] | None, *, with_keys: bool = False) -> Object:
    """The object with the selected properties; without a selection, with all that come by themselves.

    The id comes only if it is selected, too. ``with_keys`` leaves the public keys of certificates in: only a single
    object of which ``keyCredentials`` was selected tells them.
    """
    chosen = asked.plain if select is None else select
    shown = dict(found) if chosen is None else {name: found.get(name) for name in sorted(chosen)}
    keys = shown.get("keyCredentials")
    if keys and not with_keys:
        shown["keyCredentials"] = [{**key, "key": None} for key in keys]
    return shown


def typed(found: Object, kind: str) -> Object:
    """An object of a list that mixes types, which tells its own."""
    return {"@odata.type": f"#microsoft.graph.{kind}", **found}


def limited(found: Object) -> dict[str, Any]:
    """A user as a caller sees it who may not read users: the id, and nothing in the other properties."""
    return {name: value if name == "id" else None for name, value in found.items()}
