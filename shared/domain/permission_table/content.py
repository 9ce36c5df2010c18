"""Which permissions reach the content of people, by API: everybody's at once, or that of the users who sign in.

The one list of these: the risk score goes by API and name, policies by the names of all APIs together. What a
permission of the list is covered by stands here too, or more access would count for less.
"""

from collections.abc import Mapping
from typing import Final

from shared.domain.microsoft import DATA_APIS, EXCHANGE_ONLINE, MICROSOFT_GRAPH, SHAREPOINT_ONLINE

type Names = Mapping[str, frozenset[str]]
"""Names of permissions by the appId of their API."""

_SITES: Final = frozenset({"Sites.FullControl.All", "Sites.Manage.All", "Sites.Read.All", "Sites.ReadWrite.All"})

CONTENT_OF_EVERYBODY: Final[Names] = {
    MICROSOFT_GRAPH: _SITES
    | {
        "AiEnterpriseInteraction.Read.All",
        "Calendars.Read",
        "Calendars.ReadWrite",
        "CallRecordings.Read.All",
        "CallTranscripts.Read.All",
        "ChannelMessage.Read.All",
        "Chat.Read.All",
        "Chat.ReadWrite.All",
        "ChatMessage.Read.All",
        "Contacts.Read",
        "Contacts.ReadWrite",
        "Files.Read.All",
        "Files.ReadWrite.All",
        "Group-Conversation.Read.All",
        "Group-Conversation.ReadWrite.All",
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Mail.Read",
        "Mail.ReadWrite",
        "Mail.Send",
        "MailboxItem.ImportExport.All",
        "MailboxItem.Read.All",
        "MailboxSettings.ReadWrite",
        "Notes.Read.All",
        "Notes.ReadWrite.All",
        "OnlineMeetingRecording.Read.All",
        "OnlineMeetingTranscript.Read.All",
        "ShortNotes.Read.All",
        "ShortNotes.ReadWrite.All",
        "eDiscovery.Read.All",
        "eDiscovery.ReadWrite.All",
    },
    EXCHANGE_ONLINE: frozenset(
        {
            "Calendars.Read",
            "Calendars.Read.All",
            "Calendars.ReadWrite.All",
            "Contacts.Read",
            "Contacts.ReadWrite",
            "Mail.Read",
            "Mail.ReadWrite",
            "Mail.Send",
            "MailboxSettings.ReadWrite",
            "SMTP.SendAsApp",
            "full_access_as_app",
        }
    ),
    SHAREPOINT_ONLINE: _SITES,
}
"""Application permissions. Left out is what reaches only the mailboxes that somebody opened to the app
(``IMAP.AccessAsApp``, ``POP.AccessAsApp``), or nothing without a role (``Exchange.ManageAsApp``).
"""

CONTENT_OF_USERS: Final[Names] = {
    MICROSOFT_GRAPH: _SITES
    | {
        "ChannelMessage.Read.All",
        "Chat.Read",
        "Chat.ReadWrite",
        "Contacts.Read",
        "Contacts.Read.Shared",
        "Contacts.ReadWrite",
        "Contacts.ReadWrite.Shared",
        "EAS.AccessAsUser.All",
        "EWS.AccessAsUser.All",
        "Files.Read",
        "Files.Read.All",
        "Files.ReadWrite",
        "Files.ReadWrite.All",
        "IMAP.AccessAsUser.All",
        "Mail.Read",
        "Mail.Read.Shared",
        "Mail.ReadWrite",
        "Mail.ReadWrite.Shared",
        "Mail.Send",
        "Mail.Send.Shared",
        "MailboxSettings.Read",
        "MailboxSettings.ReadWrite",
        "Notes.Read",
        "Notes.Read.All",
        "Notes.ReadWrite",
        "Notes.ReadWrite.All",
        "POP.AccessAsUser.All",
        "SMTP.Send",
    },
    EXCHANGE_ONLINE: frozenset(
        {
            "Contacts.Read",
            "Contacts.ReadWrite",
            "EAS.AccessAsUser.All",
            "EWS.AccessAsUser.All",
            "IMAP.AccessAsUser.All",
            "Mail.Read",
            "Mail.Read.All",
            "Mail.ReadWrite",
            "Mail.ReadWrite.All",
            "Mail.Send",
            "Mail.Send.All",
            "MailboxSettings.Read",
            "MailboxSettings.ReadWrite",
            "POP.AccessAsUser.All",
            "SMTP.Send",
        }
    ),
    SHAREPOINT_ONLINE: frozenset(
        {
            "AllSites.FullControl",
            "AllSites.Manage",
            "AllSites.Read",
            "AllSites.Write",
            "MyFiles.Read",
            "MyFiles.Write",
        }
    ),
}
"""Delegated permissions that consent phishing asks for: the user's mail, files, contacts, chats, notes and sites."""


def names_in(content: Names) -> frozenset[str]:
    return frozenset().union(*content.values())


def reaches(content: Names, api: str | None, name: str) -> bool:
    """An API of Microsoft 365 that is not listed is judged like all that are, and so is one that is not known."""
    if api is None or (api not in content and api in DATA_APIS):
        return any(name in names for names in content.values())
    return name in content.get(api, ())
