"""Directory objects into apps."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.apps import (
    App,
    AppLinks,
    Certification,
    Credential,
    CredentialHolder,
    DirectoryRole,
    Origin,
    Permission,
    PermissionKind,
)
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN
from shared.domain.people import Person
from shared.domain.privileges import Privilege
from shared.sources.errors import RecordError
from shared.sources.inventory import AppObjects, build_app, build_apps
from shared.sources.inventory_people import person_of
from shared.sources.inventory_permissions import Api
from tests.sources.records import (
    APP_ID,
    GRAPH_APP_ID,
    GRAPH_PRINCIPAL,
    MAIL_READ_ROLE,
    OTHER_USER_ID,
    PRINCIPAL_ID,
    REGISTRATION_ID,
    TENANT_ID,
    USER_ID,
)

METADATA = "https://graph.microsoft.com/v1.0/$metadata#"
type Record = dict[str, object]


def principal(**fields: object) -> Record:
    return {
        "id": PRINCIPAL_ID,
        "appId": APP_ID,
        "displayName": "Contoso Mailer",
        "accountEnabled": True,
        "appOwnerOrganizationId": TENANT_ID,
        "createdDateTime": "2026-06-15T15:01:00Z",
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg",
        "homepage": None,
        "replyUrls": ["https://contoso.example/callback"],
        "passwordCredentials": [],
        "keyCredentials": [],
        "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
        **fields,
    }


def registration(**fields: object) -> Record:
    return {
        "id": REGISTRATION_ID,
        "appId": APP_ID,
        "displayName": "Contoso Mailer (registration)",
        "signInAudience": "AzureADMyOrg",
        "createdDateTime": "2026-01-01T00:00:00Z",
        **fields,
    }


GRAPH = principal(
    id=GRAPH_PRINCIPAL,
    appId=GRAPH_APP_ID,
    displayName="Microsoft Graph",
    appOwnerOrganizationId="f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    appRoles=[{"id": MAIL_READ_ROLE, "value": "Mail.Read"}],
)


def grant(scope: str, user: str | None = None, **fields: object) -> Record:
    return {
        "id": f"grant-{user}",
        "clientId": PRINCIPAL_ID,
        "consentType": "Principal" if user else "AllPrincipals",
        "principalId": user,
        "resourceId": GRAPH_PRINCIPAL,
        "scope": scope,
        **fields,
    }


def assignment(role_id: str = MAIL_READ_ROLE, **fields: object) -> Record:
    return {
        "id": "assignment",
        "appRoleId": role_id,
        "principalId": PRINCIPAL_ID,
        "principalType": "ServicePrincipal",
        "resourceId": GRAPH_PRINCIPAL,
        "createdDateTime": "2026-06-15T16:14:59.8643039Z",
        **fields,
    }


def page(collection: str, *items: Record) -> Record:
    return {"@odata.context": METADATA + collection, "value": list(items)}


NO_GRANTS = page("oauth2PermissionGrants")
NO_ASSIGNMENTS = page("servicePrincipals('x')/appRoleAssignedTo")


def one_app(*objects: Record) -> App:
    return build_apps(objects, TENANT_ID)[APP_ID]


def test_a_service_principal_and_its_registration_are_one_app() -> None:
    app = one_app(principal(), registration())
    assert (app.service_principal_id, app.application_object_id) == (PRINCIPAL_ID, REGISTRATION_ID)
    assert (app.display_name, app.enabled, app.sign_in_audience) == ("Contoso Mailer", True, "AzureADMyOrg")
    assert app.created == datetime(2026, 6, 15, 15, 1, tzinfo=UTC)
    assert app.reply_urls == ("https://contoso.example/callback",)
    assert (app.homepage, app.service_principal_type) == (None, "Application")


def test_a_registration_without_a_service_principal_is_an_app_too() -> None:
    app = one_app(
        registration(
            web={"homePageUrl": "https://contoso.example", "redirectUris": ["https://a.example"]},
            spa={"redirectUris": ["https://b.example", "https://a.example"]},
        )
    )
    assert (app.enabled, app.service_principal_id) == (UNKNOWN, None)
    assert (app.homepage, app.reply_urls) == ("https://contoso.example", ("https://a.example", "https://b.example"))


def test_delegated_permissions_come_from_grants_for_all_and_for_each_user() -> None:
    app = one_app(
        principal(),
        GRAPH,
        grant(" User.Read"),
        grant("User.Read Mail.Read", USER_ID),
        grant("Mail.Read", OTHER_USER_ID),
        NO_ASSIGNMENTS,
    )
    assert app.permissions == (
        Permission(
            name="Mail.Read",
            kind=PermissionKind.DELEGATED,
            privilege=Privilege.HIGH,
            resource_app_id=GRAPH_APP_ID,
            consent_type="Principal",
            users=2,
        ),
        Permission(
            name="User.Read",
            kind=PermissionKind.DELEGATED,
            privilege=Privilege.LOW,
            resource_app_id=GRAPH_APP_ID,
            consent_type="AllPrincipals",
            users=1,
        ),
    )
    assert (app.privilege, app.consented_users) == (Privilege.HIGH, 2)


def test_an_app_role_is_named_by_its_api() -> None:
    odd = {"id": MAIL_READ_ROLE, "value": "Letters.Read"}
    app = one_app(principal(), GRAPH | {"appRoles": [odd]}, assignment(), NO_GRANTS)
    assert app.permissions
    assert app.permissions[0].name == "Letters.Read"


@pytest.mark.parametrize("roles", [5, "x", {"a": 1}, [None], [{"id": 5, "value": "X"}]], ids=str)
def test_roles_of_an_api_that_are_none_leave_its_permissions_to_the_table(roles: object) -> None:
    app = one_app(principal(), GRAPH | {"appRoles": roles}, assignment(), NO_GRANTS)
    assert app.permissions
    assert app.permissions[0].name == "Mail.Read"


@pytest.mark.parametrize(
    ("role_id", "name"),
    [(MAIL_READ_ROLE, "Mail.Read"), ("12345678-0000-4000-8000-000000000009", "12345678-0000-4000-8000-000000000009")],
)
def test_an_app_role_of_an_api_that_is_not_there_is_named_by_the_table_or_its_id(role_id: str, name: str) -> None:
    app = one_app(principal(), assignment(role_id), NO_GRANTS)
    assert app.permissions
    assert (app.permissions[0].name, app.permissions[0].kind) == (name, PermissionKind.APPLICATION)


def test_an_assignment_without_a_role_is_no_permission() -> None:
    app = one_app(principal(), assignment("00000000-0000-0000-0000-000000000000"), NO_GRANTS)
    assert (app.permissions, app.privilege) == ((), None)


@pytest.mark.parametrize("other", [NO_GRANTS, NO_ASSIGNMENTS])
def test_permissions_are_unknown_while_a_kind_of_them_was_not_read(other: Record) -> None:
    app = one_app(principal(), other)
    assert (app.permissions, app.privilege) == (UNKNOWN, UNKNOWN)


def test_no_grants_at_all_is_not_the_same_as_none_read() -> None:
    assert one_app(principal()).consented_users is UNKNOWN
    assert one_app(principal(), NO_GRANTS).consented_users == 0
    assert one_app(principal(), NO_GRANTS, NO_ASSIGNMENTS).permissions == ()


@pytest.mark.parametrize(
    ("fields", "tenant_id", "origin"),
    [
        ({}, TENANT_ID, Origin.INTERNAL),
        ({}, TENANT_ID.upper(), Origin.INTERNAL),
        ({"appOwnerOrganizationId": "0873ee4d-0000-4000-8000-000000000001"}, TENANT_ID, Origin.EXTERNAL),
        ({"appOwnerOrganizationId": "72f988bf-86f1-41af-91ab-2d7cd011db47"}, None, Origin.MICROSOFT),
        ({"appOwnerOrganizationId": None, "servicePrincipalType": "ManagedIdentity"}, None, Origin.INTERNAL),
        ({"appOwnerOrganizationId": None}, TENANT_ID, None),
        ({}, None, UNKNOWN),
    ],
)
def test_the_home_tenant_says_whose_app_it_is(fields: Record, tenant_id: str | None, origin: object) -> None:
    assert build_apps([principal(**fields)], tenant_id)[APP_ID].origin == origin


def test_a_registration_makes_an_app_internal_without_knowing_the_tenant() -> None:
    assert build_apps([principal(), registration()])[APP_ID].origin is Origin.INTERNAL


def test_a_publisher_of_three_nulls_is_not_verified() -> None:
    app = one_app(principal())
    assert (app.publisher_verified, app.publisher_name) == (False, None)


def test_a_verified_publisher_has_an_id() -> None:
    app = one_app(principal(verifiedPublisher={"displayName": "Contoso", "verifiedPublisherId": "6692127"}))
    assert (app.publisher_verified, app.publisher_name) == (True, "Contoso")


SAML = {
    "customKeyIdentifier": "c2FtbA==",
    "startDateTime": "2026-01-01T00:00:00Z",
    "endDateTime": "2029-01-01T00:00:00Z",
}
SAML_KEYS = [SAML | {"keyId": "sign", "usage": "Sign"}, SAML | {"keyId": "verify", "usage": "Verify"}]
SAML_SECRET = SAML | {"keyId": "sign"}


def signing_of(**half: object) -> dict[str | None, bool]:
    app = one_app(principal(**half), registration())
    assert isinstance(app.credentials, tuple)
    assert all(held.end for held in app.credentials)
    return {held.key_id: held.signs for held in app.credentials}


def test_the_parts_of_a_certificate_that_signs_saml_tokens_are_marked() -> None:
    own = SAML | {"keyId": "own", "customKeyIdentifier": None}
    found = signing_of(keyCredentials=SAML_KEYS, passwordCredentials=[SAML_SECRET, own])
    assert found == {"sign": True, "verify": True, "own": False}


def test_a_key_that_somebody_adds_does_not_hide_behind_a_signing_certificate() -> None:
    more = [SAML | {"keyId": "more", "usage": "Verify"}]
    assert signing_of(keyCredentials=SAML_KEYS + more) == {"sign": True, "verify": False, "more": False}
    assert signing_of(keyCredentials=SAML_KEYS[1:]) == {"verify": False}
    secrets = [SAML | {"keyId": "one"}, SAML | {"keyId": "two"}]
    assert signing_of(keyCredentials=SAML_KEYS[:1], passwordCredentials=secrets) == {
        "one": False,
        "two": False,
        "sign": True,
    }


def test_credentials_of_both_halves_are_listed_and_never_their_values() -> None:
    secret = {
        "keyId": "k1",
        "displayName": "deploy",
        "hint": "N5k",
        "secretText": "sesame",
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": "2028-01-01T00:00:00Z",
    }
    certificate = {"keyId": "k2", "usage": "Sign", "key": "sesame"}
    app = one_app(
        principal(keyCredentials=[certificate, certificate | {"usage": "Verify"}]),
        registration(passwordCredentials=[secret]),
    )
    assert app.credentials == (
        Credential(
            key_id="k1",
            kind=CredentialKind.SECRET,
            holder=CredentialHolder.APPLICATION,
            display_name="deploy",
            start=datetime(2026, 1, 1, tzinfo=UTC),
            end=datetime(2028, 1, 1, tzinfo=UTC),
        ),
        Credential(key_id="k2", kind=CredentialKind.CERTIFICATE, holder=CredentialHolder.SERVICE_PRINCIPAL, signs=True),
    )


@given(st.randoms(use_true_random=False))
def test_the_order_in_which_graph_tells_is_no_matter(order: Random) -> None:
    def shuffled(items: list[Any]) -> list[Any]:
        return order.sample(items, len(items))

    keys: list[Any] = [{"keyId": f"k{n // 2}", "usage": ("Sign", "Verify")[n % 2]} for n in range(6)]
    secrets = [{"keyId": f"s{n}", "startDateTime": "2026-01-01T00:00:00Z"} for n in range(3)] + [{"displayName": "x"}]
    urls, users = [f"https://{n}.example" for n in range(4)], [USER_ID, OTHER_USER_ID, None]
    roles = [{"roleDefinitionId": USER_ID, "directoryScopeId": f"/{n}"} for n in range(3)]

    def app(turned: Callable[[list[Any]], list[Any]]) -> App:
        half = principal(
            keyCredentials=turned(keys), passwordCredentials=turned(secrets), replyUrls=turned(urls), tags=turned(urls)
        )
        grants = [grant(" ".join(turned(["Mail.Read", "User.Read", "Files.Read"])), user) for user in turned(users)]
        assignments = [assignment(role, id=role) for role in turned([MAIL_READ_ROLE, USER_ID, OTHER_USER_ID])]
        apis = {GRAPH_PRINCIPAL: Api(GRAPH_APP_ID, {})}
        objects = AppObjects(
            app_id=APP_ID,
            principal=half,
            registration=registration(web={"redirectUris": turned(urls[:2])}),
            grants=list(grants),
            assignments=list(assignments),
            role_assignments=turned(roles),
        )
        return build_app(objects, apis, TENANT_ID)

    assert app(shuffled) == app(list)


def test_owners_of_both_halves_count_once() -> None:
    ada, bob = {"id": USER_ID}, {"id": OTHER_USER_ID}
    assert one_app(principal(owners=[ada]), registration(owners=[ada, bob])).owner_count == 2
    assert one_app(principal(owners=[])).owner_count == 0
    assert one_app(principal()).owner_count is UNKNOWN
    assert one_app(principal(owners=[]), registration()).owner_count is UNKNOWN


def test_properties_that_were_not_selected_are_unknown() -> None:
    app = one_app(page("applications(id,appId)", {"id": REGISTRATION_ID, "appId": APP_ID}))
    assert app == App(
        app_id=APP_ID, application_object_id=REGISTRATION_ID, origin=Origin.INTERNAL, home_tenant_id=TENANT_ID
    )


def test_an_object_removed_since_the_last_delta_is_left_out() -> None:
    gone: Record = {"id": PRINCIPAL_ID, "@removed": {"reason": "changed"}}
    assert build_apps([page("servicePrincipals", gone)]) == {}


@pytest.mark.parametrize(
    "objects",
    [
        [{"id": USER_ID, "userPrincipalName": "ada@contoso.example"}],
        [page("users", {"id": USER_ID})],
        [principal(appId=None)],
        [page("servicePrincipals", principal(keyCredentials="x"))],
    ],
    ids=["a user", "a page of users", "no appId", "credentials that are no list"],
)
def test_an_object_that_cannot_be_read_is_an_error(objects: list[Record]) -> None:
    with pytest.raises(RecordError):
        build_apps(objects)


def test_odata_types_tell_the_kind_where_keys_do_not() -> None:
    item: Record = {"@odata.type": "#microsoft.graph.servicePrincipal", "id": PRINCIPAL_ID, "appId": APP_ID}
    assert one_app(item).service_principal_id == PRINCIPAL_ID


def test_an_application_permission_tells_when_it_was_granted() -> None:
    app = one_app(principal(), GRAPH, assignment(), NO_GRANTS)
    assert app.permissions
    assert app.permissions[0].granted == datetime(2026, 6, 15, 16, 14, 59, 864303, tzinfo=UTC)


def test_when_an_app_was_registered_only_its_registration_tells() -> None:
    assert one_app(principal()).registered is UNKNOWN
    app = one_app(principal(), registration())
    assert (app.created, app.registered) == (
        datetime(2026, 6, 15, 15, 1, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("told", "certification"),
    [
        (None, Certification.NONE),
        ({}, Certification.NONE),
        ({"isPublisherAttested": True, "isCertifiedByMicrosoft": False}, Certification.PUBLISHER_ATTESTED),
        ({"isPublisherAttested": True, "isCertifiedByMicrosoft": True}, Certification.MICROSOFT_365_CERTIFIED),
    ],
    ids=str,
)
def test_how_far_microsoft_vouches_is_told_by_the_registration(told: object, certification: Certification) -> None:
    assert one_app(principal(), registration(certification=told)).certification is certification
    assert one_app(principal(certification=told)).certification is UNKNOWN


def test_links_are_those_of_either_half() -> None:
    app = one_app(
        principal(info={"termsOfServiceUrl": "https://terms.example", "marketingUrl": None}),
        registration(info={"marketingUrl": "https://marketing.example"}),
    )
    assert app.links == AppLinks(terms="https://terms.example", marketing="https://marketing.example")
    assert one_app(principal(info=None)).links == AppLinks()
    assert one_app(principal()).links is UNKNOWN


@pytest.mark.parametrize(
    ("fields", "home"),
    [({}, TENANT_ID), ({"appOwnerOrganizationId": None}, None), ({"appOwnerOrganizationId": "no GUID"}, None)],
    ids=str,
)
def test_the_home_tenant_is_told_by_the_service_principal(fields: Record, home: str | None) -> None:
    assert one_app(principal(**fields)).home_tenant_id == home


def one_built(**read: object) -> App:
    """Of this tenant's own app, with a grant by each of two users."""
    everything: dict[str, object] = {
        "app_id": APP_ID,
        "principal": principal(owners=[{"id": USER_ID, "@odata.type": "#microsoft.graph.user"}]),
        "registration": {},
        "grants": [grant("Mail.Read", USER_ID), grant("Mail.Read", OTHER_USER_ID)],
        "assignments": [],
        "role_assignments": [],
        "people": {},
        **read,
    }
    return build_app(AppObjects(**everything), {}, TENANT_ID)  # type: ignore[arg-type]  # each test says what it reads


