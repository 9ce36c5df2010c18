"""Regular expressions: which are refused, and that the rest cannot run away."""

import re

import pytest

from shared.policies.patterns import PatternError, compile_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(a|a)*$",
        r"(a{0,9}){9}",
        r"a*b",
        r"^a*b*",
        r"^(a*)b",
        r"^a|b*",
        r"^x|a*a$",
        r"a{0,65}",
        r"a{5,}",
        r"a{0,64}b{0,64}c{0,64}",
        r"(a)\1",
        r"(?P<n>a)(?P=n)",
        r"(?=a)",
        r"(?<!a)",
        r"(?i)a",
        r"(?#a)",
        r"(?>a)",
        r"a*?",
        r"^a*+",
        r"a??",
        r"^a**",
        r"*a",
        r"(a",
        r"a)",
        r"[a",
        r"[[:alpha:]]",
        r"a{2,1}",
        r"\p{L}",
        r"\x41",
        "\\",
        "",
        "a" * 201,
        "(" * 9 + "a" + ")" * 9,
        "(a|b)" * 14,
    ],
)
def test_a_pattern_that_could_backtrack_or_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "hit", "miss"),
    [
        (r"^(10|185|45)\.[0-9]+\.", "185.20.1.1", "86.20.1.1"),
        (r"KeyIdentifier=[0-9a-f]{8}-", "x KEYIDENTIFIER=0a1b2c3d-", "KeyIdentifier=xyz"),
        (r"^https?://[^/]{1,64}\.onmicrosoft\.com(/|$)", "https://a.onmicrosoft.com/x", "https://onmicrosoft.com.x"),
        (r"[]^-]", "a]b", "ab"),
        (r"^\w+@", "user@x", "@x"),
        (r"\{\d\}", "{5}", "5"),
    ],
)
def test_an_accepted_pattern_searches_without_case(pattern: str, hit: str, miss: str) -> None:
    compiled = compile_pattern(pattern)
    assert compiled.search(hit)
    assert not compiled.search(miss)


def test_the_costliest_accepted_pattern_still_ends_on_a_long_text() -> None:
    compiled = compile_pattern(r"a{0,64}a{0,64}b")
    assert compiled.search("a" * 2_000) is None


def test_whatever_is_accepted_is_a_regular_expression_of_python_too() -> None:
    for pattern in (r"a|b", r"(?:a|b)?c", r"[^\]]", r"\.\*", r"^a{3}$", "ß", "日本"):
        assert compile_pattern(pattern).pattern == re.compile(pattern).pattern
