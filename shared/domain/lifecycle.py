"""The life of an alert, as a table: who may move it from where to where.

Rule 1: every change of ``status`` goes through ``next_status``, which reads ``TRANSITIONS``.
Rule 2: people move alerts (``triage.py``); a resolved one they take up again as ``inProgress``.
Rule 3: the service reopens what was resolved, as ``new``, when something newer happens (``episodes.py``): so ``new``
always means that nobody has looked at what the alert says now.
Rule 4: the service resolves alerts about its own work once the condition has ended, those on the state of an app where
their policy asks for it (``standing.py``), and no others.
"""

from enum import StrEnum

from shared.domain.alerts import AlertStatus, Classification, Determination


class IllegalTransition(Exception):
    """The life of an alert has no such step, or not for this mover. The message is fit for the caller."""


class Mover(StrEnum):
    PERSON = "person"
    SERVICE = "service"


_NEW, _IN_PROGRESS, _RESOLVED = AlertStatus.NEW, AlertStatus.IN_PROGRESS, AlertStatus.RESOLVED

TRANSITIONS: dict[tuple[AlertStatus, AlertStatus], frozenset[Mover]] = {
    (_NEW, _IN_PROGRESS): frozenset({Mover.PERSON}),
    (_NEW, _RESOLVED): frozenset({Mover.PERSON, Mover.SERVICE}),
    (_IN_PROGRESS, _NEW): frozenset({Mover.PERSON}),
    (_IN_PROGRESS, _RESOLVED): frozenset({Mover.PERSON, Mover.SERVICE}),
    (_RESOLVED, _IN_PROGRESS): frozenset({Mover.PERSON}),
    (_RESOLVED, _NEW): frozenset({Mover.SERVICE}),
}

DETERMINATIONS: dict[Classification, frozenset[Determination]] = {
    Classification.UNKNOWN: frozenset({Determination.UNKNOWN}),
    Classification.TRUE_POSITIVE: frozenset(
        {
            Determination.UNKNOWN,
            Determination.MALWARE,
            Determination.PHISHING,
            Determination.UNWANTED_SOFTWARE,
            Determination.MULTI_STAGED_ATTACK,
            Determination.COMPROMISED_ACCOUNT,
            Determination.MALICIOUS_USER_ACTIVITY,
            Determination.OTHER,
        }
    ),
    Classification.INFORMATIONAL_EXPECTED_ACTIVITY: frozenset(
        {
            Determination.UNKNOWN,
            Determination.SECURITY_TESTING,
            Determination.CONFIRMED_ACTIVITY,
            Determination.LINE_OF_BUSINESS_APPLICATION,
            Determination.OTHER,
        }
    ),
    Classification.FALSE_POSITIVE: frozenset(
        {
            Determination.UNKNOWN,
            Determination.NOT_MALICIOUS,
            Determination.NOT_ENOUGH_DATA_TO_VALIDATE,
            Determination.OTHER,
        }
    ),
}
"""Which determinations go with which classification, as the Defender portal offers them."""


def next_status(before: AlertStatus, after: AlertStatus, mover: Mover) -> AlertStatus:
    """``after``, if ``mover`` may make this step; staying is no step. Raises IllegalTransition."""
    if before is not after and mover not in TRANSITIONS.get((before, after), frozenset()):
        raise IllegalTransition(f"an alert cannot go from {before.value} to {after.value}")
    return after
