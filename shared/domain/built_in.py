"""What the service itself raises alerts about, beside the policies: how it is doing, and what it found at its start.

These alerts live like any other: they are listed, told, triaged. Those about its own work it resolves by itself once
the condition has ended.
"""

from enum import StrEnum

from msgspec import Struct

from shared.domain.severities import Severity


class BuiltIn(Struct, frozen=True, kw_only=True):
    """What a policy file would say: ``triage`` are numbered steps, ``attack`` are ATT&CK ids."""

    id: str
    title: str
    severity: Severity
    description: str
    triage: tuple[str, ...]
    attack: tuple[str, ...] = ()


class OperatorKind(StrEnum):
    """Conditions of the service's own work that an operator has to mend. The values are policy ids."""

    AUTHENTICATION_BROKEN = "operator-authentication-broken"
    EVALUATION_LATE = "operator-evaluation-late"
    MESSAGE_POISONED = "operator-message-poisoned"
    PERMISSION_MISSING = "operator-permission-missing"
    POLICY_BROKEN = "operator-policy-broken"
    REMEDIATION_FAILED = "operator-remediation-failed"
    REMEDIATION_WAITS = "operator-remediation-waits"
    ROUTE_DEAD = "operator-route-dead"
    ROUTE_UNCONFIRMED = "operator-route-unconfirmed"
    SOURCE_GAP = "operator-source-gap"
    SOURCE_QUIET = "operator-source-quiet"
    SOURCE_STALE = "operator-source-stale"


DEFENDER_ALERT = "defender-alert"
FIRST_READ = "first-read"
UNEXPLAINED_OWN_CHANGE = "unexplained-own-change"