@pytest.mark.parametrize(
    ("unread", "unknown"),
    [
        ("registration", ("owners", "owner_count", "credentials", "reply_urls")),
        (
            "grants",
            (
                *("permissions", "privilege", "grants", "consented_users", "priority_users", "privileged_users"),
                *("consenting_users", "consenting_roles"),
            ),
        ),
        ("assignments", ("permissions", "privilege")),
        ("role_assignments", ("directory_roles", "privileged_users", "consenting_roles")),
        ("people", ("priority_users", "privileged_users", "consenting_roles", "has_priority_accounts")),
    ],
)
def test_what_was_not_read_is_unknown_and_the_rest_is_known(unread: str, unknown: tuple[str, ...]) -> None:
    everything, app = one_built(), one_built(**{unread: None})
    changed = {name for name in App.__struct_fields__ if getattr(app, name) != getattr(everything, name)}
    assert {name: getattr(app, name) for name in changed - {"owners"}} == dict.fromkeys(changed - {"owners"}, UNKNOWN)
    assert changed | {"owners"} == {*unknown, "owners"}


def test_users_who_consented_count_by_what_marks_them() -> None:
    people = {
        USER_ID: Person(id=USER_ID, roles=("Global Reader",), priority=True),
        OTHER_USER_ID: Person(id=OTHER_USER_ID, priority=True, guest=True),
    }
    app = one_built(people=people)
    assert (app.consented_users, app.priority_users, app.privileged_users) == (2, 2, 1)


