"""Teams, channels, chats, meetings and calls."""

from typing import Final

from shared.domain.permission_paths.access import Paths, access, reading

_GROUP_READ = "Group.Read.All Directory.Read.All"
_GROUP_WRITE = "Group.ReadWrite.All Directory.ReadWrite.All"
_TEAM_READ = f"Team.ReadBasic.All TeamSettings.Read.All {_GROUP_READ}"
_TEAM_WRITE = f"TeamSettings.ReadWrite.All Team.Create Teamwork.Migrate.All {_GROUP_WRITE}"
_CHAT_READ = (
    "Chat.ReadBasic Chat.Read Chat.ReadBasic.All Chat.Read.All Chat.ReadBasic.WhereInstalled Chat.Read.WhereInstalled"
)
_CHAT_WRITE = "Chat.Create Chat.ReadWrite Chat.ReadWrite.All Chat.ReadWrite.WhereInstalled Chat.ManageDeletion.All"
_MESSAGES_READ = "Chat.Read Chat.Read.All Chat.Read.WhereInstalled ChatMessage.Read ChatMessage.Read.All"
_MESSAGES_WRITE = (
    "ChatMessage.Send Chat.ReadWrite Chat.ReadWrite.All Chat.ReadWrite.WhereInstalled Chat.UpdatePolicyViolation.All"
    " Teamwork.Migrate.All"
)
_POSTS_WRITE = (
    "ChannelMessage.Send ChannelMessage.Edit ChannelMessage.ReadWrite ChannelMessage.UpdatePolicyViolation.All"
    " Teamwork.Migrate.All Group.ReadWrite.All"
)
_CHANNEL_READ = f"Channel.ReadBasic.All ChannelSettings.Read.All {_GROUP_READ}"
_CHANNEL_WRITE = f"ChannelSettings.ReadWrite.All Channel.Create Channel.Delete.All Teamwork.Migrate.All {_GROUP_WRITE}"
_TABS = "TeamsTab.Read.All Group.Read.All", "TeamsTab.Create TeamsTab.ReadWrite.All Group.ReadWrite.All"
_INSTALLED_READ = (
    "TeamsAppInstallation.ReadForUser TeamsAppInstallation.ReadForUser.All TeamsAppInstallation.ReadForTeam"
    " TeamsAppInstallation.ReadForTeam.All TeamsAppInstallation.ReadForChat TeamsAppInstallation.ReadForChat.All"
)
_INSTALLED_WRITE = (
    "TeamsAppInstallation.ReadWriteForUser TeamsAppInstallation.ReadWriteForUser.All"
    " TeamsAppInstallation.ReadWriteForTeam TeamsAppInstallation.ReadWriteForTeam.All"
    " TeamsAppInstallation.ReadWriteForChat TeamsAppInstallation.ReadWriteForChat.All"
    " TeamsAppInstallation.ReadWriteSelfForUser.All TeamsAppInstallation.ReadWriteSelfForTeam.All"
    " TeamsAppInstallation.ReadWriteSelfForChat.All TeamsAppInstallation.ReadWriteAndConsentForTeam"
    " TeamsAppInstallation.ReadWriteAndConsentForTeam.All TeamsAppInstallation.ReadWriteAndConsentForChat"
    " TeamsAppInstallation.ReadWriteAndConsentForChat.All TeamsAppInstallation.ReadWriteAndConsentForUser.All"
)
_MEETING_READ = "OnlineMeetings.Read OnlineMeetings.Read.All OnlineMeetingArtifact.Read.All"
_MEETING_WRITE = "OnlineMeetings.ReadWrite OnlineMeetings.ReadWrite.All"

_MESSAGES = access(_MESSAGES_READ, _MESSAGES_WRITE)
_POSTS = access(f"ChannelMessage.Read.All {_GROUP_READ}", _POSTS_WRITE)
_APPS_INSTALLED = access(_INSTALLED_READ, _INSTALLED_WRITE)
_CHATS = access(_CHAT_READ, _CHAT_WRITE)
_CHAT_MEMBERS = access(
    f"ChatMember.Read ChatMember.Read.All ChatMember.Read.WhereInstalled {_CHAT_READ}",
    f"ChatMember.ReadWrite ChatMember.ReadWrite.All ChatMember.ReadWrite.WhereInstalled {_CHAT_WRITE}",
)
_TEAM_MEMBERS = access(
    f"TeamMember.Read.All {_GROUP_READ}",
    f"TeamMember.ReadWrite.All TeamMember.ReadWriteNonOwnerRole.All {_GROUP_WRITE}",
)
_TRANSCRIPTS = reading("OnlineMeetingTranscript.Read.All CallTranscripts.Read.All")
_RECORDINGS = reading("OnlineMeetingRecording.Read.All CallRecordings.Read.All")
_CALLS = (
    "Calls.Initiate.All Calls.InitiateGroupCall.All Calls.JoinGroupCall.All Calls.JoinGroupCallAsGuest.All"
    " Calls.AccessMedia.All"
)
_ACTIVITY = reading("TeamsActivity.Send")

