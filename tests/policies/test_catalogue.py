"""The bundled catalogue."""

from shared.policies.checks import check_texts
from shared.policies.loader import catalogue_texts, load_catalogue
from shared.policies.ruleset import compile_policies


def test_the_catalogue_has_no_problems() -> None:
    assert [str(problem) for problem in check_texts(catalogue_texts())] == []


def test_the_catalogue_compiles_to_the_same_rule_set_each_time() -> None:
    assert compile_policies(load_catalogue()).hash == compile_policies(reversed(load_catalogue())).hash
