"""``docs/reference/risk-score.md``, from the formula of the risk score and one app that is scored by it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from local.docs.markdown import table
from shared.domain.app_summaries import RISKY_FROM
from shared.domain.apps import App, Credential, Origin, Owner, Permission, PermissionKind, SignIns
from shared.domain.escalation import own_targets
from shared.domain.events import CredentialKind
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.privileges import Privilege
from shared.domain.risk import risk_of
from shared.domain.risk_case import RiskPart
from shared.domain.risk_formula import FORMULA, HIGHEST, LOWEST

_PAGE: Final = """\
# The risk score

How Consentry scores an app, from {lowest} to {highest}; from {risky} on it counts as risky. Written by
`python -m local docs` from `shared/domain/risk_formula.py`: change it there.

The score is the sum of the points below, held between {lowest} and {highest}. What the app may do and what it can
become weigh most; who vouches for it lowers the score; how it is looked after raises it a little. One more permission
never lowers it. A deleted app keeps its score, and so does a disabled one, for somebody may bring it back.

What nobody has read earns no points and is not taken for harmless either: the explanation of a score names the rows
that could not be judged, and while the permissions of an app are not read it has no score in the list. Paths to Global
Administrator or into every mailbox count with all their steps, also those through other apps that the app owns.

{parts}

## An example

{example}

Consentry's own, like the [permissions](permissions.md) and their privileges: Microsoft publishes no formula for the
score that it shows.
"""

_NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
_EXAMPLE: Final = App(
    app_id="44444444-4444-4444-8444-444444444444",
    display_name="Invoice Reader",
    origin=Origin.INTERNAL,
    created=_NOW - timedelta(days=400),
    publisher_name=None,
    publisher_verified=False,
    permissions=(
        Permission(
            name="Mail.Read",
            kind=PermissionKind.APPLICATION,
            privilege=Privilege.HIGH,
            resource_app_id=MICROSOFT_GRAPH,
        ),
    ),
    privilege=Privilege.HIGH,
    directory_roles=(),
    credentials=(
        Credential(
            kind=CredentialKind.SECRET,
            start=_NOW - timedelta(days=400),
            end=_NOW + timedelta(days=330),
            last_used=_NOW - timedelta(days=1),
        ),
    ),
    owners=(Owner(id="55555555-5555-4555-8555-555555555555", kind="user", guest=False, enabled=False),),
    owner_count=1,
    consented_users=0,
    priority_users=0,
    privileged_users=0,
    reply_urls=("https://invoices.contoso.example/signed-in",),
    sign_ins=SignIns(application_client=_NOW - timedelta(days=1), last=_NOW - timedelta(days=1)),
    use_read=_NOW,
    credential_use_read=_NOW,
    disabled_by_microsoft=False,
)


def risk_page() -> str:
    """The whole page."""
    return _PAGE.format(
        lowest=LOWEST,
        highest=HIGHEST,
        risky=RISKY_FROM,
        parts="\n\n".join(map(_part, FORMULA)),
        example=_example(),
    )


def _part(part: RiskPart) -> str:
    note = "Of these rows only the first that is earned counts.\n\n" if part.only_first else ""
    rows = ([f"`{row.id}`", f"{row.points:+d}", row.earns] for row in part.rows)
    return f"## {part.title}\n\n{note}{table(['row', 'points', 'for'], rows)}"


def _example() -> str:
    risk = risk_of(_EXAMPLE, _NOW, own_targets(_EXAMPLE))
    factors = table(
        ["row", "points", "the app"], ([f"`{each.factor}`", f"{each.points:+d}", each.reason] for each in risk.factors)
    )
    unknown = ", ".join(f"`{row}`" for row in risk.unknown)
    return (
        "An app of the tenant's own reads invoices from mailboxes. It signs in with a secret that lives for two years, "
        f"and its only owner has left:\n\n{factors}\n\nThat makes **{risk.score}**. Not judged, since nobody has read "
        f"whether the app is certified: {unknown}."
    )
