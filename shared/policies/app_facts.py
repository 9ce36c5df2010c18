"""The facts of an app, read from the inventory's ``App``."""

from datetime import datetime

from shared.domain.app_traits import Trait
from shared.domain.apps import Certification, Credential, CredentialHolder, Origin, PermissionKind
from shared.domain.events import CredentialKind, EventCredential
from shared.domain.known import UNKNOWN
from shared.domain.permission_use import is_overprivileged
from shared.domain.privileges import Privilege
from shared.policies import app_derivations as derivations
from shared.policies.app_consent_facts import APP_CONSENT_FACTS
from shared.policies.app_fact import app_fact
from shared.policies.app_use_facts import APP_USE_FACTS
from shared.policies.forms import Form
from shared.policies.vocabulary import Fact, FactType, Root, Vocabulary

_PRIVILEGES = tuple(level.value for level in Privilege)
_TRAITS = tuple(trait.value for trait in Trait)


def credential_type(credential: Credential | EventCredential, _now: datetime) -> object:
    """The kind of a credential, or UNKNOWN where the record does not tell."""
    return UNKNOWN if credential.kind is CredentialKind.UNKNOWN else credential.kind


def _age(credential: Credential, now: datetime) -> object:
    return now - credential.start if credential.start else None


def _expires_in(credential: Credential, now: datetime) -> object:
    return credential.end - now if credential.end else None


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
        Fact("age", FactType.DURATION, ("start",), "Since its start.", may_be_unknown=False, derive=_age, grows=True),
        Fact("expires", FactType.TIME, ("end",), "Its end.", may_be_unknown=False),
        Fact(
            "expiresIn",
            FactType.DURATION,
            ("end",),
            "Until its end; negative once it has expired, null if it never does.",
            may_be_unknown=False,
            derive=_expires_in,
            falls=True,
        ),
        Fact("lifetime", FactType.DURATION, ("end",), "From start to end.", may_be_unknown=False, derive=_lifetime),
        Fact("lastUsed", FactType.TIME, ("last_used",), "Its last sign-in; null if the report has none.", past=True),
        Fact(
            "holder",
            FactType.TOKEN,
            ("holder",),
            "What it stands on.",
            choices=tuple(holder.value for holder in CredentialHolder),
            may_be_unknown=False,
        ),
        Fact("issuer", FactType.TEXT, ("issuer",), "Of a federated one: whose tokens it trusts.", may_be_unknown=False),
        Fact("subject", FactType.TEXT, ("subject",), "Of a federated one: about whom.", may_be_unknown=False),
    ]
)

_OWNER = Vocabulary(
    [
        Fact(
            "kind",
            FactType.TOKEN,
            ("kind",),
            "What the owner is.",
            choices=("user", "servicePrincipal"),
            may_be_unknown=False,
        ),
        Fact("guest", FactType.BOOLEAN, ("guest",), "Whether it is a guest."),
        Fact("enabled", FactType.BOOLEAN, ("enabled",), "Whether the account is enabled."),
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
        Fact("resourceAppId", FactType.TOKEN, ("resource_app_id",), "The API it is for.", form=Form.GUID),
        Fact("users", FactType.NUMBER, ("users",), "Who granted it.", unit="users", may_be_unknown=False),
    ]
)


