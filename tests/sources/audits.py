"""The directory audits that several tests look at."""

from tests.sources.records import (
    ADA,
    APP_ID,
    BOB,
    CLIENT,
    GRAPH_API,
    GRAPH_APP_ID,
    GRAPH_NAMES,
    MAIL_READ_ROLE,
    MAIL_READWRITE_SCOPE,
    PRINCIPAL_ID,
    REGISTRATION,
    REGISTRATION_ID,
    USER_READ_SCOPE,
    Audit,
    Principal,
    consent_permissions,
)

SECRET_ID = "99999999-0000-4000-8000-000000000001"
CERTIFICATE_ID = "99999999-0000-4000-8000-000000000002"
CERTIFICATES_AND_SECRETS = "Update application – Certificates and secrets management "

_FOR_CLIENT = {
    "ServicePrincipal.ObjectID": (None, PRINCIPAL_ID),
    "ServicePrincipal.AppId": (None, APP_ID),
    "ServicePrincipal.DisplayName": (None, "Contoso Mailer"),
    "TargetId.ServicePrincipalNames": (None, GRAPH_NAMES),
}


def grant(operation: str, before: str | None, after: str | None) -> Audit:
    """An operation on a delegated permission grant; scopes are separated by spaces."""
    return Audit(
        operation,
        (GRAPH_API, Principal("ServicePrincipal", PRINCIPAL_ID)),
        {
            "DelegatedPermissionGrant.Scope": (before, after),
            "DelegatedPermissionGrant.ConsentType": ("AllPrincipals", "AllPrincipals"),
            **_FOR_CLIENT,
        },
    )


def consent(*, admin: bool = True, succeeded: bool = True, reason: str | None = None, permissions: str = "") -> Audit:
    """A consent to the client app; without ``permissions`` it is one for User.Read and Mail.Read."""
    return Audit(
        "Consent to application",
        (CLIENT,),
        {
            "ConsentContext.IsAdminConsent": (None, str(admin)),
            "ConsentContext.IsAppOnly": (None, "False"),
            "ConsentContext.OnBehalfOfAll": (None, str(admin)),
            "ConsentAction.Permissions": (
                None,
                permissions or consent_permissions((), (("AllPrincipals", " User.Read Mail.Read"),)),
            ),
            **({"ConsentAction.Reason": (None, reason)} if reason else {}),
            "TargetId.ServicePrincipalNames": (None, APP_ID),
        },
        succeeded=succeeded,
        ip_address="203.0.113.9",
    )


def app_role(operation: str = "Add app role assignment to service principal") -> Audit:
    values = {
        "AppRole.Id": MAIL_READ_ROLE,
        "AppRole.Value": "Mail.Read",
        "AppRole.DisplayName": "Read mail in all mailboxes",
    }
    is_removal = operation.startswith("Remove")
    changes = {name: (value, None) if is_removal else (None, value) for name, value in values.items()}
    return Audit(operation, (GRAPH_API,), {**changes, **_FOR_CLIENT})


def keys(operation: str, before: list[str], after: list[str], target: Principal = REGISTRATION) -> Audit:
    """An operation whose ``KeyDescription`` lists these descriptions."""
    return Audit(
        operation,
        (target,),
        {"KeyDescription": (before, after), "Included Updated Properties": (None, "KeyDescription")},
    )


def key(key_id: str, name: str, kind: str = "Password") -> str:
    return f"[KeyIdentifier={key_id},KeyType={kind},KeyUsage=Verify,DisplayName={name}]"


def manifest(before: list[dict[str, object]], after: list[dict[str, object]]) -> Audit:
    return Audit(
        "Update application",
        (REGISTRATION,),
        {
            "RequiredResourceAccess": (before, after),
            "Included Updated Properties": (None, "RequiredResourceAccess"),
        },
    )


def requests(
    *, delegated: tuple[str, ...] = (), application: tuple[str, ...] = (), api: str = GRAPH_APP_ID
) -> dict[str, object]:
    """What a manifest asks of one API, by permission ids."""
    asked = [
        *({"EntitlementId": one, "DirectAccessGrant": False, "ImpersonationAccessGrants": [20]} for one in delegated),
        *({"EntitlementId": one, "DirectAccessGrant": True, "ImpersonationAccessGrants": []} for one in application),
    ]
    return {"ResourceAppId": api, "RequiredAppPermissions": asked, "EncodingVersion": 1}


