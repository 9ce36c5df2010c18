"""Short names for the syntax nodes that the compiler builds. Nodes, never text: nothing is ever parsed."""

import ast


def load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def null() -> ast.expr:
    return ast.Constant(None)


def unknown() -> ast.expr:
    return load("UNKNOWN")


def assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def remember(name: str, value: ast.expr) -> ast.expr:
    """``(name := value)``"""
    return ast.NamedExpr(ast.Name(name, ast.Store()), value)


def attribute(value: ast.expr, name: str) -> ast.expr:
    return ast.Attribute(value, name, ast.Load())


def call(function: ast.expr, *arguments: ast.expr) -> ast.expr:
    return ast.Call(function, list(arguments), [])


def method(value: ast.expr, name: str, *arguments: ast.expr) -> ast.expr:
    return call(attribute(value, name), *arguments)


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [operator], [right])


def is_(left: ast.expr, right: ast.expr) -> ast.expr:
    return compare(left, ast.Is(), right)


def is_not(left: ast.expr, right: ast.expr) -> ast.expr:
    return compare(left, ast.IsNot(), right)


def negate(value: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), value)


def all_(*values: ast.expr) -> ast.expr:
    return _join(ast.And(), values, empty=True)


def any_(*values: ast.expr) -> ast.expr:
    return _join(ast.Or(), values, empty=False)


def _join(operator: ast.boolop, values: tuple[ast.expr, ...], *, empty: bool) -> ast.expr:
    if not values:
        return ast.Constant(empty)
    return values[0] if len(values) == 1 else ast.BoolOp(operator, list(values))


def function(name: str, arguments: tuple[str, ...], body: list[ast.stmt]) -> ast.stmt:
    return ast.FunctionDef(
        name=name,
        args=ast.arguments(
            posonlyargs=[], args=[ast.arg(item) for item in arguments], kwonlyargs=[], kw_defaults=[], defaults=[]
        ),
        body=body,
        decorator_list=[],
        type_params=[],
    )
