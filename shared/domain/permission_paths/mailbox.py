"""Mail, calendars, contacts, people and the settings of mailboxes."""

from typing import Final

from shared.domain.permission_paths.access import Paths, access, reading

_MAIL_BASIC = "Mail.ReadBasic Mail.ReadBasic.All Mail.ReadBasic.Shared"
_MAIL_READ = "Mail.Read Mail.Read.Shared"
_MAIL_WRITE = "Mail.ReadWrite Mail.ReadWrite.Shared"
_MAIL_SEND = "Mail.Send Mail.Send.Shared"
_CALENDAR_BASIC = "Calendars.ReadBasic Calendars.ReadBasic.All"
_CALENDAR_READ = "Calendars.Read Calendars.Read.Shared"
_CALENDAR_WRITE = "Calendars.ReadWrite Calendars.ReadWrite.Shared"
_GROUP_READ = "Group.Read.All Group-Conversation.Read.All Directory.AccessAsUser.All"
_GROUP_WRITE = "Group.ReadWrite.All Group-Conversation.ReadWrite.All"
_MAILBOX_ITEMS = "MailboxItem.Read MailboxItem.Read.All MailboxItem.ImportExport MailboxItem.ImportExport.All"

_MAIL = access(f"{_MAIL_BASIC} {_MAIL_READ}", _MAIL_WRITE)
_ATTACHMENTS = access(_MAIL_READ, _MAIL_WRITE)
_FOLDERS = access(f"{_MAIL_BASIC} {_MAIL_READ} MailboxFolder.Read MailboxFolder.Read.All", _MAIL_WRITE)
_SEND = reading(f"{_MAIL_SEND} {_MAIL_WRITE}")
_EVENTS = access(f"{_CALENDAR_BASIC} {_CALENDAR_READ}", _CALENDAR_WRITE)
_SCHEDULES = reading(f"{_CALENDAR_BASIC} {_CALENDAR_READ} {_CALENDAR_WRITE}")
_CONTACTS = access("Contacts.Read Contacts.Read.Shared", "Contacts.ReadWrite Contacts.ReadWrite.Shared")
_SETTINGS = access("MailboxSettings.Read", "MailboxSettings.ReadWrite")
_GROUP_MAIL = access(_GROUP_READ, _GROUP_WRITE)
_GROUP_EVENTS = access(f"{_GROUP_READ} {_CALENDAR_BASIC} {_CALENDAR_READ}", f"{_GROUP_WRITE} {_CALENDAR_WRITE}")

MAILBOX: Final[Paths] = {
    "/users/*/messages/**": _MAIL,
    "/users/*/messages/*/attachments/**": _ATTACHMENTS,
    "/users/*/messages/*/$value": _ATTACHMENTS,
    "/users/*/messages/*/send": _SEND,
    "/users/*/messages/*/reply": _SEND,
    "/users/*/messages/*/replyAll": _SEND,
    "/users/*/messages/*/forward": _SEND,
    "/users/*/mailFolders/**": _FOLDERS,
    "/users/*/mailFolders/*/messages/**": _MAIL,
    "/users/*/mailFolders/*/messages/*/attachments/**": _ATTACHMENTS,
    "/users/*/mailFolders/*/messages/*/$value": _ATTACHMENTS,
    "/users/*/mailFolders/*/messages/*/send": _SEND,
    "/users/*/mailFolders/*/messages/*/reply": _SEND,
    "/users/*/mailFolders/*/messages/*/replyAll": _SEND,
    "/users/*/mailFolders/*/messages/*/forward": _SEND,
    "/users/*/mailFolders/*/messageRules/**": _SETTINGS,
    "/users/*/mailFolders/*/childFolders/*/messages/**": _MAIL,
    "/users/*/mailFolders/*/childFolders/*/messages/*/attachments/**": _ATTACHMENTS,
    "/users/*/mailFolders/*/childFolders/*/messages/*/$value": _ATTACHMENTS,
    "/users/*/sendMail": _SEND,
    "/users/*/getMailTips": reading(f"{_MAIL_READ} {_MAIL_WRITE} {_MAIL_SEND}"),
    "/users/*/inferenceClassification/**": _MAIL,
    "/users/*/mailboxSettings/**": _SETTINGS,
    "/users/*/outlook/masterCategories/**": _SETTINGS,
    "/users/*/outlook/supportedLanguages": reading("User.Read User.ReadBasic.All User.Read.All MailboxSettings.Read"),
    "/users/*/outlook/supportedTimeZones": reading("User.Read User.ReadBasic.All User.Read.All MailboxSettings.Read"),
    "/users/*/settings/exchange": reading("MailboxFolder.Read MailboxFolder.Read.All " + _MAILBOX_ITEMS),
    "/admin/exchange/mailboxes/*/folders/**": access(
        f"MailboxFolder.Read MailboxFolder.Read.All {_MAILBOX_ITEMS}",
        "MailboxFolder.ReadWrite MailboxFolder.ReadWrite.All",
    ),
    "/admin/exchange/mailboxes/*/folders/*/items/**": reading(_MAILBOX_ITEMS),
    "/admin/exchange/mailboxes/*/exportItems": reading("MailboxItem.ImportExport MailboxItem.ImportExport.All"),
    "/admin/exchange/mailboxes/*/createImportSession": reading("MailboxItem.ImportExport MailboxItem.ImportExport.All"),
    "/users/*/calendar/**": _EVENTS,
    "/users/*/calendar/getSchedule": _SCHEDULES,
    "/users/*/calendars/**": _EVENTS,
    "/users/*/calendars/*/getSchedule": _SCHEDULES,
    "/users/*/calendarGroups/**": _EVENTS,
    "/users/*/calendarView/**": _EVENTS,
    "/users/*/events/**": _EVENTS,
    "/users/*/reminderView": _SCHEDULES,
    "/users/*/findMeetingTimes": reading(f"{_CALENDAR_READ} {_CALENDAR_WRITE}"),
    "/users/*/contacts/**": _CONTACTS,
    "/users/*/contactFolders/**": _CONTACTS,
    "/users/*/people/**": reading("People.Read People.Read.All"),
    "/groups/*/threads/**": _GROUP_MAIL,
    "/groups/*/conversations/**": _GROUP_MAIL,
    "/groups/*/calendar/**": _GROUP_EVENTS,
    "/groups/*/calendarView/**": _GROUP_EVENTS,
    "/groups/*/events/**": _GROUP_EVENTS,
    "/places/**": access("Place.Read.All", "Place.ReadWrite.All"),
    "/solutions/bookingBusinesses/**": access(
        "Bookings.Read.All", "Bookings.ReadWrite.All Bookings.Manage.All BookingsAppointment.ReadWrite.All"
    ),
    "/solutions/virtualEvents/**": reading("VirtualEvent.Read VirtualEvent.Read.All"),
}
