"""Policies as YAML text: what the files of a folder say, and what an export writes.

PyYAML knows YAML 1.1, the reader of policies 1.2. Text that either takes for something else is put in quotation marks
(``NO``, ``on``, ``2026-01-15``, ``007``), so that every tool reads the same. The key ``on`` alone stands bare, as the
documentation has it.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import yaml

from shared.domain.policy_book import NamedList, PolicyBody, canonical
from shared.policies.documents import INTEGER, read_document
from shared.policies.errors import PolicyError, Problem

_POLICY_KEYS: Final = (
    "id",
    "title",
    "kind",
    "status",
    "description",
    "why",
    "falsePositives",
    "triage",
    "attack",
    "sources",
    "licence",
    "state",
    "scope",
    "actions",
    "alert",
    "parameters",
    "on",
    "by",
    "within",
    "having",
    "steps",
    "when",
    "tests",
)
_TUNING_KEYS: Final = ("tune", "state", "severity", "autoResolve", "scope", "actions", "parameters")
_TEXT: Final = "tag:yaml.org,2002:str"
_WIDTH: Final = 120
_LONGEST_LIST: Final = 90
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z", re.ASCII)
"""As YAML 1.2 has it. 1.1 knows no ``1e3``, the reader of policies neither; others do."""


def policy_text(policy_id: str, body: PolicyBody) -> str:
    """The file of a policy that people wrote. Raises PolicyError for what YAML files cannot hold."""
    return _written({**body, "id": policy_id}, _POLICY_KEYS, policy_id)


def tuning_text(policy_id: str, body: PolicyBody) -> str:
    """The file of the tuning of a bundled policy. Raises PolicyError."""
    return _written({**body, "tune": policy_id}, _TUNING_KEYS, policy_id)


def lists_text(lists: Mapping[str, NamedList]) -> str:
    """The file of named lists, by name. Raises PolicyError."""
    described = {name: list_body(lists[name]) for name in sorted(lists)}
    return _written({"lists": described}, (), None)


def list_body(one: NamedList) -> PolicyBody:
    """A list as a file says it."""
    description = {"description": one.description} if one.description else {}
    return {**description, "values": list(one.values)}


def _written(body: PolicyBody, order: tuple[str, ...], policy_id: str | None) -> str:
    """``version`` is left out: the service counts it."""
    kept = {key: value for key, value in body.items() if key != "version"}
    known = [key for key in order if key in kept]
    ordered = {key: kept[key] for key in (*known, *(key for key in kept if key not in order))}
    dumped: str = yaml.dump(
        ordered, Dumper=_Writer, width=_WIDTH, allow_unicode=True, sort_keys=False, default_flow_style=None
    )
    text = _visible(dumped)
    if not _reads_back(text, ordered):
        raise PolicyError(Problem("it holds a value that a policy file cannot say, such as 1e30", (), policy_id))
    return text


def _reads_back(text: str, body: PolicyBody) -> bool:
    """What a file says must be what was written, to the type: ``1`` is neither ``1.0`` nor ``true``."""
    try:
        return canonical(read_document(text, "").value) == canonical(body)
    except (PolicyError, UnicodeEncodeError):
        return False


class _BareKey(str):
    """The key ``on``, which needs no quotation marks where a policy is read."""

    __slots__ = ()


class _Writer(yaml.SafeDumper):
    """PyYAML's own writer in Python: the one in C takes no text of a class of its own."""

    def represent(self, data: Any) -> None:
        """The file as a whole is never on one line."""
        node = self.represent_data(data)
        if isinstance(node, yaml.CollectionNode):
            node.flow_style = False
        self.serialize(node)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 -- PyYAML's signature
        return True

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if isinstance(value, _BareKey):
            return _TEXT
        return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]  # its stubs leave it out

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 -- as above
        # Lists are set in below their key, as the documentation has them.
        super().increase_indent(flow, indentless=False)


def _mapping(writer: yaml.SafeDumper, value: dict[str, object]) -> yaml.Node:
    node = writer.represent_mapping("tag:yaml.org,2002:map", value.items())
    for key, _ in node.value:
        if key.value == "on":
            key.value = _BareKey(key.value)
    return node


def _sequence(writer: yaml.SafeDumper, value: list[object]) -> yaml.Node:
    """On one line only where that is short: prose stands one sentence below the other."""
    node = writer.represent_sequence("tag:yaml.org,2002:seq", value)
    if node.flow_style and sum(len(item.value) + 2 for item in node.value) > _LONGEST_LIST:
        node.flow_style = False
    return node


def _visible(text: str) -> str:
    """Signs that cannot be seen, written by their numbers: nobody could review what they hide or reorder.

    They stand within double quotes only (see ``_text``), where their numbers mean the same.
    """
    return "".join(one if one.isprintable() or one == "\n" else f"\\U{ord(one):08x}" for one in text)


def _text(writer: yaml.SafeDumper, value: str) -> yaml.Node:
    """Text with signs that cannot be seen is quoted; the next reader may take some for ends of lines."""
    lines = value.split("\n")
    style = None
    if not all(line.isprintable() for line in lines):
        style = '"'
    elif len(lines) > 1 and not any(line.endswith(" ") for line in lines):
        style = "|"
    return writer.represent_scalar(_TEXT, value, style=style)


def _number(writer: yaml.SafeDumper, value: float) -> yaml.Node:
    """Without an exponent, which a policy file does not know."""
    digits = format(Decimal(repr(value)), "f")
    return writer.represent_scalar("tag:yaml.org,2002:float", digits if "." in digits else f"{digits}.0")


_Writer.add_representer(dict, _mapping)
_Writer.add_representer(list, _sequence)
_Writer.add_representer(str, _text)
_Writer.add_representer(float, _number)
# 007 is a number to the reader of policies and text to YAML 1.1.
_Writer.add_implicit_resolver("tag:yaml.org,2002:int", INTEGER, list("-+0123456789"))
_Writer.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))
