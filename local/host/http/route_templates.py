"""ASP.NET route templates: ``api/apps/{id:guid}``, ``{x?}``, ``{x=5}``, ``{*rest}``; letter case does not matter."""

import re
from dataclasses import dataclass
from typing import Self

from local.host.errors import HostError
from local.host.http.route_constraints import Constraint, parse_constraint

_PARAMETER = re.compile(r"\{(?P<stars>\*{0,2})(?P<name>\w+)(?::(?P<constraints>[^=?{}]+))?(?P<end>\?|=[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class Literal:
    """A segment that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A segment that takes a value; a catch-all takes the rest of the path."""

    name: str
    constraints: tuple[Constraint, ...]
    optional: bool
    default: str | None
    catch_all: bool

    def accepts(self, value: str) -> bool:
        """Whether the value fits all constraints; no value is empty."""
        return value != "" and all(constraint(value) for constraint in self.constraints)

    @property
    def may_be_absent(self) -> bool:
        """Whether the path may end before this segment."""
        return self.optional or self.catch_all or self.default is not None


type Segment = Literal | Parameter


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template."""

    segments: tuple[Segment, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a template without a leading slash. Raises HostError.

        Segments that mix text and parameters (``{name}.{kind}``) are not served here.
        """
        segments = tuple(_segment(part, text) for part in text.split("/")) if text else ()
        for segment in segments[:-1]:
            if isinstance(segment, Parameter) and segment.catch_all:
                raise HostError(f"Route {text!r} goes on after the catch-all {segment.name}.")
        return cls(segments)

    def match(self, path: str) -> dict[str, str] | None:
        """The values of the parameters where ``path`` (with its leading slash) fits, else None.

        One slash at the end is ignored. Absent optional values are not in the result.
        """
        rest = path.removeprefix("/")
        values: dict[str, str] = {}
        for segment in self.segments:
            if isinstance(segment, Parameter) and segment.catch_all:
                value, rest = rest, ""
            else:
                value, _, rest = rest.partition("/")
            if isinstance(segment, Literal):
                if value.lower() != segment.text.lower():
                    return None
            elif not _take(segment, value, rest, values):
                return None
        return values if not rest else None


def can_share_a_path(one: Template, other: Template) -> bool:
    """Whether some path may fit both templates."""
    return _can_share(one.segments, other.segments)


def _can_share(one: tuple[Segment, ...], other: tuple[Segment, ...]) -> bool:
    if not one or not other:
        return all(isinstance(left, Parameter) and left.may_be_absent for left in one or other)
    left, right = one[0], other[0]
    if any(isinstance(head, Parameter) and head.catch_all for head in (left, right)):
        return True
    return _can_be_same(left, right) and _can_share(one[1:], other[1:])


def _can_be_same(left: Segment, right: Segment) -> bool:
    match left, right:
        case Literal(), Literal():
            return left.text.lower() == right.text.lower()
        case Literal(), Parameter():
            return right.accepts(left.text)
        case Parameter(), Literal():
            return left.accepts(right.text)
        case _:
            return True


def _take(segment: Parameter, value: str, rest: str, values: dict[str, str]) -> bool:
    if value:
        if not segment.accepts(value):
            return False
        values[segment.name] = value
        return True
    if rest or not segment.may_be_absent:
        return False
    if segment.default is not None:
        values[segment.name] = segment.default
    return True


def _written(constraints: str | None) -> list[str]:
    return constraints.split(":") if constraints else []


def _segment(part: str, template: str) -> Segment:
    if "{" not in part and "}" not in part:
        if not part:
            raise HostError(f"Route {template!r} has an empty segment.")
        return Literal(part)
    found = _PARAMETER.fullmatch(part)
    if found is None:
        raise HostError(f"Route {template!r} has a segment that is not served here: {part}")
    try:
        constraints = tuple(parse_constraint(written) for written in _written(found["constraints"]))
    except ValueError as error:
        raise HostError(f"Route {template!r}: {error}") from error
    end = found["end"] or ""
    return Parameter(
        name=found["name"],
        constraints=constraints,
        optional=end == "?",
        default=end[1:] if end.startswith("=") else None,
        catch_all=bool(found["stars"]),
    )
