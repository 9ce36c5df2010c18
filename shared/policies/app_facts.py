"""The facts of an app, read from the inventory's ``App``."""

from datetime import datetime

from shared.domain.apps import App, Credential, Origin, PermissionKind
from shared.domain.events import CredentialKind, EventCredential
from shared.domain.known import UNKNOWN
from shared.domain.privileges import Privilege
from shared.policies.vocabulary import Fact, FactType, Root, Vocabulary

_PRIVILEGES = tuple(level.value for level in Privilege)


def _age(app: App, now: datetime) -> object:
    return now - app.created if app.created else app.created


def _permission_names(app: App, _now: datetime) -> object:
    return tuple(held.name for held in app.permissions) if app.permissions else app.permissions


def credential_type(credential: Credential | EventCredential, _now: datetime) -> object:
    """The kind of a credential, or UNKNOWN where the record does not tell."""
    return UNKNOWN if credential.kind is CredentialKind.UNKNOWN else credential.kind


def _credential_age(credential: Credential, now: datetime) -> object:
    return now - credential.start if credential.start else None


def _lifetime(credential: Credential, _now: datetime) -> object:
    return credential.end - credential.start if credential.end and credential.start else None


WORDS = Vocabulary([Fact("text", FactType.TEXT, (), "The value itself, e.g. one reply URL.", may_be_unknown=False)])
"""The elements of a fact that holds plain texts."""

CREDENTIAL_TYPE = Fact(
    "type",
    FactType.TOKEN,
    ("kind",),
    "secret, certificate or federated.",
    choices=tuple(kind.value for kind in CredentialKind if kind is not CredentialKind.UNKNOWN),
    derive=credential_type,
)

_CREDENTIAL = Vocabulary(
    [
        CREDENTIAL_TYPE,
        Fact("keyId", FactType.TOKEN, ("key_id",), "Its id.", may_be_unknown=False),
        Fact("displayName", FactType.TEXT, ("display_name",), "The name its maker gave it.", may_be_unknown=False),
        Fact("age", FactType.DURATION, ("start",), "Since its start.", may_be_unknown=False, derive=_credential_age),
        Fact("expires", FactType.TIME, ("end",), "Its end.", may_be_unknown=False),
        Fact("lifetime", FactType.DURATION, ("end",), "From start to end.", may_be_unknown=False, derive=_lifetime),
    ]
)

_PERMISSION = Vocabulary(
    [
        Fact("name", FactType.TEXT, ("name",), "Its name, e.g. Mail.Read.", may_be_unknown=False),
        Fact(
            "type",
            FactType.TOKEN,
            ("kind",),
            "delegated or application.",
            choices=tuple(kind.value for kind in PermissionKind),
            may_be_unknown=False,
        ),
        Fact(
            "privilege",
            FactType.TOKEN,
            ("privilege",),
            "How much it lets the app do.",
            choices=_PRIVILEGES,
            ordered=True,
            may_be_unknown=False,
        ),
        Fact(
            "consentType",
            FactType.TOKEN,
            ("consent_type",),
            "AllPrincipals or Principal; null for application permissions.",
            choices=("AllPrincipals", "Principal"),
            may_be_unknown=False,
        ),
        Fact("resourceAppId", FactType.TOKEN, ("resource_app_id",), "The API it is for."),
        Fact("users", FactType.NUMBER, ("users",), "Who granted it.", unit="users", may_be_unknown=False),
    ]
)


def _app(  # noqa: PLR0913 -- a row of the table below
    name: str,
    kind: FactType,
    field: str,
    description: str,
    *,
    choices: tuple[str, ...] = (),
    unit: str | None = None,
    may_be_unknown: bool = True,
    element: Vocabulary | None = None,
) -> Fact:
    return Fact(
        name,
        kind,
        (field,),
        description,
        root=Root.APP,
        choices=choices,
        unit=unit,
        may_be_unknown=may_be_unknown,
        element=element,
    )


APP_FACTS: tuple[Fact, ...] = (
    _app("app.appId", FactType.TOKEN, "app_id", "The appId (client id).", may_be_unknown=False),
    _app("app.displayName", FactType.TEXT, "display_name", "Chosen by its maker.", may_be_unknown=False),
    _app("app.enabled", FactType.BOOLEAN, "enabled", "Whether users can sign in to it."),
    _app(
        "app.origin",
        FactType.TOKEN,
        "origin",
        "Whose app it is, by its home tenant.",
        choices=tuple(origin.value for origin in Origin),
    ),
    _app("app.created", FactType.TIME, "created", "When it came into this tenant."),
    Fact("app.age", FactType.DURATION, ("created",), "Since it was created.", root=Root.APP, derive=_age),
    _app("app.publisher.name", FactType.TEXT, "publisher_name", "The publisher, as it calls itself."),
    _app("app.publisher.verified", FactType.BOOLEAN, "publisher_verified", "Verified by Microsoft."),
    _app("app.signInAudience", FactType.TOKEN, "sign_in_audience", "Who may sign in, e.g. AzureADMultipleOrgs."),
    _app("app.type", FactType.TOKEN, "service_principal_type", "E.g. Application or ManagedIdentity."),
    _app("app.homepage", FactType.TEXT, "homepage", "Its home page."),
    _app("app.replyUrls", FactType.TEXTS, "reply_urls", "Where tokens may be sent.", element=WORDS),
    Fact(
        "app.privilege",
        FactType.TOKEN,
        ("privilege",),
        "The highest privilege of its permissions.",
        root=Root.APP,
        choices=_PRIVILEGES,
        ordered=True,
    ),
    _app("app.permissions", FactType.COLLECTION, "permissions", "What it may do.", element=_PERMISSION),
    Fact(
        "app.permissionNames",
        FactType.TOKENS,
        ("permissions",),
        "The names of its permissions, delegated and application.",
        root=Root.APP,
        derive=_permission_names,
    ),
    _app("app.credentials", FactType.COLLECTION, "credentials", "Its credentials.", element=_CREDENTIAL),
    _app("app.ownerCount", FactType.NUMBER, "owner_count", "How many owners it has.", unit="owners"),
    _app("app.consentedUsers", FactType.NUMBER, "consented_users", "Users who consented.", unit="users"),
)