TEAMS: Final[Paths] = {
    "/teams": access(_TEAM_READ, _TEAM_WRITE),
    "/teams/*": access(_TEAM_READ, _TEAM_WRITE),
    "/users/*/joinedTeams/**": access(_TEAM_READ, f"User.Read.All User.ReadWrite.All {_TEAM_WRITE}"),
    "/users/*/teamwork/associatedTeams": access(_TEAM_READ, _TEAM_WRITE),
    "/teams/*/members/**": _TEAM_MEMBERS,
    "/teams/*/channels/**": access(_CHANNEL_READ, _CHANNEL_WRITE),
    "/teams/*/allChannels": access(_CHANNEL_READ, _CHANNEL_WRITE),
    "/teams/*/primaryChannel/**": access(_CHANNEL_READ, _CHANNEL_WRITE),
    "/teams/*/channels/*/messages/**": _POSTS,
    "/teams/*/channels/getAllMessages": _POSTS,
    "/teams/*/channels/*/members/**": access(
        f"ChannelMember.Read.All {_GROUP_READ}", f"ChannelMember.ReadWrite.All {_GROUP_WRITE}"
    ),
    "/teams/*/channels/*/tabs/**": access(*_TABS),
    "/teams/*/channels/*/filesFolder": reading(
        "Files.Read.All Files.ReadWrite.All Sites.Read.All Sites.ReadWrite.All Group.Read.All Group.ReadWrite.All"
    ),
    "/teams/*/installedApps/**": _APPS_INSTALLED,
    "/teams/*/schedule/**": access(
        "Schedule.Read.All Group.Read.All UserShiftPreferences.Read.All", "Schedule.ReadWrite.All Group.ReadWrite.All"
    ),
    "/teams/*/tags/**": access(
        "TeamworkTag.Read TeamworkTag.Read.All", "TeamworkTag.ReadWrite TeamworkTag.ReadWrite.All"
    ),
    "/teams/*/sendActivityNotification": _ACTIVITY,
    "/users/*/teamwork/sendActivityNotification": _ACTIVITY,
    "/chats/*/sendActivityNotification": _ACTIVITY,
    "/users/*/teamwork/installedApps/**": _APPS_INSTALLED,
    "/chats/**": _CHATS,
    "/chats/*/messages/**": _MESSAGES,
    "/chats/*/members/**": _CHAT_MEMBERS,
    "/chats/*/installedApps/**": _APPS_INSTALLED,
    "/chats/*/tabs/**": access(f"{_TABS[0]} Chat.Read Chat.Read.All", f"{_TABS[1]} Chat.ReadWrite Chat.ReadWrite.All"),
    "/chats/getAllMessages": reading("Chat.Read.All Chat.ReadWrite.All"),
    "/users/*/chats/**": _CHATS,
    "/users/*/chats/*/messages/**": _MESSAGES,
    "/users/*/chats/*/members/**": _CHAT_MEMBERS,
    "/users/*/chats/getAllMessages": reading("Chat.Read.All Chat.ReadWrite.All"),
    "/users/*/onlineMeetings/**": access(_MEETING_READ, _MEETING_WRITE),
    "/users/*/onlineMeetings/*/attendanceReports/**": reading(
        "OnlineMeetingArtifact.Read.All OnlineMeetings.Read OnlineMeetings.Read.All"
    ),
    "/users/*/onlineMeetings/*/transcripts/**": _TRANSCRIPTS,
    "/users/*/onlineMeetings/getAllTranscripts": _TRANSCRIPTS,
    "/users/*/onlineMeetings/*/recordings/**": _RECORDINGS,
    "/users/*/onlineMeetings/getAllRecordings": _RECORDINGS,
    "/communications/onlineMeetings/**": access(_MEETING_READ, _MEETING_WRITE),
    "/communications/calls/**": reading(_CALLS),
    "/communications/callRecords/**": reading("CallRecords.Read.All CallRecord-PstnCalls.Read.All"),
    "/communications/presences/**": reading("Presence.Read.All Presence.ReadWrite.All"),
    "/communications/getPresencesByUserId": reading("Presence.Read.All Presence.ReadWrite.All"),
    "/appCatalogs/teamsApps/**": access(
        f"AppCatalog.Read.All {_INSTALLED_READ}", f"AppCatalog.ReadWrite.All {_INSTALLED_WRITE} Directory.ReadWrite.All"
    ),
    "/teamwork/devices/**": access("TeamworkDevice.Read.All", "TeamworkDevice.ReadWrite.All"),
    "/teamwork/teamsAppSettings": access("TeamworkAppSettings.Read.All", "TeamworkAppSettings.ReadWrite.All"),
    "/teamwork/workforceIntegrations/**": access("WorkforceIntegration.Read.All", "WorkforceIntegration.ReadWrite.All"),
    "/copilot/users/*/interactionHistory/**": reading("AiEnterpriseInteraction.Read.All"),
}