_ALL = (
    BuiltIn(
        id=OperatorKind.AUTHENTICATION_BROKEN,
        title="The platform lets forged identities through",
        severity=Severity.HIGH,
        description="A request with a forged identity was not stopped before the app. Until it is, every route answers "
        "503: nobody could be told from anybody else.",
        triage=(
            "Switch App Service authentication on for the function app, with Microsoft as its provider.",
            "Wait for the next probe, within the hour, or run the function timer_probe_authentication.",
            "Read in the telemetry who called since the last good probe.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.EVALUATION_LATE,
        title="What was collected waits to be judged",
        severity=Severity.MEDIUM,
        description="Chunks of records are in the ledger and no detection has seen them. Nothing is lost; alerts come "
        "late.",
        triage=(
            "Look at the coverage page which source waits, and at the last error of its oldest chunk.",
            "See whether the function queue_evaluate runs and what its log says.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.MESSAGE_POISONED,
        title="A message could not be handled",
        severity=Severity.MEDIUM,
        description="A queue message failed at every try and lies in the poison queue. The work it hinted at is in the "
        "ledger still and is tried again; the message itself tells of a bug or of tampering.",
        triage=(
            "Read the message in the poison queue: one that the service did not write is tampering with storage.",
            "Read the log of the function for what it raised, and report it.",
            "Delete the message once it is understood: this alert then resolves itself.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.PERMISSION_MISSING,
        title="A permission is missing",
        severity=Severity.HIGH,
        description="Microsoft Graph refuses the service. What the permission would show is not watched meanwhile.",
        triage=(
            "Grant the permission that is named below, as Global or Privileged Role Administrator.",
            "infra/grant-graph-permissions.sh grants all that the service uses.",
            "Tokens of managed identities are renewed within a day: the source may go on failing until then.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.POLICY_BROKEN,
        title="A policy cannot be used",
        severity=Severity.MEDIUM,
        description="A policy was sound when it was saved and cannot be used any more: a list or a name that it needs "
        "is gone, or an upgrade changed what it refers to. It judges nothing; all others go on.",
        triage=(
            "Open the policy: its problems say where and why, and what to write instead.",
            "Mend it, or restore a version before. This alert resolves itself once the policy can be used.",
            "If nobody needs it, delete it: a broken policy that is switched off is still told.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.REMEDIATION_FAILED,
        title="A remediation failed",
        severity=Severity.HIGH,
        description="An app was to be switched off or on, and that could not be done or not be confirmed.",
        triage=(
            "Open the remediation: its steps say whether a write was begun and what stood in the way.",
            "Look at the app in the Entra admin centre: its state there is the truth.",
            "Ask for the remediation again, or do it by hand.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.REMEDIATION_WAITS,
        title="A remediation is not carried out",
        severity=Severity.HIGH,
        description="Somebody asked for an app to be switched more than fifteen minutes ago, and it is not finished. "
        "Until it is, the app goes on as it was. What nobody has begun within a day is refused.",
        triage=(
            "See whether the remediator app runs and its function queue_remediate is not disabled.",
            "Open the remediation: its last error says what it waits for.",
            "If it is urgent, switch the app in the Entra admin centre.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.ROUTE_DEAD,
        title="Alerts do not get out",
        severity=Severity.HIGH,
        description="A route refuses or does not answer. All alerts are in the list. A channel is told of them as soon "
        "as it works again. A webhook is told of those of the last six hours or so: after thirty tries it loses one.",
        triage=(
            "See whether the flow still exists, is switched on, and has an owner: it dies with its last owner.",
            "If its address is new, put it into the vault and restart the app.",
            "Read what a webhook has lost from api/alerts, by createdFrom.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.ROUTE_UNCONFIRMED,
        title="Nobody has confirmed that cards arrive",
        severity=Severity.MEDIUM,
        description="The flow takes cards and answers 202 whatever becomes of them. Only people see whether they "
        "arrive, and nobody has confirmed the last heartbeats.",
        triage=(
            "Look for the heartbeat card in the channel. If it is there, press its button.",
            "If it is not, look at the run history of the flow.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.SOURCE_GAP,
        title="Hours of a source are missing",
        severity=Severity.HIGH,
        description="The source should be read, and a time of it was not. What is missing is read as soon as that can "
        "be done, as long as the service keeps it; what is lost was never seen by any detection.",
        triage=(
            "Look at the coverage page which hours are missing or lost, and at the last error of the source.",
            "If hours are missing, mend what stands in the way: this alert resolves itself once they are read.",
            "If hours are lost, search them elsewhere: Purview's audit search keeps them for half a year.",
        ),
    ),
    BuiltIn(
        id=OperatorKind.SOURCE_QUIET,
        title="A source that is read tells nothing any more",
        severity=Severity.MEDIUM,
        description="Reads succeed, but there was no event for six hours, although the same hours of other days had "
        "many. Logging may have been switched off, which attackers do.",
        triage=(
            "Look at the service health of Microsoft 365 for delayed logs.",
            "See whether auditing is on, and who changed it: an audit of that change may be the last event.",
            "Look at the diagnostic settings where the log comes through a workspace.",
        ),
        attack=("T1562.008",),
    ),
    BuiltIn(
        id=OperatorKind.SOURCE_STALE,
        title="A source has gone quiet",
        severity=Severity.HIGH,
        description="No read of this source has been completed for a while. Attacks that it would show go unseen; what "
        "is missed is read later, as long as the service keeps it.",
        triage=(
            "Look at the coverage page for the last error of the source.",
            "See whether its timer runs: a function app that was stopped or is over a quota runs none.",
        ),
    ),
    BuiltIn(
        id=DEFENDER_ALERT,
        title="Microsoft Defender raised an alert about an app",
        severity=Severity.MEDIUM,
        description="An alert of Microsoft Defender that is about an OAuth app, taken in with its own title, severity "
        "and techniques. It follows Defender's status until somebody changes it here.",
        triage=(
            "Open the alert in the Defender portal: what it rests on is told there.",
            "Look at the app here: its permissions, its credentials, who consented, and what it did lately.",
            "If an alert of Consentry's is named as related, triage both together.",
            "Resolve it in Defender: that resolves this one, too.",
        ),
    ),
    BuiltIn(
        id=FIRST_READ,
        title="The tenant was read for the first time",
        severity=Severity.INFORMATIONAL,
        description="What was there before is told once, here, and not one by one. Each finding is an alert of its own "
        "in the list, marked historical.",
        triage=(
            "Open the apps above, riskiest first.",
            "Go through the historical alerts by severity, high first.",
            "Resolve as expected what you know; disable what nobody knows and nobody uses.",
        ),
    ),
    BuiltIn(
        id=UNEXPLAINED_OWN_CHANGE,
        title="Consentry's own identity made a change that Consentry did not ask for",
        severity=Severity.HIGH,
        description="Each change that Consentry makes is recorded before it is made. This one, made by one of its "
        "identities, is not: somebody else may hold that identity, or a record was removed.",
        triage=(
            "Look in the evidence what was changed, on which app, and when.",
            "Compare with the list of remediations: one of that app within fifteen minutes of it explains the change.",
            "See who can use the identity: role assignments on the function app and on it, and recent deployments.",
            "If nobody can explain it, take its permissions away, undo the change, and treat it as a breach.",
        ),
        attack=("T1078.004",),
    ),
)

BUILT_IN: dict[str, BuiltIn] = {one.id: one for one in _ALL}
