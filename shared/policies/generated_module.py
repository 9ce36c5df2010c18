"""The Python module that the compiler generates: its functions, their constants and the names of their locals.

It is built from syntax nodes. Attribute names come from the vocabulary's declared paths and the values of a policy are
constants, so no text of a policy ever becomes code.
"""

import ast
from collections.abc import Hashable

from shared.domain.known import UNKNOWN
from shared.policies import expressions as make
from shared.policies.vocabulary import Root

ARGUMENTS = ("event", "app", "now")
"""Of every function that a caller gets."""


class GeneratedModule:
    """With ``over_events`` its functions may be called without an app (None), whose facts are unknown then."""

    def __init__(self, *, over_events: bool) -> None:
        self._over_events = over_events
        self._functions: list[ast.stmt] = []
        self._constants: dict[str, object] = {}
        self._locals: dict[Hashable, str] = {}

    def may_lack(self, root: Root) -> bool:
        """Whether the functions may be called without this root of facts."""
        return self._over_events and root is Root.APP

    def constant(self, value: object) -> ast.expr:
        """The value as an expression: literally, or by the name under which the module holds it."""
        if value is None or isinstance(value, str | bool | int | float):
            return ast.Constant(value)
        name = f"k{len(self._constants)}"
        self._constants[name] = value
        return make.load(name)

    def local(self, content: Hashable) -> str:
        """The name of the local with this content: the same in all functions."""
        return self._locals.setdefault(content, f"v{len(self._locals)}")

    def define(self, name: str, arguments: tuple[str, ...], body: list[ast.stmt]) -> None:
        self._functions.append(make.function(name, arguments, body))

    def define_numbered(self, prefix: str, arguments: tuple[str, ...], body: list[ast.stmt]) -> ast.expr:
        """Defines a function under a name of its own, and gives that name."""
        name = f"{prefix}_{len(self._functions)}"
        self.define(name, arguments, body)
        return make.load(name)

    def run(self) -> dict[str, object]:
        """The functions by name."""
        module = ast.fix_missing_locations(ast.Module(self._functions, []))
        namespace: dict[str, object] = {"__builtins__": {}, "UNKNOWN": UNKNOWN, **self._constants}
        exec(compile(module, "<policies>", "exec"), namespace)  # noqa: S102 -- nodes built here, no text of a policy
        return namespace
