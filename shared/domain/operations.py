"""Names of operations: the services write one name in several ways, and one record may become several events.

This table is the only place that knows. Sources take an operation's first activity, unless the record says what else
has changed; rules of Sigma, which name operations, wait for all that its records can become.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from shared.domain.activities import Activity

_DASHES = str.maketrans({"\u2013": "-", "\u2014": "-"})
_PIM_DETAIL = re.compile(r" \((permanent|timebound|pim activation|pim deactivate)\)$")

_OF_OBJECTS = (
    *(Activity.CREDENTIAL_ADDED, Activity.CREDENTIAL_REMOVED, Activity.PERMISSIONS_REQUESTED),
    *(Activity.FEDERATED_CREDENTIAL_ADDED, Activity.FEDERATED_CREDENTIAL_REMOVED),
)
"""What an update of a registration or service principal may tell beside itself."""

type _Row = tuple[tuple[str, ...], tuple[Activity, ...]]

_DIRECTORY: tuple[_Row, ...] = (
    # Consent and delegated permissions. "Add OAuth2PermissionGrant" is the older name.
    (("consent to application", "restore consent"), (Activity.CONSENT_GRANTED,)),
    (("revoke consent",), (Activity.CONSENT_REVOKED,)),
    (
        ("add delegated permission grant", "add oauth2permissiongrant"),
        (Activity.GRANT_ADDED, Activity.GRANT_CHANGED),
    ),
    (
        ("remove delegated permission grant", "remove oauth2permissiongrant"),
        (Activity.GRANT_REVOKED, Activity.GRANT_CHANGED),
    ),
    (("add app role assignment to service principal",), (Activity.APP_ROLE_GRANTED,)),
    (("remove app role assignment from service principal",), (Activity.APP_ROLE_REVOKED,)),
    (("add app role assignment grant to user",), (Activity.APP_ROLE_ASSIGNED_TO_USER,)),
    # What has changed decides which event these become.
    (("add service principal credentials",), _OF_OBJECTS),
    (("remove service principal credentials",), (Activity.CREDENTIAL_REMOVED, *_OF_OBJECTS)),
    (("add application",), (Activity.APP_ADDED, *_OF_OBJECTS)),
    (
        (
            *("update application", "update external secrets", "set verified publisher", "unset verified publisher"),
            *("update application with safe rollout", "complete application update after safe rollout"),
            "cancel application update with safe rollout",
            "update application - certificates and secrets management",
            "create application - certificates and secrets management",
        ),
        (Activity.APP_UPDATED, *_OF_OBJECTS),
    ),
    (("delete application", "hard delete application"), (Activity.APP_DELETED, *_OF_OBJECTS)),
    (("restore application", "restore service principal"), (Activity.APP_RESTORED, *_OF_OBJECTS)),
    (("add service principal",), (Activity.SERVICE_PRINCIPAL_ADDED, *_OF_OBJECTS)),
    (
        ("update service principal", "update attribute values assigned to a serviceprincipal"),
        (Activity.SERVICE_PRINCIPAL_UPDATED, *_OF_OBJECTS),
    ),
    (
        ("remove service principal", "hard delete service principal"),
        (Activity.SERVICE_PRINCIPAL_REMOVED, *_OF_OBJECTS),
    ),
    (("add owner to application", "add owner to service principal"), (Activity.OWNER_ADDED,)),
    (("remove owner from application", "remove owner from service principal"), (Activity.OWNER_REMOVED,)),
    # Also through Privileged Identity Management; a request alone assigns nothing.
    (
        (
            *("add member to role", "add scoped member to role", "add eligible member to role"),
            *("add member to role completed", "add member to role in pim completed"),
            *("add member to role outside of pim", "add eligible member to role in pim completed"),
        ),
        (Activity.DIRECTORY_ROLE_ASSIGNED,),
    ),
    (
        (
            *("remove member from role", "remove scoped member from role", "remove eligible member from role"),
            *("remove member from role completed", "remove member from role in pim completed"),
            "remove eligible member from role in pim completed",
        ),
        (Activity.DIRECTORY_ROLE_REMOVED,),
    ),
    (
        (
            *("update authorization policy", "add policy", "update policy", "delete policy"),
            *("add permission grant policy", "update permission grant policy", "delete permission grant policy"),
            *("add conditional access policy", "update conditional access policy"),
            *("delete conditional access policy", "add policy to application", "remove policy from application"),
            *("add policy to service principal", "remove policy from service principal"),
        ),
        (Activity.POLICY_CHANGED,),
    ),
)

_DATA: tuple[_Row, ...] = (
    (("mailitemsaccessed",), (Activity.MAIL_ACCESSED,)),
    # Outside Exchange these plain names mean nothing of mail.
    (("send", "sendas", "sendonbehalf"), (Activity.MAIL_SENT, Activity.OTHER)),
    (("harddelete", "softdelete", "movetodeleteditems"), (Activity.MAIL_DELETED, Activity.OTHER)),
    (("update", "move"), (Activity.MAIL_CHANGED, Activity.OTHER)),
    # Those with a hyphen are cmdlets; the other is what Outlook and the API do in the mailbox.
    (
        (
            *("new-inboxrule", "set-inboxrule", "enable-inboxrule", "disable-inboxrule", "remove-inboxrule"),
            "updateinboxrules",
        ),
        (Activity.INBOX_RULE_CHANGED,),
    ),
    (("fileaccessed", "fileaccessedextended", "filepreviewed"), (Activity.FILE_ACCESSED,)),
    (
        ("filedownloaded", "filesyncdownloadedfull", "filesyncdownloadedpartial"),
        (Activity.FILE_DOWNLOADED,),
    ),
    (
        (
            *("fileuploaded", "fileuploadedpartial", "filemodified", "filemodifiedextended", "filerenamed"),
            *("filemoved", "filecopied", "filerestored", "filesyncuploadedfull", "filesyncuploadedpartial"),
        ),
        (Activity.FILE_CHANGED,),
    ),
    (
        (
            *("filedeleted", "filerecycled", "filedeletedfirststagerecyclebin", "filedeletedsecondstagerecyclebin"),
            *("fileversionsallrecycled", "fileversionsalldeleted", "folderdeleted", "folderrecycled"),
        ),
        (Activity.FILE_DELETED,),
    ),
    (
        (
            *("sharingset", "sharinginvitationcreated", "addedtosharinglink", "sharinglinkcreated"),
            *("sharinglinkupdated", "anonymouslinkcreated", "anonymouslinkupdated", "companylinkcreated"),
            *("securelinkcreated", "securelinkupdated", "addedtosecurelink"),
        ),
        (Activity.FILE_SHARED,),
    ),
    (
        (
            *("messageread", "messageslisted", "messagesexported", "chatretrieved", "messagehostedcontentread"),
            *("messagehostedcontentslisted", "recordingexported", "transcriptsexported"),
        ),
        (Activity.TEAMS_MESSAGE_READ,),
    ),
    (("messagesent",), (Activity.TEAMS_MESSAGE_SENT,)),
)


def _table(rows: Iterable[_Row]) -> dict[str, tuple[Activity, ...]]:
    # An activity that is named first stands among the others once.
    return {name: tuple(dict.fromkeys(activities)) for names, activities in rows for name in names}


DIRECTORY_OPERATIONS: Final[Mapping[str, tuple[Activity, ...]]] = _table(_DIRECTORY)
DATA_OPERATIONS: Final[Mapping[str, tuple[Activity, ...]]] = _table(_DATA)
SIGN_IN_OPERATION: Final = "sign-in activity"
"""Sign-ins carry one name in every log that has them."""
_ALL: Final = {SIGN_IN_OPERATION: (Activity.SIGN_IN,), **DIRECTORY_OPERATIONS, **DATA_OPERATIONS}


def clean_operation(name: str) -> str:
    """The operation as events carry it: one form for all services, in the case the service writes.

    Directory audits write "Update application - Certificates and secrets management" with an en dash and a trailing
    space where the documentation prints a hyphen; the unified audit log ends the names of its directory records with a
    full stop.
    """
    return " ".join(name.translate(_DASHES).split()).rstrip(".").rstrip()


def plain_operation(operation: str) -> str:
    """A cleaned operation as the table has it: in lower case, without the detail that PIM adds."""
    return _PIM_DETAIL.sub("", operation.lower())


def activity_of(operation: str) -> Activity:
    """The activity that a cleaned operation is, ``other`` if it is none of ours."""
    return _ALL.get(plain_operation(operation), (Activity.OTHER,))[0]