APP_FACTS: tuple[Fact, ...] = (
    app_fact("app.appId", FactType.TOKEN, "app_id", "The appId (client id).", may_be_unknown=False, form=Form.GUID),
    app_fact("app.displayName", FactType.TEXT, "display_name", "Chosen by its maker.", may_be_unknown=False),
    app_fact("app.enabled", FactType.BOOLEAN, "enabled", "Whether users can sign in to it."),
    app_fact(
        "app.origin",
        FactType.TOKEN,
        "origin",
        "Whose app it is, by its home tenant.",
        choices=tuple(origin.value for origin in Origin),
    ),
    app_fact("app.created", FactType.TIME, "created", "When it came into this tenant.", past=True),
    app_fact("app.age", FactType.DURATION, "created", "Since it was created.", derive=derivations.age, grows=True),
    app_fact("app.publisher.name", FactType.TEXT, "publisher_name", "The publisher, as it calls itself."),
    app_fact("app.publisher.verified", FactType.BOOLEAN, "publisher_verified", "Verified by Microsoft."),
    app_fact("app.signInAudience", FactType.TOKEN, "sign_in_audience", "Who may sign in, e.g. AzureADMultipleOrgs."),
    app_fact("app.type", FactType.TOKEN, "service_principal_type", "E.g. Application or ManagedIdentity."),
    app_fact("app.homepage", FactType.TEXT, "homepage", "Its home page."),
    app_fact("app.replyUrls", FactType.TEXTS, "reply_urls", "Where tokens may be sent.", element=WORDS),
    Fact(
        "app.privilege",
        FactType.TOKEN,
        ("privilege",),
        "The highest privilege of its permissions.",
        root=Root.APP,
        choices=_PRIVILEGES,
        ordered=True,
    ),
    app_fact("app.permissions", FactType.COLLECTION, "permissions", "What it may do.", element=_PERMISSION),
    Fact(
        "app.permissionNames",
        FactType.TOKENS,
        ("permissions",),
        "The names of its permissions, delegated and application.",
        root=Root.APP,
        derive=derivations.permission_names,
    ),
    app_fact("app.credentials", FactType.COLLECTION, "credentials", "Its credentials.", element=_CREDENTIAL),
    app_fact("app.owners", FactType.COLLECTION, "owners", "Who may change it.", element=_OWNER),
    app_fact("app.ownerCount", FactType.NUMBER, "owner_count", "How many owners it has.", unit="owners"),
    app_fact("app.consentedUsers", FactType.NUMBER, "consented_users", "Users who consented.", unit="users"),
    app_fact("app.priorityUsers", FactType.NUMBER, "priority_users", "Priority accounts that consented.", unit="users"),
    app_fact("app.privilegedUsers", FactType.NUMBER, "privileged_users", "Administrators who consented.", unit="users"),
    app_fact("app.disabledByMicrosoft", FactType.BOOLEAN, "disabled_by_microsoft", "Whether Microsoft disabled it."),
    app_fact(
        "app.certification",
        FactType.TOKEN,
        "certification",
        "How far Microsoft vouches for it; known of this tenant's registrations only.",
        choices=tuple(certification.value for certification in Certification),
    ),
    app_fact(
        "app.homeTenantId", FactType.TOKEN, "home_tenant_id", "The tenant that it is registered in.", form=Form.GUID
    ),
    app_fact("app.registered", FactType.TIME, "registered", "When it was registered, if in this tenant.", past=True),
    app_fact(
        "app.directoryRoles",
        FactType.TEXTS,
        "directory_roles",
        "The names of the directory roles it holds, over the whole tenant or a part.",
        element=WORDS,
        derive=derivations.directory_role_names,
    ),
    app_fact(
        "app.lastUsed",
        FactType.TIME,
        "sign_ins",
        "The last sign-in as a client or a resource; null if the report has none.",
        derive=derivations.last_use,
        past=True,
    ),
    app_fact(
        "app.unusedFor",
        FactType.DURATION,
        "sign_ins",
        "Since its last sign-in, or since it was created if there was none.",
        derive=derivations.unused_for,
        grows=True,
    ),
    app_fact(
        "app.overprivileged",
        FactType.BOOLEAN,
        "permissions",
        "Whether it has held a permission to Microsoft 365 data for 90 days without using it.",
        derive=is_overprivileged,
    ),
    app_fact(
        "app.risk",
        FactType.NUMBER,
        "permissions",
        "Its risk score, 1 to 100, by what it holds itself.",
        unit="points",
        derive=derivations.risk,
        most=100,
    ),
    app_fact(
        "app.traits",
        FactType.TOKENS,
        "permissions",
        "The traits it is known to have, by what it holds itself. To ask that it lacks one, ask app.openTraits too.",
        choices=_TRAITS,
        may_be_unknown=False,
        derive=derivations.traits,
    ),
    app_fact(
        "app.openTraits",
        FactType.TOKENS,
        "permissions",
        "The traits of which nobody can tell whether it has them.",
        choices=_TRAITS,
        may_be_unknown=False,
        derive=derivations.open_traits,
    ),
    *APP_CONSENT_FACTS,
    *APP_USE_FACTS,
)
