"""An app with something in every section of its page, and how tests read that page."""

from datetime import timedelta
from uuid import uuid4

from msgspec import structs

from shared.domain.apps import (
    App,
    AppLinks,
    ConsentGrant,
    Credential,
    CredentialHolder,
    DirectoryRole,
    Owner,
    Permission,
    PermissionKind,
    SignIns,
)
from shared.domain.events import CredentialKind
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.privileges import Privilege
from tests.pages.apps import NOW, make_app
from tests.pages.browser import Page
from tests.pages.documents import Element

DAY = timedelta(days=1)
TAKES_ROLES = "RoleManagement.ReadWrite.Directory"


def held(
    name: str, kind: PermissionKind = PermissionKind.APPLICATION, privilege: Privilege = Privilege.HIGH
) -> Permission:
    consent = "AllPrincipals" if kind is PermissionKind.DELEGATED else None
    return Permission(name=name, kind=kind, privilege=privilege, resource_app_id=MICROSOFT_GRAPH, consent_type=consent)


def full_app(name: str, text: str | None = None) -> App:
    """With something in every section; with ``text``, all that others may have written is that."""
    said = text or "said"
    return structs.replace(
        make_app(text or name),
        application_object_id=str(uuid4()),
        home_tenant_id="dddddddd-0000-4000-8000-000000000001",
        registered=NOW - 500 * DAY,
        first_seen=NOW - 40 * DAY,
        modified=NOW - 2 * DAY,
        publisher_name=text or "Contoso",
        homepage=text or "https://app.contoso.example/",
        reply_urls=(text or "https://app.contoso.example/callback",),
        links=AppLinks(privacy=text or "https://app.contoso.example/privacy"),
        permissions=(
            held(text or TAKES_ROLES),
            held("User.Read", PermissionKind.DELEGATED, Privilege.LOW),
            held("Mail.Read", PermissionKind.DELEGATED, Privilege.HIGH),
        ),
        directory_roles=(
            DirectoryRole(template_id=said, name=text or "Global Reader"),
            DirectoryRole(template_id=said, name=text or "User Administrator", scope=f"/units/{said}", group_id=said),
        ),
        sign_ins=SignIns(application_client=NOW - 3 * DAY, last=NOW - 3 * DAY),
        credentials=(
            Credential(
                key_id="k1",
                kind=CredentialKind.SECRET,
                holder=CredentialHolder.APPLICATION,
                display_name=text or "deploy",
                start=NOW - 100 * DAY,
                end=NOW + 265 * DAY,
                last_used=NOW - 4 * DAY,
            ),
            Credential(key_id="k2", kind=CredentialKind.SECRET, end=NOW - DAY, last_used=None),
            Credential(key_id="k3", kind=CredentialKind.CERTIFICATE, end=NOW + 9 * DAY),
            Credential(
                kind=CredentialKind.FEDERATED,
                display_name=text or "builds",
                issuer=text or "https://token.contoso.example",
                subject=text or "repo:contoso/app",
            ),
        ),
        owners=(
            Owner(
                id=said, name=text or "kim", kind=text or "user", guest=True, enabled=False, roles=(text or "Reader",)
            ),
            Owner(id=str(uuid4()), name=None, kind="servicePrincipal"),
        ),
        owner_count=2,
        grants=(ConsentGrant(consent_type="Principal", scopes=(text or "User.Read",), resource_app_id=text, users=3),),
        priority_users=1,
        privileged_users=2,
    )


def section(page: Page, name: str) -> Element:
    return page.root.one("section", **{"aria-labelledby": name})


def said(page: Page, name: str) -> str:
    return section(page, name).text


def rows_of(page: Page, name: str) -> list[str]:
    return [row.text for table in section(page, name).all("tbody") for row in table.all("tr")]


def subject(page: Page) -> Element:
    return page.root.one("header", **{"class": "subject"})
