"""Named lists that policies refer to by ``{list: NAME}``."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from shared.domain.permissions import DATA_WIDE_APP_ROLES, RISKY_SCOPES, TIER0_APP_ROLES
from shared.policies.documents import read_document
from shared.policies.errors import PolicyError, Problem
from shared.policies.forms import Form, in_form

_FILE = "lists.yaml"

PROTECTED_APPS: Final = "protectedApps"
TENANT_LISTS: Final = {
    "trustedPublishers": "Publishers whose apps the tenant trusts, by the name that their apps show as publisher.",
    "priorityUsers": "People whose data is worth most, by object id or user principal name.",
    PROTECTED_APPS: "Apps that the tenant cannot do without, by appId. No remediation touches them.",
}
"""Lists that there are from the start, empty, and that only the tenant can fill."""

MOST_VALUES: Final = 2_000
LONGEST_VALUE: Final = 256
MOST_CHARACTERS: Final = 100_000
"""Of all values together, as ``length_of`` counts them: a list is one row, and the wire takes six bytes for many."""
LONGEST_DESCRIPTION: Final = 1_000
_NAME: Final = re.compile(r"[a-z][A-Za-z0-9]{0,63}")


def load_lists() -> dict[str, tuple[str, ...]]:
    """Every named list of the product; those that the tenant fills are empty. Reads the bundled file each time: the
    caller keeps the result.
    """
    text = (files("shared.policies") / _FILE).read_text(encoding="utf-8")
    return {
        **dict.fromkeys(TENANT_LISTS, ()),
        **parse_lists(text, _FILE),
        "riskyScopes": tuple(sorted(RISKY_SCOPES)),
        "tier0AppRoles": tuple(sorted(TIER0_APP_ROLES)),
        "dataWideAppRoles": tuple(sorted(DATA_WIDE_APP_ROLES)),
    }


@cache
def names_of_the_product() -> frozenset[str]:
    """Of the lists that no tenant can write."""
    return frozenset(load_lists()) - TENANT_LISTS.keys()


def length_of(values: Iterable[str]) -> int:
    """In units of UTF-16, as rows are measured: rare characters count twice."""
    return sum(len(value.encode("utf-16-le", "surrogatepass")) for value in values) // 2


def is_list_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def is_plain(value: str) -> bool:
    """Whether a value is what it looks like: hidden signs and spaces around it would make it another one."""
    return bool(value) and value == value.strip() and value.isprintable()


def wrong_member(name: str, value: str) -> str | None:
    """What is wrong with a value of this list: one that names no app would protect none, unnoticed."""
    if name == PROTECTED_APPS and in_form(Form.GUID, value) is None:
        return f"{value:.80} is no appId; {PROTECTED_APPS} holds appIds, which are GUIDs"
    return None


def parse_lists(text: str, name: str) -> dict[str, tuple[str, ...]]:
    """The lists of a text: a mapping of names to lists of texts. Raises PolicyError with file and line."""
    document = read_document(text, name)
    if not isinstance(document.value, dict):
        raise PolicyError(Problem("write NAME: [TEXT, …]", file=name, line=1))
    lists: dict[str, tuple[str, ...]] = {}
    for key, values in document.value.items():
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            line = document.line((key,))
            raise PolicyError(Problem("a list holds at least one text, and only texts", (key,), None, name, line))
        lists[key] = tuple(values)
    return lists
