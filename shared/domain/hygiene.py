"""The state an app is kept in: its credentials, its owners and its use. Each rule answers yes, no or unknown.

``None`` in a fact is read and empty; a rule that needs a fact nobody read says UNKNOWN, unless the others settle it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.domain.apps import App, Credential, Owner
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN, Known
from shared.domain.permission_use import UNUSED_AFTER_DAYS
from shared.domain.report_age import is_believed

EXPIRES_SOON: Final = timedelta(days=30)
LONGEST_SECRET: Final = timedelta(days=180)
LONGEST_CERTIFICATE: Final = timedelta(days=730)
"""Secrets get copied about and no hardware keeps them, so they are to be renewed sooner than certificates."""
CREDENTIAL_UNUSED_AFTER: Final = timedelta(days=30)
UNUSED_AFTER: Final = timedelta(days=UNUSED_AFTER_DAYS)


def any_known(answers: Iterable[Known[bool]]) -> Known[bool]:
    """True if any is; else UNKNOWN if any is; else False."""
    told = set(answers)
    if True in told:
        return True
    return UNKNOWN if UNKNOWN in told else False


def all_known(answers: Iterable[Known[bool]]) -> Known[bool]:
    """False if any is; else UNKNOWN if any is; else True."""
    told = set(answers)
    if False in told:
        return False
    return UNKNOWN if UNKNOWN in told else True


def is_active(credential: Credential, now: datetime) -> bool:
    """Whether the app may sign in with it, now or once it begins."""
    return credential.end is None or credential.end > now


def keys_of(app: App, now: datetime) -> tuple[Credential, ...]:
    """Secrets and certificates that have not expired. A federated credential is no key: it neither ends nor leaks.

    Nor is what signs SAML tokens: the directory makes it, in parts that belong together, and no app signs in with it.
    """
    return tuple(
        held
        for held in app.credentials or ()
        if held.kind is not CredentialKind.FEDERATED and not held.signs and is_active(held, now)
    )


def has_expired_credential(app: App, now: datetime) -> Known[bool]:
    return _any_credential(app, lambda held: not is_active(held, now))


def has_expiring_credential(app: App, now: datetime) -> Known[bool]:
    return _any_credential(app, lambda held: held.end is not None and now < held.end <= now + EXPIRES_SOON)


def has_long_lived_credential(app: App, now: datetime) -> Known[bool]:
    return _any_key(app, now, _is_long_lived)


def has_several_credentials(app: App, now: datetime) -> Known[bool]:
    """More than one key at a time is right only while one replaces the other."""
    return UNKNOWN if app.credentials is UNKNOWN else len(keys_of(app, now)) > 1


def has_unused_credential(app: App, now: datetime) -> Known[bool]:
    is_told = is_believed(app.credential_use_read, now)
    return _any_key(app, now, lambda held: _is_unused(held, now, is_told=is_told))


def has_secret(app: App, now: datetime) -> Known[bool]:
    return _any_key(app, now, _is_secret)


def owner_count(app: App) -> Known[int]:
    if isinstance(app.owners, tuple):
        return max(len(app.owners), app.owner_count or 0)
    return app.owner_count


def has_owners(app: App, count: int) -> Known[bool]:
    """Whether it has so many owners, no more and no fewer."""
    owners = owner_count(app)
    return UNKNOWN if owners is UNKNOWN else (owners or 0) == count


def has_guest_owner(app: App) -> Known[bool]:
    return _any_owner(app, lambda owner: owner.guest)


def has_disabled_owner(app: App) -> Known[bool]:
    return _any_owner(app, lambda owner: owner.enabled if owner.enabled is UNKNOWN else owner.enabled is False)


def last_used(app: App) -> Known[datetime]:
    """The last sign-in of any kind, as a client or as a resource; None: the report tells of none."""
    if not app.sign_ins:
        return UNKNOWN if app.sign_ins is UNKNOWN else None
    told = (
        app.sign_ins.last,
        app.sign_ins.delegated_client,
        app.sign_ins.application_client,
        app.sign_ins.delegated_resource,
        app.sign_ins.application_resource,
    )
    return max((time for time in told if time is not None), default=None)


def is_unused(app: App, now: datetime) -> Known[bool]:
    """Whether nobody signed in to it, nor it itself, for 90 days. An app that is younger is not unused yet.

    UNKNOWN once the report is too old to tell: it may have signed in since.
    """
    if app.created and now - app.created < UNUSED_AFTER:
        return False
    used = last_used(app)
    if used and now - used < UNUSED_AFTER:
        return False
    if used is UNKNOWN or not is_believed(app.use_read, now):
        return UNKNOWN
    if used is not None:
        return True
    since = app.in_tenant_since
    return True if since and now - since >= UNUSED_AFTER else UNKNOWN


def _any_credential(app: App, holds: Callable[[Credential], Known[bool]]) -> Known[bool]:
    return UNKNOWN if app.credentials is UNKNOWN else any_known(map(holds, app.credentials or ()))


def _any_key(app: App, now: datetime, holds: Callable[[Credential], Known[bool]]) -> Known[bool]:
    return UNKNOWN if app.credentials is UNKNOWN else any_known(map(holds, keys_of(app, now)))


def _any_owner(app: App, holds: Callable[[Owner], Known[bool]]) -> Known[bool]:
    """Of users only: service principals are neither guests nor disabled accounts."""
    if app.owners is UNKNOWN:
        return False if app.owner_count == 0 else UNKNOWN
    return any_known(holds(owner) for owner in app.owners or () if owner.kind != "servicePrincipal")


def _is_secret(credential: Credential) -> Known[bool]:
    return UNKNOWN if credential.kind is CredentialKind.UNKNOWN else credential.kind is CredentialKind.SECRET


def _is_long_lived(credential: Credential) -> Known[bool]:
    if credential.start is None or credential.end is None:
        return UNKNOWN
    lifetime = credential.end - credential.start
    if lifetime <= LONGEST_SECRET:
        return False
    return True if lifetime > LONGEST_CERTIFICATE else _is_secret(credential)


def _is_unused(credential: Credential, now: datetime, *, is_told: bool) -> Known[bool]:
    """``is_told``: the report is young enough for its silence to say anything."""
    lately = (time for time in (credential.start, credential.last_used) if time)
    if any(now - time <= CREDENTIAL_UNUSED_AFTER for time in lately):
        return False
    return True if is_told and credential.last_used is not UNKNOWN else UNKNOWN
