"""The facts of an app that tell what it may do, and who agreed to that.

Some are of Microsoft Graph alone: null for an app that holds no permission for it.
"""

from shared.domain.apps import MOST_CONSENTING_USERS
from shared.domain.judge_traits import is_highly_privileged
from shared.policies import consent_derivations as derivations
from shared.policies.app_fact import app_fact
from shared.policies.vocabulary import Fact, FactType

APP_CONSENT_FACTS: tuple[Fact, ...] = (
    app_fact(
        "app.registrationAge",
        FactType.DURATION,
        "registered",
        "Since it was registered; of an app from elsewhere, and of a managed identity, since it came into this tenant.",
        derive=derivations.registration_age,
        grows=True,
    ),
    app_fact(
        "app.highlyPrivileged",
        FactType.BOOLEAN,
        "privilege",
        "Whether its privilege is high, or it holds a privileged directory role over any part of the tenant.",
        derive=is_highly_privileged,
    ),
    app_fact(
        "app.applicationPermissions",
        FactType.TOKENS,
        "permissions",
        "The names of its application permissions for Microsoft Graph; null if it holds no permission for it.",
        derive=derivations.application_permissions,
    ),
    app_fact(
        "app.delegatedPermissions",
        FactType.TOKENS,
        "permissions",
        "The names of its delegated permissions for Microsoft Graph; null if it holds no permission for it.",
        derive=derivations.delegated_permissions,
    ),
    app_fact(
        "app.nonGraphPermissions",
        FactType.BOOLEAN,
        "permissions",
        "Whether it holds a permission for another API than Microsoft Graph.",
        derive=derivations.has_non_graph_permissions,
    ),
    app_fact(
        "app.consentedUsersIncrease",
        FactType.NUMBER,
        "consented_users",
        "By how much the number of users who consented grew in 90 days; null if nobody had consented then, unknown "
        "while the inventory is younger. What it was 90 days ago is looked up once a week at least.",
        unit="percent",
        derive=derivations.consented_users_increase,
    ),
    app_fact(
        "app.priorityConsent",
        FactType.BOOLEAN,
        "priority_users",
        "Whether a priority account consented, or an administrator did for all users, with priority accounts among "
        "them.",
        derive=derivations.has_priority_consent,
    ),
    app_fact(
        "app.consentingUsers",
        FactType.TOKENS,
        "consenting_users",
        "Who consented, in lower case: the object ids, and the user principal names of those who hold a directory "
        f"role or are marked otherwise. Unknown of an app with more than {MOST_CONSENTING_USERS} of them.",
        lower=True,
        derive=derivations.consenting_users,
    ),
    app_fact(
        "app.consentingRoles",
        FactType.TEXTS,
        "consenting_roles",
        "The names of the directory roles that users who consented hold.",
    ),
)
