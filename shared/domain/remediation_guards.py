"""What remediation never touches: every guard, as a pure function of what is known of the app.

They are asked twice: when somebody asks, of the app as it was last read, and right before the write, by the settings
of the process that writes and of the app as it was read that moment. A display name never decides: anybody can take
one.
"""

from typing import Final, NamedTuple

from msgspec import Struct

from shared.domain.apps import App, Origin
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import API_APP_IDS, HOME_TENANTS
from shared.domain.remediations import Obstacle, RemediationAction, Snapshot


class GuardSettings(Struct, frozen=True, kw_only=True):
    """``own_app_ids`` are the client ids of our API, reader and remediator. All ids are lower case.

    ``ceiling_per_hour`` is how many remediations may write in any hour; undoing one does not count. ``is_set_up`` is
    false where no identity may write: nobody would carry out what is asked for.
    """

    protected_app_ids: frozenset[str] = frozenset()
    own_app_ids: frozenset[str] = frozenset()
    ceiling_per_hour: int = 10
    is_set_up: bool = True


class Target(Struct, frozen=True, kw_only=True):
    """The app that is to be switched, as far as guards look at it. None is what is not known."""

    app_id: str
    service_principal_id: str | None
    enabled: bool | None = None
    is_microsofts: bool | None = None
    service_principal_type: str | None = None
    disabled_by_microsoft: bool = False
    deleted: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the guards that go by whose app it is can answer at all."""
        return self.is_microsofts is not None and self.service_principal_type is not None


class GuardCheck(Struct, frozen=True, kw_only=True):
    """One guard and how it answered: it passed, or there is an obstacle."""

    code: str
    question: str
    obstacle: Obstacle | None = None

    @property
    def passed(self) -> bool:
        return self.obstacle is None


class _Words(NamedTuple):
    question: str
    message: str
    advice: str


_WORDS: Final = {
    "appDeleted": _Words(
        "Is the app still in the tenant?",
        "The app has no service principal in this tenant, or it was deleted.",
        "There is nothing to switch. If it was deleted by mistake, restore it in Entra within 30 days.",
    ),
    "ownApp": _Words(
        "Is it another app than Consentry itself?",
        "This is one of Consentry's own identities.",
        "Change it in Entra by hand: Consentry could not undo what it did to itself.",
    ),
    "protectedApp": _Words(
        "Is it off the list of protected apps?",
        "The app is on the list of protected apps.",
        "Agree with its owner, then take it off the list protectedApps, or out of the setting of both function apps.",
    ),
    "microsoftApp": _Words(
        "Is it an app of somebody else than Microsoft?",
        "The app is Microsoft's own; services of the tenant may depend on it.",
        "If it really must be off, an administrator can switch it in Entra, where the effects can be watched.",
    ),
    "managedIdentity": _Words(
        "Is it anything but a managed identity?",
        "A managed identity belongs to an Azure resource and is not switched here.",
        "Take its roles and permissions away, or stop the resource that it belongs to.",
    ),
    "disabledByMicrosoft": _Words(
        "Is enabling it up to this tenant?",
        "Microsoft has disabled the app for a violation of its terms; no tenant can enable it.",
        "Look for its traces in this tenant; its publisher has to turn to Microsoft.",
    ),
    "notYetRead": _Words(
        "Is it known whose app it is?",
        "It is not known yet whose app this is, so it may be Microsoft's own.",
        "Wait for the next complete read of the inventory, then ask again.",
    ),
    "notSetUp": _Words(
        "Is there an identity that may switch apps?",
        "Remediation is not set up: no identity may switch apps, so nobody would carry this out.",
        "Have the operator set the client id of the remediator for both function apps.",
    ),
    "active": _Words(
        "Is no other remediation of the app under way?",
        "Another remediation of the app is not finished.",
        "Wait until it is, or see in the list of remediations what holds it up.",
    ),
    "stopped": _Words(
        "Is remediation not stopped?",
        "All remediation is stopped.",
        "Ask who stopped it, and why, before it goes on. Undoing a remediation is possible all the same.",
    ),
    "ceilingReached": _Words(
        "Is there room for one more within the hour?",
        "As many apps were switched within the last hour as the ceiling allows.",
        "Look whether something runs wild. If not, ask again later, or have the operator raise the ceiling.",
    ),
}
_WAY_BACK: Final = frozenset({"appDeleted", "disabledByMicrosoft"})
"""Guards of an undo that enables: the list may have grown since, and an app that we switched off must come back."""


def checks(
    target: Target, action: RemediationAction, settings: GuardSettings, undo: bool = False
) -> tuple[GuardCheck, ...]:
    """Every guard that counts for this app, each with its answer."""
    enabling = action is RemediationAction.ENABLE
    in_the_way = {
        "appDeleted": target.deleted or target.service_principal_id is None,
        "ownApp": target.app_id.lower() in settings.own_app_ids,
        "protectedApp": target.app_id.lower() in settings.protected_app_ids,
        "microsoftApp": target.is_microsofts is True,
        "managedIdentity": target.service_principal_type == "ManagedIdentity",
        "disabledByMicrosoft": enabling and target.disabled_by_microsoft,
    }
    counts = _WAY_BACK if undo and enabling else in_the_way.keys()
    return tuple(check(code, passed=not stands) for code, stands in in_the_way.items() if code in counts)


def check(code: str, *, passed: bool) -> GuardCheck:
    """The answer of one guard, in words; for those that are not about the app alone, the caller knows it."""
    question, message, advice = _WORDS[code]
    obstacle = None if passed else Obstacle(code=code, message=message, advice=advice)
    return GuardCheck(code=code, question=question, obstacle=obstacle)


def first_obstacle(answers: tuple[GuardCheck, ...]) -> Obstacle | None:
    return next((answer.obstacle for answer in answers if answer.obstacle is not None), None)


def target_of_app(app: App) -> Target:
    """From the inventory."""
    return Target(
        app_id=app.app_id,
        service_principal_id=app.service_principal_id,
        enabled=app.enabled if isinstance(app.enabled, bool) else None,
        is_microsofts=_is_microsofts(app.app_id, None if app.origin is UNKNOWN else app.origin is Origin.MICROSOFT),
        service_principal_type=app.service_principal_type if isinstance(app.service_principal_type, str) else None,
        disabled_by_microsoft=app.disabled_by_microsoft is True,
        deleted=app.deleted is not None,
    )


def target_of_snapshot(snapshot: Snapshot, app_id: str) -> Target:
    """From the app as it was read right now. ``app_id`` is for a snapshot that names none.

    What is missing or of another type than Graph documents is not known: no guard takes it for a good answer.
    """
    enabled = snapshot.get("accountEnabled")
    kind = snapshot.get("servicePrincipalType")
    named = str(snapshot.get("appId") or app_id)
    return Target(
        app_id=named,
        service_principal_id=str(snapshot.get("id") or "") or None,
        enabled=enabled if isinstance(enabled, bool) else None,
        is_microsofts=_is_microsofts(named, _is_at_home_with_microsoft(snapshot)),
        service_principal_type=kind if isinstance(kind, str) else None,
        disabled_by_microsoft=str(snapshot.get("disabledByMicrosoftStatus") or "NotDisabled") != "NotDisabled",
        deleted=snapshot.get("deletedDateTime") is not None,
    )


def _is_microsofts(app_id: str, by_home: bool | None) -> bool | None:
    """The APIs of Microsoft 365 are known by their ids, whatever is read of their home."""
    return True if app_id.lower() in API_APP_IDS else by_home


def _is_at_home_with_microsoft(snapshot: Snapshot) -> bool | None:
    """Graph gives null for apps without a home, such as managed identities."""
    home = snapshot.get("appOwnerOrganizationId", UNKNOWN)
    if home is None:
        return False
    return home.lower() in HOME_TENANTS if isinstance(home, str) else None
