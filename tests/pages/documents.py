"""An HTML page as a test looks at it: its elements, its text, its forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "input", "br", "path", "circle", "rect"})
_INLINE = frozenset({"a", "bdi", "code", "span", "strong", "time"})


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    def all(self, *names: str) -> list["Element"]:
        """The elements of these names below this one, in their order."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.name in names else []
                found += child.all(*names)
        return found

    def one(self, tag: str, /, **attributes: str) -> "Element":
        [found] = [each for each in self.all(tag) if attributes.items() <= each.attributes.items()]
        return found

    def every(self) -> list["Element"]:
        own = [child for child in self.children if isinstance(child, Element)]
        return [element for child in own for element in (child, *child.every())]

    @property
    def text(self) -> str:
        """What is read, with single spaces."""
        return " ".join(self._read().split())

    def _read(self) -> str:
        read = "".join(child if isinstance(child, str) else child._read() for child in self.children)
        return read if self.name in _INLINE else f" {read} "


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.children.append(element)
        if tag not in _VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.children.append(Element(tag, {name: value or "" for name, value in attrs}, self._open))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert tag == self._open.name, f"</{tag}> ends <{self._open.name}>"
            assert self._open.parent is not None
            self._open = self._open.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)

    def finished(self) -> Element:
        self.close()
        assert self._open is self.root, f"<{self._open.name}> is not ended"
        return self.root


def parse(html: str) -> Element:
    """The page. Fails where an element is not ended, or ended in another's place."""
    parser = _Parser()
    parser.feed(html)
    return parser.finished()


def fields_of(form: Element) -> dict[str, str]:
    """What a browser sends of a form that nobody touched."""
    fields = {}
    for element in form.all("input", "select", "textarea"):
        name, kind = element.attributes.get("name"), element.attributes.get("type", "text")
        if name is None or (kind in {"checkbox", "radio"} and "checked" not in element.attributes):
            continue
        fields[name] = _value(element)
    return fields


def _value(element: Element) -> str:
    if element.name == "textarea":
        return "".join(child for child in element.children if isinstance(child, str))
    if element.name == "select":
        options = element.all("option")
        chosen = [option for option in options if "selected" in option.attributes] or options
        return chosen[0].attributes.get("value", chosen[0].text)
    return element.attributes.get("value", "")
