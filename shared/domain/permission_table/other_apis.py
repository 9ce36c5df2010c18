"""Permissions of the other APIs that reach Microsoft 365 and Azure, each with its own reason.

Exchange Online and SharePoint Online name theirs as Microsoft Graph does, and the old Azure AD Graph did so first.
"""

from typing import Final

from shared.domain.apps import PermissionKind
from shared.domain.microsoft import (
    AZURE_AD_GRAPH,
    AZURE_SERVICE_MANAGEMENT,
    EXCHANGE_ONLINE,
    MANAGEMENT_APIS,
    SHAREPOINT_ONLINE,
)
from shared.domain.privileges import Privilege

_APPLICATION, _DELEGATED = PermissionKind.APPLICATION, PermissionKind.DELEGATED

OTHER_APIS: Final = {
    (EXCHANGE_ONLINE, _APPLICATION): {
        Privilege.HIGH: {
            "Calendars.Read": "reads every calendar, with what meetings are about and what is attached",
            "Calendars.Read.All": "reads every calendar, with what meetings are about and what is attached",
            "Calendars.ReadWrite.All": "reads and changes every calendar",
            "Contacts.Read": "reads the personal contacts in every mailbox",
            "Contacts.ReadWrite": "reads and changes the contacts in every mailbox",
            "Exchange.ManageAsApp": "administers Exchange as far as the roles of the app allow; without one, nothing",
            "Exchange.ManageAsAppV2": "administers Exchange as far as the roles of the app allow; without one, nothing",
            "IMAP.AccessAsApp": "reads and changes mail through IMAP in the mailboxes that Exchange lets it into",
            "Mail.Read": "reads all mail in every mailbox",
            "Mail.ReadWrite": "reads and changes all mail in every mailbox",
            "Mail.Send": "sends mail as anybody",
            "MailboxSettings.ReadWrite": "changes the rules and settings of every mailbox",
            "POP.AccessAsApp": "reads mail through POP in the mailboxes that Exchange lets it into",
            "SMTP.SendAsApp": "sends mail as anybody",
            "full_access_as_app": "reads, changes and sends all mail in every mailbox",
        },
        Privilege.MEDIUM: {
            "MailboxSettings.Read": "reads the settings of every mailbox",
            "Organization.ReadWrite.All": "changes settings of the organisation in Exchange",
            "Place.Read.All": "reads rooms and other places",
            "Tasks.Read": "reads the tasks in every mailbox",
            "Tasks.ReadWrite": "reads and changes the tasks in every mailbox",
            "User.Read.All": "reads the directory",
        },
    },
    (EXCHANGE_ONLINE, _DELEGATED): {
        Privilege.HIGH: {
            "Calendars.ReadWrite.All": "reads and changes all calendars that the user can reach",
            "EAS.AccessAsUser.All": "reads, changes and sends the user's mail through Exchange ActiveSync",
            "EWS.AccessAsUser.All": "reads, changes and sends the user's mail through Exchange Web Services",
            "Exchange.Manage": "administers Exchange as the user may",
            "Group.Read.All": "reads all groups that the user can reach, with their conversations",
            "IMAP.AccessAsUser.All": "reads and changes the user's mail through IMAP",
            "Mail.Read": "reads the user's mail",
            "Mail.Read.All": "reads all mail that the user can reach",
            "Mail.ReadWrite": "reads, changes and deletes the user's mail",
            "Mail.ReadWrite.All": "reads, changes and deletes all mail that the user can reach",
            "Mail.Send": "sends mail as the user",
            "Mail.Send.All": "sends mail as the user, and as others whom the user may send for",
            "MailboxSettings.ReadWrite": "changes the rules and settings of the user's mailbox",
            "POP.AccessAsUser.All": "reads the user's mail through POP",
            "SMTP.Send": "sends mail as the user",
        },
        Privilege.MEDIUM: {
            "Calendars.Read": "reads the user's calendars",
            "Calendars.ReadWrite": "reads and changes the user's calendars",
            "Contacts.Read": "reads the user's contacts",
            "Contacts.ReadWrite": "reads and changes the user's contacts",
            "MailboxSettings.Read": "reads the settings of the user's mailbox",
            "Tasks.Read": "reads the user's tasks",
            "Tasks.ReadWrite": "reads and changes the user's tasks",
            "User.Read.All": "reads the directory",
        },
        Privilege.LOW: {
            "User.Read": "signs the user in",
            "User.ReadBasic.All": "reads what everybody may see",
        },
    },
    (SHAREPOINT_ONLINE, _APPLICATION): {
        Privilege.HIGH: {
            "Sites.FullControl.All": "does anything in every site, sharing and permissions included",
            "Sites.Manage.All": "reads, changes and deletes lists and files in every site",
            "Sites.Read.All": "reads every site with its lists and files",
            "Sites.ReadWrite.All": "reads and changes every site with its lists and files",
            "User.ReadWrite.All": "changes the profiles of all users",
        },
        Privilege.MEDIUM: {
            "Container.Selected": "reaches the storage containers that were opened to it",
            "Sites.Selected": "reaches only the sites that were opened to it, which may be many",
            "TermStore.ReadWrite.All": "changes the terms by which content is filed",
            "User.Read.All": "reads the profiles of all users",
        },
        Privilege.LOW: {
            "TermStore.Read.All": "reads the terms by which content is filed",
        },
    },
    (SHAREPOINT_ONLINE, _DELEGATED): {
        Privilege.HIGH: {
            "AllSites.FullControl": "does anything in all sites that the user can reach",
            "AllSites.Manage": "reads, changes and deletes lists and files in all sites that the user can reach",
            "AllSites.Read": "reads all sites that the user can reach, with their files",
            "AllSites.Write": "reads and changes all sites that the user can reach, with their files",
            "MyFiles.Write": "reads, changes and deletes the user's files",
            "ProjectWebApp.FullControl": "does anything in Project that the user may",
            "Sites.Search.All": "searches all that the user can reach, and reads what it finds",
            "User.ReadWrite.All": "changes the profiles of users",
        },
        Privilege.MEDIUM: {
            "EnterpriseResource.Read": "reads the resources of projects",
            "MyFiles.Read": "reads the user's files",
            "Project.Read": "reads the user's projects",
            "Project.Write": "reads and changes the user's projects",
            "TermStore.ReadWrite.All": "changes the terms by which content is filed",
            "User.Read.All": "reads the profiles of all users",
        },
        Privilege.LOW: {
            "TermStore.Read.All": "reads the terms by which content is filed",
        },
    },
    (MANAGEMENT_APIS, _APPLICATION): {
        Privilege.MEDIUM: {
            "ActivityFeed.Read": "reads the audit log of all services",
            "ActivityFeed.ReadDlp": "reads what rules against data loss found, passages of content included",
        },
        Privilege.LOW: {
            "ServiceHealth.Read": "reads whether the services run",
        },
    },
    (MANAGEMENT_APIS, _DELEGATED): {
        Privilege.MEDIUM: {
            "ActivityFeed.Read": "reads the audit log of all services",
            "ActivityFeed.ReadDlp": "reads what rules against data loss found, passages of content included",
        },
        Privilege.LOW: {
            "ServiceHealth.Read": "reads whether the services run",
        },
    },
    (AZURE_SERVICE_MANAGEMENT, _DELEGATED): {
        Privilege.HIGH: {
            "user_impersonation": "does in Azure all that the user may",
        },
    },
    (AZURE_AD_GRAPH, _APPLICATION): {
        Privilege.HIGH: {
            "Application.ReadWrite.All": "adds credentials to any app, and so becomes it",
            "Application.ReadWrite.OwnedBy": "makes apps and adds credentials to those it owns",
            "Device.ReadWrite.All": "changes devices, and so what conditional access trusts",
            "Directory.ReadWrite.All": "changes users, groups, apps and other objects of the directory",
            "Domain.ReadWrite.All": "federates domains, and so signs in as any of their users",
            "Policy.ReadWrite.AuthenticationFlows": "opens ways to sign up and sign in",
        },
        Privilege.MEDIUM: {
            "Directory.Read.All": "reads the directory",
            "Member.Read.Hidden": "reads the members of groups that hide them",
            "Policy.Read.All": "reads the policies of the tenant",
        },
    },
    (AZURE_AD_GRAPH, _DELEGATED): {
        Privilege.HIGH: {
            "Directory.AccessAsUser.All": "does in the directory all that the user may",
            "Directory.ReadWrite.All": "changes users, groups, apps and other objects of the directory",
            "Group.ReadWrite.All": "changes any group and its members",
        },
        Privilege.MEDIUM: {
            "Directory.Read.All": "reads the directory",
            "Group.Read.All": "reads groups and their members",
            "Member.Read.Hidden": "reads the members of groups that hide them",
            "Policy.Read.All": "reads the policies of the tenant",
            "User.Read.All": "reads the profiles of all users",
        },
        Privilege.LOW: {
            "User.Read": "signs the user in",
            "User.ReadBasic.All": "reads what everybody may see",
        },
    },
}
"""Reasons by name, by privilege, by API and kind."""
