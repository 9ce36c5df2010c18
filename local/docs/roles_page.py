"""``docs/reference/roles.md``, from the table of roles and rights."""

from local.docs.markdown import table
from shared.domain.roles import APP_ROLES, DIRECTORY_ROLES, RIGHTS, USERS_ONLY, Right, Role

_PAGE = """\
# Roles and rights

Written by `python -m local docs` from `shared/domain/roles.py`: change it there.

A user's rights come from directory roles in Entra (the `wids` claim of the token) and from app roles of Consentry's
own API (the `roles` claim). A caller without a user, such as a Logic App, has app roles only: directory roles in its
token count for nothing. Rights add up, and a role that is not listed here gives none. A role that a user is only
eligible for counts once it is activated.

{rights}

## Directory roles

Their template ids are the same in every tenant. Entra writes them into tokens only if the API's app registration asks
for them (`groupMembershipClaims` with `DirectoryRole`).

{directory_roles}

## App roles

They are assigned to users, groups or apps in Consentry's enterprise application. Entra has no directory role named
Compliance Reader, so that one is an app role.

{app_roles}
"""


def roles_page() -> str:
    """The whole page."""
    return _PAGE.format(
        rights=table(["role", *(right.value for right in Right)], map(_rights_row, Role)),
        directory_roles=table(["role", "template id"], ([role, f"`{wid}`"] for wid, role in DIRECTORY_ROLES.items())),
        app_roles=table(["value", "for"], (_app_role_row(role) for role in Role if role in APP_ROLES)),
    )


def _rights_row(role: Role) -> list[str]:
    return [_name(role), *("yes" if right in RIGHTS[role] else "" for right in Right)]


def _app_role_row(role: Role) -> list[str]:
    return [_name(role), "users only" if role in USERS_ONLY else "users and apps"]


def _name(role: Role) -> str:
    return f"`{role}`" if role in APP_ROLES else str(role)
