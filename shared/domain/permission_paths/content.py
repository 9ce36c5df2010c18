"""Files, sites, lists, search, notes, tasks and whatever else holds content."""

from typing import Final

from shared.domain.permission_paths.access import Paths, access, reading

_FILES_READ = "Files.Read Files.Read.All Files.Read.Selected"
_FILES_WRITE = "Files.ReadWrite Files.ReadWrite.All Files.ReadWrite.AppFolder Files.ReadWrite.Selected"
_SITES_READ = "Sites.Read.All"
_SITES_WRITE = "Sites.ReadWrite.All Sites.Manage.All Sites.FullControl.All Sites.Selected"
_SELECTED = "Files.SelectedOperations.Selected ListItems.SelectedOperations.Selected Lists.SelectedOperations.Selected"
_CONTAINERS = "FileStorageContainer.Selected FileStorageContainer.Manage.All"
_GROUP_READ = "Group.Read.All"
_GROUP_WRITE = "Group.ReadWrite.All"
_TASKS_READ = "Tasks.Read Tasks.Read.All Tasks.Read.Shared"
_TASKS_WRITE = "Tasks.ReadWrite Tasks.ReadWrite.All Tasks.ReadWrite.Shared"

_DRIVES = access(
    f"{_FILES_READ} {_SITES_READ} {_GROUP_READ}",
    f"{_FILES_WRITE} {_SITES_WRITE} {_SELECTED} {_CONTAINERS} {_GROUP_WRITE}",
)
_SITES = access(f"{_SITES_READ} {_FILES_READ} {_GROUP_READ}", f"{_SITES_WRITE} {_FILES_WRITE} {_SELECTED}")
_LISTS = access(f"{_SITES_READ}", f"{_SITES_WRITE} {_SELECTED} Files.ReadWrite.All")
_NOTES = access(
    "Notes.Read Notes.Read.All", "Notes.ReadWrite Notes.ReadWrite.All Notes.ReadWrite.CreatedByApp Notes.Create"
)
_PLANNER = access(f"{_TASKS_READ} {_GROUP_READ}", f"{_TASKS_WRITE} {_GROUP_WRITE}")
_TERMS = access(f"TermStore.Read.All {_SITES_READ}", "TermStore.ReadWrite.All")
_SEARCH = reading(
    "Mail.Read Mail.ReadWrite Calendars.Read Calendars.ReadWrite Files.Read.All Files.ReadWrite.All Sites.Read.All"
    " Sites.ReadWrite.All ExternalItem.Read.All ExternalItem.ReadWrite.All Chat.Read Chat.ReadWrite"
    " ChannelMessage.Read.All People.Read Acronym.Read.All Bookmark.Read.All QnA.Read.All"
)
_CONNECTIONS = access(
    "ExternalConnection.Read.All", "ExternalConnection.ReadWrite.All ExternalConnection.ReadWrite.OwnedBy"
)

CONTENT: Final[Paths] = {
    "/users/*/drive/**": _DRIVES,
    "/users/*/drives/**": _DRIVES,
    "/groups/*/drive/**": _DRIVES,
    "/groups/*/drives/**": _DRIVES,
    "/drive/**": _DRIVES,
    "/drives/**": _DRIVES,
    "/shares/**": _DRIVES,
    "/users/*/insights/**": reading(f"{_SITES_READ} Sites.ReadWrite.All"),
    "/users/*/followedSites/**": _SITES,
    "/sites/**": _SITES,
    "/sites/*/permissions/**": reading("Sites.FullControl.All"),
    "/sites/*/drive/**": _DRIVES,
    "/sites/*/drives/**": _DRIVES,
    "/sites/*/lists/**": _LISTS,
    "/sites/*/lists/*/items/**": _LISTS,
    "/sites/*/lists/*/items/*/driveItem/**": _DRIVES,
    "/sites/*/lists/*/drive/**": _DRIVES,
    "/sites/*/pages/**": _SITES,
    "/sites/*/termStore/**": _TERMS,
    "/sites/*/termStores/**": _TERMS,
    "/sites/*/analytics/**": _SITES,
    "/sites/*/onenote/**": _NOTES,
    "/groups/*/sites/**": _SITES,
    "/termStore/**": _TERMS,
    "/storage/fileStorage/**": access(_CONTAINERS, "Sites.FullControl.All"),
    "/search/query": _SEARCH,
    "/search/acronyms/**": reading("Acronym.Read.All SearchConfiguration.Read.All SearchConfiguration.ReadWrite.All"),
    "/search/bookmarks/**": reading("Bookmark.Read.All SearchConfiguration.Read.All SearchConfiguration.ReadWrite.All"),
    "/search/qnas/**": reading("QnA.Read.All SearchConfiguration.Read.All SearchConfiguration.ReadWrite.All"),
    "/external/connections/**": _CONNECTIONS,
    "/external/connections/*/items/**": access(
        "ExternalItem.Read.All", "ExternalItem.ReadWrite.All ExternalItem.ReadWrite.OwnedBy"
    ),
    "/users/*/onenote/**": _NOTES,
    "/groups/*/onenote/**": _NOTES,
    "/users/*/todo/**": access(_TASKS_READ, _TASKS_WRITE),
    "/users/*/outlook/tasks/**": access(_TASKS_READ, _TASKS_WRITE),
    "/users/*/planner/**": _PLANNER,
    "/groups/*/planner/**": _PLANNER,
    "/planner/**": _PLANNER,
    "/users/*/informationProtection/**": reading(
        "InformationProtectionPolicy.Read InformationProtectionPolicy.Read.All"
    ),
    "/informationProtection/policy/labels/**": reading(
        "InformationProtectionPolicy.Read InformationProtectionPolicy.Read.All"
    ),
    "/informationProtection/threatAssessmentRequests/**": access(
        "ThreatAssessment.Read.All", "ThreatAssessment.ReadWrite.All"
    ),
    "/print/printers/**": access("Printer.Read.All", "Printer.ReadWrite.All Printer.FullControl.All"),
    "/print/shares/**": access("PrinterShare.ReadBasic.All Printer.Read.All", "Printer.ReadWrite.All"),
    "/education/users/**": access(
        "EduRoster.Read EduRoster.ReadBasic EduRoster.Read.All EduRoster.ReadBasic.All",
        "EduRoster.ReadWrite EduRoster.ReadWrite.All",
    ),
    "/education/classes/**": access(
        "EduRoster.Read EduRoster.ReadBasic EduRoster.Read.All EduRoster.ReadBasic.All",
        "EduRoster.ReadWrite EduRoster.ReadWrite.All",
    ),
    "/education/classes/*/assignments/**": access(
        "EduAssignments.Read EduAssignments.Read.All", "EduAssignments.ReadWrite EduAssignments.ReadWrite.All"
    ),
    "/admin/sharepoint/settings": access("SharePointTenantSettings.Read.All", "SharePointTenantSettings.ReadWrite.All"),
    "/solutions/backupRestore/**": access("BackupRestore-Control.ReadWrite.All", "BackupRestore-Restore.ReadWrite.All"),
}
