"""Route templates, the order in which routes are tried, and overlaps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.host.errors import HostError
from local.host.functions import Binding, Function
from local.host.http.route_templates import Template, can_share_a_path
from local.host.http.routes import find, overlaps, routes

GUID = "3d2f4c86-5a17-4b0e-9f43-6c1d8e0b7a21"


def function(name: str, route: str | None, *methods: str) -> Function:
    properties: dict[str, object] = {"route": route, "methods": list(methods) or None}
    return Function(name, name, (Binding("req", "httpTrigger", False, properties),))


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("", "/", {}),
        ("api/apps", "/api/apps", {}),
        ("api/apps", "/API/Apps/", {}),
        ("api/apps", "/api/apps//", None),
        ("api/apps", "/api", None),
        ("api/apps", "/api/apps/1", None),
        ("apps/{id}", "/apps/1", {"id": "1"}),
        ("apps/{id}", "/apps/", None),
        ("apps/{id}/alerts", "/apps//alerts", None),
        ("apps/{id}", "/apps/a%2Fb", {"id": "a%2Fb"}),
        ("apps/{id:guid}", f"/apps/{GUID.upper()}", {"id": GUID.upper()}),
        ("apps/{id:guid}", f"/apps/{GUID.replace('-', '')}", {"id": GUID.replace("-", "")}),
        ("apps/{id:guid}", f"/apps/({GUID})", {"id": f"({GUID})"}),
        ("apps/{id:guid}", f"/apps/{GUID}0", None),
        ("apps/{id:guid}", "/apps/new", None),
        ("apps/{id?}", "/apps", {}),
        ("apps/{id?}", "/apps/1", {"id": "1"}),
        ("apps/{id:int?}", "/apps/x", None),
        ("apps/{page=1}", "/apps", {"page": "1"}),
        ("files/{*path}", "/files/a/b/c.css", {"path": "a/b/c.css"}),
        ("files/{*path}", "/files/a/", {"path": "a/"}),
        ("files/{*path}", "/files", {}),
        ("files/{**path}", "/files/a/b", {"path": "a/b"}),
        ("n/{x:int}", "/n/-2147483648", {"x": "-2147483648"}),
        ("n/{x:int}", "/n/2147483648", None),
        ("n/{x:long}", "/n/2147483648", {"x": "2147483648"}),
        ("n/{x:bool}", "/n/TRUE", {"x": "TRUE"}),
        ("n/{x:alpha}", "/n/abc1", None),
        ("n/{x:range(1,5)}", "/n/5", {"x": "5"}),
        ("n/{x:int:min(3):max(4)}", "/n/5", None),
        ("n/{x:length(2)}", "/n/abc", None),
        ("n/{x:length(2,3)}", "/n/abc", {"x": "abc"}),
        ("n/{x:minlength(2):maxlength(3)}", "/n/a", None),
    ],
)
def test_a_template_fits_a_path_and_takes_its_values(template: str, path: str, values: dict[str, str] | None) -> None:
    assert Template.parse(template).match(path) == values


@pytest.mark.parametrize("template", ["a//b", "{*rest}/more", "{a}.{b}", "x{a}", "{a:odd}", "{a:int(3)}", "{a", "{}"])
def test_a_template_that_is_not_served_is_refused(template: str) -> None:
    with pytest.raises(HostError, match="Route"):
        Template.parse(template)


def test_functions_are_tried_in_alphabetical_order_not_by_precision() -> None:
    table = routes([function("b_exact", "apps/new"), function("a_any", "apps/{id}")], "")
    assert find(table, "GET", "/apps/new") == (table[0].function, {"id": "new"})
    assert table[0].function.name == "a_any"


def test_a_route_without_a_template_is_the_name_below_the_prefix() -> None:
    table = routes([function("Ping", None), function("Root", "/")], "api")
    assert find(table, "GET", "/api/ping") is not None
    assert find(table, "GET", "/api") is not None
    assert find(table, "GET", "/ping") is None


def test_a_method_that_is_not_taken_is_no_route_so_another_may_take_it() -> None:
    table = routes([function("a_read", "apps", "GET"), function("b_write", "apps", "post")], "")
    written = find(table, "POST", "/apps")
    assert written is not None
    assert written[0].name == "b_write"
    assert find(table, "DELETE", "/apps") is None
    assert overlaps(table) == []


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("apps", "APPS", True),
        ("apps", "alerts", False),
        ("apps/{id}", "apps/new", True),
        ("apps/{id:guid}", "apps/new", False),
        ("apps/{id:guid}", "apps/{name:alpha}", True),
        ("apps/{id}", "apps/{id}/alerts", False),
        ("apps/{id?}", "apps", True),
        ("apps/{id?}", "apps/{id}/alerts", False),
        ("{*rest}", "api/apps", True),
        ("files/{*path}", "files", True),
        ("files/{*path}", "filed/{id}", False),
        ("", "{page?}", True),
        ("", "apps", False),
    ],
)
def test_two_templates_overlap_where_one_path_fits_both(one: str, other: str, overlap: bool) -> None:
    table = routes([function("a", one), function("b", other)], "")
    assert overlaps(table) == ([("a", "b")] if overlap else [])


segments = st.sampled_from(["a", "b", "7", GUID])
templates = st.lists(st.sampled_from(["a", "b", "{x}", "{x:guid}", "{x:int}"]), min_size=1, max_size=3).flatmap(
    lambda heads: st.sampled_from(["/".join(heads), "/".join([*heads, "{y?}"]), "/".join([*heads, "{*z}"])])
)


@given(templates, templates, st.lists(segments, max_size=4))
@settings(max_examples=300, deadline=None)
def test_templates_that_fit_one_path_are_always_reported(one: str, other: str, parts: list[str]) -> None:
    left, right = Template.parse(one), Template.parse(other)
    path = "/" + "/".join(parts)
    if left.match(path) is not None and right.match(path) is not None:
        assert can_share_a_path(left, right)
        assert can_share_a_path(right, left)
