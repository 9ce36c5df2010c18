"""What apps and people do with data, by the names of the workloads, in lower case.

Exchange has names as plain as Update and Send: they mean mail only in its own records (``read_data_use`` sees to it).
"""

from collections.abc import Mapping
from typing import Final

from shared.domain.activities import Activity

_NAMES: Mapping[Activity, tuple[str, ...]] = {
    Activity.MAIL_ACCESSED: ("mailitemsaccessed",),
    Activity.MAIL_SENT: ("send", "sendas", "sendonbehalf"),
    Activity.MAIL_DELETED: ("harddelete", "softdelete", "movetodeleteditems"),
    Activity.MAIL_CHANGED: ("update", "move"),
    # Those with a hyphen are cmdlets; the others are what Outlook and the API do in the mailbox.
    Activity.INBOX_RULE_CHANGED: (
        *("new-inboxrule", "set-inboxrule", "enable-inboxrule", "disable-inboxrule", "remove-inboxrule"),
        "updateinboxrules",
    ),
    Activity.FILE_ACCESSED: ("fileaccessed", "fileaccessedextended", "filepreviewed"),
    Activity.FILE_DOWNLOADED: ("filedownloaded", "filesyncdownloadedfull", "filesyncdownloadedpartial"),
    Activity.FILE_CHANGED: (
        *("fileuploaded", "fileuploadedpartial", "filemodified", "filemodifiedextended", "filerenamed", "filemoved"),
        *("filecopied", "filerestored", "filesyncuploadedfull", "filesyncuploadedpartial"),
    ),
    Activity.FILE_DELETED: (
        *("filedeleted", "filerecycled", "filedeletedfirststagerecyclebin", "filedeletedsecondstagerecyclebin"),
        *("fileversionsallrecycled", "fileversionsalldeleted", "folderdeleted", "folderrecycled"),
    ),
    Activity.FILE_SHARED: (
        *("sharingset", "sharinginvitationcreated", "addedtosharinglink", "sharinglinkcreated", "sharinglinkupdated"),
        *("anonymouslinkcreated", "anonymouslinkupdated", "companylinkcreated"),
        *("securelinkcreated", "securelinkupdated", "addedtosecurelink"),
    ),
    Activity.TEAMS_MESSAGE_READ: (
        *("messageread", "messageslisted", "messagesexported", "chatretrieved"),
        *("messagehostedcontentread", "messagehostedcontentslisted", "recordingexported", "transcriptsexported"),
    ),
    Activity.TEAMS_MESSAGE_SENT: ("messagesent",),
}

DATA_OPERATIONS: Final[Mapping[str, Activity]] = {
    name: activity for activity, names in _NAMES.items() for name in names
}