def test_what_an_owner_is_nobody_can_tell_before_he_was_read() -> None:
    (unmet,) = one_built().owners or ()
    (ordinary,) = one_built(people={USER_ID: Person(id=USER_ID, guest=False, enabled=True)}).owners or ()
    (veiled,) = one_built(people={USER_ID: Person(id=USER_ID)}).owners or ()
    (unread,) = one_built(people=None).owners or ()
    (guest,) = one_built(people={USER_ID: Person(id=USER_ID, guest=True, enabled=False)}).owners or ()
    assert (unmet.guest, unmet.enabled) == (veiled.guest, veiled.enabled) == (UNKNOWN, UNKNOWN)
    assert (ordinary.guest, ordinary.enabled) == (False, True)
    assert (unread.guest, unread.enabled) == (UNKNOWN, UNKNOWN)
    assert (guest.guest, guest.enabled) == (True, False)


def test_directory_roles_are_told_once_each_with_their_scope() -> None:
    role_id = "12345678-0000-4000-8000-000000000009"
    held = {"roleDefinitionId": role_id, "roleName": "Reader", "directoryScopeId": "/"}
    app = one_built(role_assignments=[held, held, {**held, "directoryScopeId": "/x", "groupId": USER_ID}])
    assert app.directory_roles == (
        DirectoryRole(template_id=role_id, name="Reader"),
        DirectoryRole(template_id=role_id, name="Reader", scope="/x", group_id=USER_ID),
    )


@pytest.mark.parametrize(
    ("fields", "guest", "enabled"),
    [
        ({"userType": "Guest", "accountEnabled": False}, True, False),
        ({"userType": "guest", "accountEnabled": True}, True, True),
        ({"userType": "Member"}, False, None),
        ({"userType": None, "accountEnabled": "yes"}, None, None),
    ],
    ids=str,
)
def test_of_a_user_is_kept_what_can_be_read(fields: Record, guest: bool | None, enabled: bool | None) -> None:
    person = person_of({"id": USER_ID, "displayName": "Ada", **fields}, ("Reader",), is_priority=True)
    assert person == Person(id=USER_ID, name="Ada", guest=guest, enabled=enabled, roles=("Reader",), priority=True)
