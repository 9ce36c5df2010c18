"""A message is small enough for a flow, whatever it is made of."""

from shared.outputs.cards.elements import facts, heading, paragraph
from shared.outputs.cards.message import message
from tests.outputs.cards.adaptive_cards import card_of, facts_of, texts_of


def test_a_first_part_that_is_too_large_by_itself_loses_its_last_facts() -> None:
    first = [heading("Consent was given"), facts([(title, "x" * 6000) for title in "abcde"])]
    card = card_of(message([first, [paragraph("Look.")]], []))
    assert list(facts_of(card)) == ["a", "b", "c"]
    assert (texts_of(card)[0], texts_of(card)[-1]) == ("Consent was given", "This card was shortened.")


def test_a_heading_stays_when_nothing_else_fits() -> None:
    card = card_of(message([[heading("Consent was given"), paragraph("x" * 30_000)]], []))
    assert texts_of(card) == ["Consent was given", "This card was shortened."]
