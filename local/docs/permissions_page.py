"""``docs/reference/permissions.md``, from the table of permissions."""

from collections.abc import Iterable
from itertools import groupby

from local.docs.markdown import codes, table
from shared.domain.microsoft import API_NAMES, DATA_APIS
from shared.domain.permission_table.coverage import WIDER
from shared.domain.permission_use import SIGN_IN_SCOPES, UNUSED_AFTER_DAYS
from shared.domain.permissions import BROAD_PARTS, permission_rows

_PAGE = """\
# Permissions

What each API permission lets an app do, and how much that is. Written by `python -m local docs` from
`shared/domain/permission_table/`: change it there. `python -m local permissions` prints the same as JSON.

## Privileges

- **High** changes identities, roles, policies or apps of the tenant, or reads, changes or sends the content of
  mailboxes, files, sites, chats or notebooks, for everybody or with all that the signed-in user can reach. Each high
  permission has a reason of its own.
- **Medium** reads the directory, logs or settings, or a limited part of the user's own content.
- **Low** signs the user in, or reads what everybody may see.

A permission that reaches only what the app made itself, or what was opened to it piece by piece (`*.Selected`), is a
step lower. An app has the privilege of its highest permission; a privileged directory role counts as high, any other as
medium.

## Names that are not in the table

They are never low: what nobody has reviewed is not harmless. At one of Microsoft's APIs that has no row of the name,
the highest of the others that have one counts. Everything else is judged by its form: high where the name holds one of
{broad}; medium otherwise. Permissions that a single team or chat gives (`*.Group`, `*.Chat`) are therefore medium.

## Use

The report of sign-in activity tells when an app last signed in as itself and for a user. Where it has not done so for
{days} days, all its permissions of that kind are unused; an app that came later, or a permission that was granted
later, is not judged. Graph does not date delegated permissions: they count as held since the last change of the app
that Consentry saw, or since it saw the app first, so none is called unused in its first {days} days. Where an app has
signed in, nobody can tell which permission it used, not even of a single one: the sign-in may have been for another
API. An app is overprivileged if a permission to one of these APIs is unused: {apis}.

A permission is needless if the app holds another one of the same API and kind that allows all of it: `ReadWrite`
covers `Read`, `Read` covers `ReadBasic`, and delegated `All` or `Shared` cover the user's own, with these pairs beside:

{pairs}

A delegated permission counts as covering only if it was consented to for everybody. Those that sign users in always
stay, and make no app overprivileged: {sign_in}.

{tables}
"""


def permissions_page() -> str:
    """The whole page: the rules, and a table for each API."""
    return _PAGE.format(
        broad=codes(BROAD_PARTS),
        days=UNUSED_AFTER_DAYS,
        apis=", ".join(sorted(API_NAMES[api] for api in DATA_APIS)),
        pairs=table(["permission", "covered by"], ([f"`{name}`", codes(wider)] for name, wider in WIDER.items())),
        sign_in=codes(sorted(SIGN_IN_SCOPES)),
        tables="\n\n".join(
            f"## {api}\n\n{_table(rows)}" for api, rows in groupby(permission_rows(), key=lambda row: row[0])
        ),
    )


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    cells = ([f"`{name}`", kind, privilege, reason] for _, name, kind, privilege, reason in rows)
    return table(["permission", "type", "privilege", "it"], cells)
