"""On Azure the app's folder comes last on the path: a dependency with a package of our name would win."""

from importlib.metadata import packages_distributions


def test_no_dependency_brings_a_package_that_is_named_like_ours() -> None:
    assert {"functions", "shared", "function_app", "local"}.isdisjoint(packages_distributions())
