"""From a rule that holds to a finding, or to a match for the state store."""

from shared.domain.app_references import AppReference, Resolution
from shared.domain.apps import App
from shared.domain.events import Event
from shared.domain.findings import ConditionResult, Evidence, Finding
from shared.domain.known import UNKNOWN
from shared.domain.matches import Match
from shared.policies.binding import BoundPolicy, Measure, Rule
from shared.policies.facts import key_of_app
from shared.policies.interpreter import Subject, read
from shared.policies.judgements import NotEvaluated
from shared.policies.model import Kind, Policy
from shared.policies.vocabulary import APP_ID, Fact, FactType

type Outcome = Finding | Match | NotEvaluated


def app_finding(bound: BoundPolicy, app: App, subject: Subject, conditions: tuple[ConditionResult, ...]) -> Finding:
    """The finding of a policy that judges apps."""
    reference = AppReference(
        app_id=app.app_id,
        service_principal_id=app.service_principal_id,
        application_object_id=app.application_object_id,
        display_name=app.display_name,
        resolution=Resolution.RESOLVED,
    )
    group = tuple(_group_value(fact, subject) or "" for fact in bound.by)
    return Finding(
        policy_id=bound.policy.id,
        policy_version=bound.policy.version,
        title=alert_title(bound.policy, reference),
        severity=bound.policy.alert.severity,
        group=group,
        app=reference,
        observed=subject.now,
        conditions=conditions,
    )


def event_outcome(
    bound: BoundPolicy, rule: Rule, event: Event, subject: Subject, conditions: tuple[ConditionResult, ...]
) -> Outcome:
    """A finding for a policy on single events; for a window or sequence a match, if the event can be one."""
    evidence = Evidence(event=event, step=rule.step, conditions=conditions)
    values = [_group_value(fact, subject) for fact in bound.by]
    if bound.policy.kind is Kind.EVENT:
        return event_finding(bound.policy, tuple(value or "" for value in values), (evidence,))
    return _match(bound, rule, subject, values, evidence)


def event_finding(
    policy: Policy, group: tuple[str, ...], evidence: tuple[Evidence, ...], conditions: tuple[ConditionResult, ...] = ()
) -> Finding:
    """A finding on events, oldest first. The oldest gives app and title, whichever arrived last.

    ``conditions`` are those on the events together; those on each event stand in its evidence.
    """
    oldest, newest = evidence[0].event, evidence[-1].event
    return Finding(
        policy_id=policy.id,
        policy_version=policy.version,
        title=alert_title(policy, oldest.app),
        severity=policy.alert.severity,
        group=group,
        app=oldest.app,
        observed=newest.time,
        evidence=evidence,
        conditions=conditions,
    )


def alert_title(policy: Policy, app: AppReference) -> str:
    """The title with ``{app}`` filled in. A plain replacement: the name is an attacker's to choose."""
    name = app.display_name or app.app_id or app.key or "an unnamed app"
    return policy.alert_title.replace("{app}", name[:120])


def _match(
    bound: BoundPolicy, rule: Rule, subject: Subject, group: list[str | None], evidence: Evidence
) -> Match | NotEvaluated:
    event, policy_id = evidence.event, bound.policy.id
    if event.time is None:
        return NotEvaluated(policy_id=policy_id, reason="undated: no window or sequence can place the event")
    for fact, text in zip(bound.by, group, strict=True):
        # To group what is unknown together would merge strangers.
        if text is None:
            return NotEvaluated(policy_id=policy_id, reason=f"unknown: {fact.name}")
    value = _measured(bound, subject)
    if value is UNKNOWN:
        return NotEvaluated(policy_id=policy_id, reason="unknown: what the window measures")
    return Match(
        policy_id=policy_id,
        state_version=bound.state_version,
        group=tuple(text or "" for text in group),
        time=event.time,
        event_id=event.id,
        step=rule.step,
        value=None if value is None else str(value),
        evidence=evidence,
    )


def _measured(bound: BoundPolicy, subject: Subject) -> object:
    if bound.having is None or bound.having.fact is None:
        return None
    value = read(bound.having.fact, subject)
    folds = bound.having.measure is Measure.DISTINCT and bound.having.fact.type is FactType.TEXT
    return value.casefold() if folds and isinstance(value, str) else value


def _group_value(fact: Fact, subject: Subject) -> str | None:
    """The value as text: empty for null, None for unknown."""
    if fact.name == APP_ID:
        return key_of_app(subject.event, subject.app)
    value = read(fact, subject)
    if value is UNKNOWN:
        return None
    return "" if value is None else str(value)
