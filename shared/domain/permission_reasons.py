"""Why a permission has its privilege, in a few words: what it lets an app do."""

from typing import Final

from shared.domain.apps import Permission
from shared.domain.permissions import permission_row
from shared.domain.privileges import Privilege

_BY_FORM: Final = {
    Privilege.HIGH: "not in the table of permissions; its name promises access without limit",
    Privilege.MEDIUM: "not in the table of permissions, so not taken for harmless",
    Privilege.LOW: "signs in, or reads what everybody may see",
}


def reason_for(permission: Permission) -> str:
    """Without a capital letter and a full stop, to stand in a table.

    An App that was stored before its permission was judged anew is told by the privilege it was stored with.
    """
    row = permission_row(permission.name, permission.kind, permission.resource_app_id)
    return row.reason if row and row.privilege is permission.privilege else _BY_FORM[permission.privilege]