def trust(name: str, issuer: str, subject: str | None = "repo:contoso/deploy", **fields: object) -> dict[str, object]:
    """A federated identity credential."""
    return {"Name": name, "Issuer": issuer, "Subject": subject, "Id": "scrubbed", "Audiences": ["api://x"], **fields}


def trusts(before: list[dict[str, object]], after: list[dict[str, object]]) -> Audit:
    return Audit(
        "Update application",
        (REGISTRATION,),
        {
            "FederatedIdentityCredentials": (before, after),
            "Included Updated Properties": (None, "FederatedIdentityCredentials"),
        },
    )


OWNER_ADDED = Audit(
    "Add owner to application",
    (BOB,),
    {
        "Application.ObjectID": (None, REGISTRATION_ID),
        "Application.DisplayName": (None, "Contoso Mailer"),
        "Application.AppId": (None, APP_ID),
    },
)
ROLE_OF_APP = Audit(
    "Add member to role",
    (CLIENT, Principal("Role", "77777777-0000-4000-8000-000000000001", "Global Administrator")),
    {
        "Role.DisplayName": (None, "Global Administrator"),
        "Role.TemplateId": (None, "62e90394-69f5-4237-9190-012177145e10"),
    },
)
ROLE_OF_USER = Audit("Add member to role", (BOB,), ROLE_OF_APP.changes)
PRINCIPAL_ADDED = Audit(
    "Add service principal",
    (CLIENT,),
    {
        "AccountEnabled": ([], [True]),
        "AppPrincipalId": ([], [APP_ID]),
        "DisplayName": ([], ["Contoso Mailer"]),
        "ServicePrincipalName": ([], [APP_ID]),
        "Credential": ([], [{"CredentialType": 2, "KeyStoreId": "sesame-store", "KeyGroupId": "sesame-group"}]),
    },
)
ASSIGNED_TO_USER = Audit(
    "Add app role assignment grant to user",
    (CLIENT,),
    {
        "User.ObjectID": (None, BOB.id),
        "User.UPN": (None, BOB.user_principal_name),
        "TargetId.ServicePrincipalNames": (None, APP_ID),
    },
)
BY_APP = Audit(
    app_role().operation,
    app_role().targets,
    app_role().changes,
    actor=Principal("ServicePrincipal", "88888888-0000-4000-8000-000000000001", "Pipeline"),
)
MANIFEST_GROWN = manifest(
    [requests(delegated=(USER_READ_SCOPE,))], [requests(delegated=(USER_READ_SCOPE, MAIL_READWRITE_SCOPE))]
)
SECRET_ADDED = keys(CERTIFICATES_AND_SECRETS, [], [key(SECRET_ID, "deploy")])
TRUST_ADDED = trusts([], [trust("deploy", "https://issuer.example")])
POLICY_CHANGED = Audit(
    "Update authorization policy",
    (Principal("Policy", "66666666-0000-4000-8000-000000000001", "Authorization Policy"),),
    {"AllowUserConsentForRiskyApps": ([False], [True])},
)
USER_UPDATED = Audit("Update user", (ADA,), {"JobTitle": (["Clerk"], ["Chief"])})

ALL_AUDITS = {
    "grant added": grant("Add delegated permission grant", None, " User.Read"),
    "grant revoked": grant("Remove delegated permission grant", " User.Read Mail.Read", " User.Read"),
    "consent": consent(),
    "blocked consent": consent(succeeded=False, reason="Risky application detected"),
    "app role granted": app_role(),
    "app role revoked": app_role("Remove app role assignment from service principal"),
    "app role granted by an app": BY_APP,
    "app assigned to a user": ASSIGNED_TO_USER,
    "secret added": SECRET_ADDED,
    "certificate added": keys(
        "Add service principal credentials", [], [key(CERTIFICATE_ID, "tls", "AsymmetricX509Cert")], CLIENT
    ),
    "federated credential added": TRUST_ADDED,
    "manifest grown": MANIFEST_GROWN,
    "owner added": OWNER_ADDED,
    "role of an app": ROLE_OF_APP,
    "role of a user": ROLE_OF_USER,
    "service principal added": PRINCIPAL_ADDED,
    "policy changed": POLICY_CHANGED,
    "another operation": USER_UPDATED,
}
"""One of each kind."""
