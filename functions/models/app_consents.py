"""The users who consented to an app for themselves."""

from functions.models.shapes import Sent
from shared.pipeline.inventory.consents import ConsentingUser, UserConsent


class UserConsentResource(Sent):
    """What a user let the app do by one API; its ids and names are null where it was not read."""

    resource_app_id: str | None
    resource_name: str | None
    scopes: list[str]


class ConsentingUserResource(Sent):
    """Null, and no role, is what is not known of a user; ``priority`` marks priority accounts."""

    id: str
    name: str | None
    user_principal_name: str | None
    guest: bool | None
    enabled: bool | None
    directory_roles: list[str]
    priority: bool
    consents: list[UserConsentResource]


class ConsentingUserList(Sent):
    """A page, in the order of ids. ``totalCount`` counts all users who consented."""

    value: list[ConsentingUserResource]
    next_link: str | None = None
    total_count: int


def consenting_user_resource(user: ConsentingUser) -> ConsentingUserResource:
    person = user.person
    return ConsentingUserResource(
        id=user.id,
        name=person.name if person else None,
        user_principal_name=person.user_principal_name if person else None,
        guest=person.guest if person else None,
        enabled=person.enabled if person else None,
        directory_roles=list(person.roles) if person else [],
        priority=person.priority if person else False,
        consents=[_consent(each) for each in user.consents],
    )


def _consent(consent: UserConsent) -> UserConsentResource:
    return UserConsentResource(
        resource_app_id=consent.resource_app_id, resource_name=consent.resource_name, scopes=list(consent.scopes)
    )
