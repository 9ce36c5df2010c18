"""The bundled catalogue."""

from shared.policies.checks import check_catalogue
from shared.policies.loader import load_catalogue
from shared.policies.ruleset import compile_policies


def test_the_catalogue_has_no_problems() -> None:
    assert [str(problem) for problem in check_catalogue()] == []


def test_the_catalogue_compiles_to_the_same_rule_set_each_time() -> None:
    assert compile_policies(load_catalogue()).hash == compile_policies(reversed(load_catalogue())).hash
