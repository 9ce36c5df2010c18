"""YAML to plain values, with the line of every key. Only what policies need, and nothing that can bite.

Differences from PyYAML's safe loader, each for a reason: booleans are ``true`` and ``false`` only (YAML 1.1 reads the
key ``on`` and the country ``NO`` as booleans) and dates stay text; a key given twice is an error, not silently the
last one; anchors and tags are refused (an alias of an alias can grow without end); size and depth are limited.
"""

import re
from dataclasses import dataclass, field

import yaml

from shared.policies.errors import KeyPath, PolicyError, Problem

_LARGEST = 256 * 1024
_DEEPEST = 40
INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z", re.ASCII)
"""What is read as a whole number."""
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What YAML does not allow in a file, unless as an escape in quotation marks."""
_REMEDIES = {
    "but found another document": "a file is one document: write several policies as a list",
    "found character that cannot start any token": "tabs do not indent; quote text that begins with @, % or `",
    "mapping values are not allowed in this context": "quote text that holds a colon and a blank",
}
"""By what libyaml says."""


# On libyaml, which is ten times as fast: the catalogue is read at every cold start.
class _CoreSchema(yaml.CSafeLoader):
    """Resolves plain scalars as YAML 1.2 does. PyYAML matches from the start only, hence the ``\\Z``."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -- PyYAML's own form


_CoreSchema.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(null|~|)\Z"), ["n", "~", ""])
_CoreSchema.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)\Z"), ["t", "f"])
_CoreSchema.add_implicit_resolver("tag:yaml.org,2002:int", INTEGER, list("-+0123456789"))
_CoreSchema.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}\Z", re.ASCII), list("-+0123456789")
)


@dataclass(slots=True)
class Document:
    """The values of one file, and the line on which each of them starts, by its path from the top."""

    value: object
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """The line of the value, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(text: str, name: str) -> Document:
    """Reads one YAML document. Raises PolicyError with the file's name and the line."""
    if len(text) > _LARGEST:
        raise PolicyError(Problem(f"the file is larger than {_LARGEST // 1024} KB", file=name))
    if unread := _UNREADABLE.search(text):
        raise PolicyError(_unreadable(unread, name))
    _refuse_depth_and_anchors(text, name)
    try:
        root = yaml.compose(text, _CoreSchema)
    except yaml.YAMLError as error:
        raise PolicyError(_syntax_problem(error, name)) from None
    if root is None:
        raise PolicyError(Problem("the file is empty", file=name))
    lines: dict[KeyPath, int] = {}
    return Document(_value(root, (), lines, name), lines)


def _refuse_depth_and_anchors(text: str, name: str) -> None:
    """Looks at the events first: composing is recursive, and deep text would exhaust the stack."""
    depth = 0
    try:
        for event in yaml.parse(text, _CoreSchema):
            if getattr(event, "anchor", None) is not None:
                line = _line(event)
                raise PolicyError(Problem("anchors and aliases are refused; write it out", file=name, line=line))
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _DEEPEST:
                raise PolicyError(Problem(f"nested more than {_DEEPEST} deep", file=name, line=_line(event)))
    except yaml.YAMLError as error:
        raise PolicyError(_syntax_problem(error, name)) from None


def _line(part: yaml.Event | yaml.Node) -> int:
    return part.start_mark.line + 1 if part.start_mark else 0


def _value(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], name: str) -> object:
    lines[path] = _line(node)
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        return _mapping(node, path, lines, name)
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_value(item, (*path, index), lines, name) for index, item in enumerate(node.value)]
    return _scalar(node, name)


def _mapping(node: yaml.MappingNode, path: KeyPath, lines: dict[KeyPath, int], name: str) -> dict[str, object]:
    mapping: dict[str, object] = {}
    for key_node, value_node in node.value:
        key, line = key_node.value, _line(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            raise PolicyError(
                Problem("a key that is a list or a mapping is not text; quote it", path, file=name, line=line)
            )
        if key_node.tag != "tag:yaml.org,2002:str":
            raise PolicyError(Problem(f"the key {key!s:.80} is not text; quote it", path, file=name, line=line))
        if key in mapping:
            raise PolicyError(Problem(f"the key {key:.80} is given twice", path, file=name, line=line))
        mapping[key] = _value(value_node, (*path, key), lines, name)
        lines[(*path, key)] = line
    return mapping


def _scalar(node: yaml.Node, name: str) -> object:
    text = str(node.value)
    match node.tag:
        case "tag:yaml.org,2002:str":
            return text
        case "tag:yaml.org,2002:null":
            return None
        case "tag:yaml.org,2002:bool" if text in ("true", "false"):
            return text == "true"
        case "tag:yaml.org,2002:int" if text.lstrip("+-").isdigit():
            return int(text)
        case "tag:yaml.org,2002:float" if text.lstrip("+-").replace(".", "", 1).isdigit():
            return float(text)
    raise PolicyError(Problem(f"the tag {node.tag:.80} is refused", file=name, line=_line(node)))


def _syntax_problem(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    text = getattr(error, "problem", None) or "cannot be read"
    remedy = f"; {_REMEDIES[text]}" if text in _REMEDIES else ""
    return Problem(f"not YAML: {text}{remedy}", file=name, line=mark.line + 1 if mark else 0)


def _unreadable(found: re.Match[str], name: str) -> Problem:
    sign = found.group()
    is_half = "\ud800" <= sign <= "\udfff"
    text = f"not YAML: the text holds {'half of a surrogate pair' if is_half else f'the sign U+{ord(sign):04X}'}"
    return Problem(text, file=name, line=found.string.count("\n", 0, found.start()) + 1)
