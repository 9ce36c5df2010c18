"""The reference page of the language."""

from local.docs.language_page import language_page
from shared.domain.activities import Activity
from shared.policies.facts import BASELINES, VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.operators import Operator

PAGE = language_page()


def test_every_name_of_the_language_is_on_the_page() -> None:
    activities = {activity.value for activity in Activity} - {Activity.OTHER.value}
    names = {*VOCABULARY.facts, *activities, *Operator, *load_lists(), *BASELINES}
    assert {name for name in names if f"`{name}`" not in PAGE and f"`{name}:" not in PAGE} == set()


def test_elements_stand_with_every_collection_that_has_them() -> None:
    assert "| `event.credentials.added`, `event.credentials.removed` | `type` | token |" in PAGE


def test_values_with_an_order_are_told_in_that_order() -> None:
    assert "One of `low`, `medium`, `high`, lowest first." in PAGE
