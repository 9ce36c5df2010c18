"""Rules that are damaged, or made to do harm, are converted or refused; nothing else happens."""

from pathlib import Path
from random import Random

from shared.policies.binding import bind_policy
from shared.policies.facts import VOCABULARY
from shared.policies.loader import parse_policy
from shared.policies.sigma import converted

RULES = (Path(__file__).parent / "audits.yml").read_text(encoding="utf-8").split("---\n")
PIECES = (
    "|",
    "|all",
    "|re",
    "|cidr",
    "*",
    "?",
    "\\",
    "%x%",
    "[]",
    "{}",
    "null",
    "1",
    ": ",
    "\n",
    "  ",
    "'",
    '"',
    "- ",
    "\ud800",
)
PIECES_OF_KEYS = (
    "condition",
    "selection",
    "detection",
    "logsource",
    "correlation",
    "not ",
    "1 of ",
    "(",
    ")",
    "\x00",
    "é",
)


def damaged(random: Random) -> str:
    text = random.choice(RULES)
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(text))
        text = text[:at] + random.choice(PIECES + PIECES_OF_KEYS) + text[at + random.randrange(4) :]
    return text


def test_a_damaged_rule_is_converted_or_refused() -> None:
    random = Random(3)
    refused = 0
    for _ in range(400):
        policies, problems = converted("rule.yml", damaged(random))
        assert policies or problems
        for body in policies:
            bind_policy(parse_policy(body), vocabulary=VOCABULARY, lists={})
        refused += bool(problems)
    assert 50 < refused < 400


def test_hostile_text_of_a_rule_stays_text() -> None:
    for text in ("{0.__class__}", "'; DROP", "__import__('os')", "\u202eevil", "a" * 5_000, "=cmd|x"):
        rule = f"""
title: {text!r}
author: {text!r}
logsource: {{product: azure, service: auditlogs}}
detection: {{s: {{operationName: {text!r}}}, condition: s}}
"""
        (body,), problems = converted("rule.yml", rule.replace("\\u202e", "\u202e"))
        assert not problems
        assert body["id"].isascii()
        assert len(body["title"]) <= 200
