"""Which events the records of an operation become.

Sigma's rules name operations, policies wait for activities. One record may become several events, and an operation may
be any of several activities, as what a record says has changed decides: so each operation is listed with all that its
records can become. Operations that are not listed become ``other``. A test compares the table with what the sources do.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from shared.domain.activities import Activity
from shared.policies.operators import Operator
from shared.policies.patterns import compile_pattern
from shared.policies.sigma.conditions import Condition

OPERATION: Final = "event.operation"

_PIM_DETAIL = re.compile(r" \((permanent|timebound|pim activation|pim deactivate)\)$")
_DASHES = str.maketrans({"\u2013": "-", "\u2014": "-"})

_OF_OBJECTS = (
    *(Activity.CREDENTIAL_ADDED, Activity.CREDENTIAL_REMOVED, Activity.PERMISSIONS_REQUESTED),
    *(Activity.FEDERATED_CREDENTIAL_ADDED, Activity.FEDERATED_CREDENTIAL_REMOVED),
)
"""What an update of a registration or service principal may tell beside itself."""

_DIRECTORY: tuple[tuple[tuple[str, ...], tuple[Activity, ...]], ...] = (
    (("consent to application", "restore consent"), (Activity.CONSENT_GRANTED,)),
    (("revoke consent",), (Activity.CONSENT_REVOKED,)),
    (
        ("add delegated permission grant", "add oauth2permissiongrant"),
        (Activity.GRANT_ADDED, Activity.GRANT_CHANGED),
    ),
    (
        ("remove delegated permission grant", "remove oauth2permissiongrant"),
        (Activity.GRANT_CHANGED, Activity.GRANT_REVOKED),
    ),
    (("add app role assignment to service principal",), (Activity.APP_ROLE_GRANTED,)),
    (("remove app role assignment from service principal",), (Activity.APP_ROLE_REVOKED,)),
    (("add app role assignment grant to user",), (Activity.APP_ROLE_ASSIGNED_TO_USER,)),
    (("add service principal credentials",), _OF_OBJECTS),
    (("remove service principal credentials",), _OF_OBJECTS),
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

_DATA: tuple[tuple[tuple[str, ...], tuple[Activity, ...]], ...] = (
    (("mailitemsaccessed",), (Activity.MAIL_ACCESSED,)),
    # Outside Exchange these plain names mean nothing of mail.
    (("send", "sendas", "sendonbehalf"), (Activity.MAIL_SENT, Activity.OTHER)),
    (("harddelete", "softdelete", "movetodeleteditems"), (Activity.MAIL_DELETED, Activity.OTHER)),
    (("update", "move"), (Activity.MAIL_CHANGED, Activity.OTHER)),
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


def _table(rows: Iterable[tuple[tuple[str, ...], tuple[Activity, ...]]]) -> dict[str, tuple[Activity, ...]]:
    return {name: activities for names, activities in rows for name in names}


DIRECTORY_OPERATIONS: Final = _table(_DIRECTORY)
DATA_OPERATIONS: Final = _table(_DATA)


def cleaned(operation: str) -> str:
    """The name as events carry it: without the en dashes, doubled blanks and closing full stops of the services."""
    return " ".join(operation.translate(_DASHES).split()).rstrip(".").rstrip()


def activities_with(condition: Condition, known: dict[str, tuple[Activity, ...]]) -> frozenset[Activity]:
    """The activities of records that may satisfy the condition, of the operations in ``known`` and all others."""
    found = {activity for name, activities in known.items() if _may_hold(condition, name) for activity in activities}
    others = {name for name in _named(condition) if _PIM_DETAIL.sub("", name) not in known}
    found |= {
        activity
        for name in _named(condition) - others
        if _may_hold(condition, name)
        for activity in known[_PIM_DETAIL.sub("", name)]
    }
    if _may_hold(condition, None) or any(_may_hold(condition, name) for name in others):
        found.add(Activity.OTHER)
    return frozenset(found)


def may_hold_for(condition: Condition, operation: str) -> bool:
    """Whether a record of this operation may satisfy the condition."""
    return _may_hold(condition, operation.casefold())


def _may_hold(condition: Condition, name: str | None) -> bool:
    return _answer(condition, name) is not False


def _answer(condition: Condition, name: str | None) -> bool | None:
    """The condition's answer where nothing but the operation is known; None where that does not decide it.

    Without a name: for an operation that the rule does not write out.
    """
    if isinstance(condition, bool):
        return condition
    ((word, inner),) = condition.items()
    if word == "not" and isinstance(inner, dict):
        answer = _answer(inner, name)
        return None if answer is None else not answer
    if word in ("all", "any") and isinstance(inner, list):
        answers = {_answer(part, name) for part in inner}
        decisive = word == "any"
        return decisive if decisive in answers else None if None in answers else not decisive
    return _tested(inner, name) if word == OPERATION and isinstance(inner, dict) else None


def _tested(tests: dict[str, object], name: str | None) -> bool | None:
    ((operator, value),) = tests.items()
    values = [str(one).casefold() for one in (value if isinstance(value, list) else [value])]
    match Operator(operator):
        case Operator.IS_NULL:
            # Every record names its operation.
            return value is False
        case Operator.EQ | Operator.IN:
            return name in values
        case _ if name is None:
            return None
        case Operator.CONTAINS:
            return any(part in name for part in values)
        case Operator.STARTS_WITH:
            return name.startswith(tuple(values))
        case Operator.ENDS_WITH:
            return name.endswith(tuple(values))
    return compile_pattern(str(value)).search(name) is not None


def _named(condition: Condition) -> set[str]:
    """The operations that the condition writes out."""
    return {str(value).casefold() for value in _values(condition)}


def _values(condition: object) -> Iterator[object]:
    if not isinstance(condition, dict):
        return
    ((word, inner),) = condition.items()
    if word == OPERATION:
        for operator, value in inner.items():
            if operator in (Operator.EQ.value, Operator.IN.value):
                yield from value if isinstance(value, list) else [value]
    elif word == "not":
        yield from _values(inner)
    elif isinstance(inner, list):
        for part in inner:
            yield from _values(part)
