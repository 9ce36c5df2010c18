"""The table behind ``permissions.py``: one line a permission, by API, kind and privilege.

Ids are those of the ``appRoles`` and ``oauth2PermissionScopes`` of Microsoft's own service principals, the same in
every tenant. Exchange Online reuses the ids of Microsoft Graph's mail roles, and the Office 365 Management APIs use
one id for both kinds of a permission: such an id stands here once, and its name is right for all of them.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from shared.domain.apps import PermissionKind
from shared.domain.microsoft import (
    AZURE_SERVICE_MANAGEMENT,
    EXCHANGE_ONLINE,
    MANAGEMENT_APIS,
    MICROSOFT_GRAPH,
    SHAREPOINT_ONLINE,
)
from shared.domain.privileges import Privilege


class PermissionFact(Struct, frozen=True):
    """One permission of one API. ``api`` is the API's appId; ``id`` the id of the app role or scope, in lower case."""

    api: str
    id: str
    name: str
    kind: PermissionKind
    privilege: Privilege


def _facts(api: str, kind: PermissionKind, privilege: Privilege, ids: Mapping[str, str]) -> Iterator[PermissionFact]:
    for name, permission_id in ids.items():
        yield PermissionFact(api, permission_id, name, kind, privilege)


_GRAPH_APPLICATION_HIGH = {
    "AdministrativeUnit.ReadWrite.All": "5eb59dd3-1da2-4329-8733-9dabdc435916",
    "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
    "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
    "Calendars.ReadWrite": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
    "ChannelMessage.Read.All": "7b2449af-6ccd-4f4d-9f78-e550c193f0d1",
    "Chat.Read.All": "6b7d71aa-70aa-4810-a8d9-5d9fb2830017",
    "Chat.ReadWrite.All": "294ce7c9-31ba-490a-ad7d-97a7d075e4ed",
    "ChatMessage.Read.All": "b9bb2381-47a4-46cd-aafb-00cb12f68504",
    "Contacts.ReadWrite": "6918b873-d17a-4dc1-b314-35f528134491",
    "DelegatedPermissionGrant.ReadWrite.All": "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
    "DeviceLocalCredential.Read.All": "884b599e-4d48-43a5-ba94-15c414d00588",
    "DeviceManagementConfiguration.ReadWrite.All": "9241abd9-d0e6-425a-bd4f-47ba86e767a4",
    "DeviceManagementManagedDevices.PrivilegedOperations.All": "5b07b0dd-2377-4e44-a38d-703f09a0dc3c",
    "Directory.ReadWrite.All": "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
    "Domain.ReadWrite.All": "7e05723c-0bb0-42da-be95-ae9f08a6e53c",
    "EntitlementManagement.ReadWrite.All": "9acd699f-1e81-4958-b001-93b1d2506e19",
    "Files.Read.All": "01d4889c-1287-42c6-ac1f-5d1e02578ef6",
    "Files.ReadWrite.All": "75359482-378d-4052-8f01-80520e7db3cd",
    "Group.ReadWrite.All": "62a82d76-70ea-41e2-9197-370581804d09",
    "GroupMember.ReadWrite.All": "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
    "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
    "Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
    "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    "MailboxSettings.ReadWrite": "6931bccd-447a-43d1-b442-00a195474933",
    "Notes.Read.All": "3aeca27b-ee3a-4c2b-8ded-80376e2134a4",
    "Notes.ReadWrite.All": "0c458cef-11f3-48c2-a568-c66751c238c0",
    "OnPremDirectorySynchronization.ReadWrite.All": "c22a92cc-79bf-4bb1-8b6c-e0a05d3d80ce",
    "OnlineMeetingRecording.Read.All": "a4a08342-c95d-476b-b943-97e100569c8d",
    "OnlineMeetingTranscript.Read.All": "a4a80d8d-d283-4bd8-8504-555ec3870630",
    "Organization.ReadWrite.All": "292d869f-3427-49a8-9dab-8c70152b74e9",
    "Policy.ReadWrite.AuthenticationMethod": "29c18626-4985-4dcd-85c0-193eef327366",
    "Policy.ReadWrite.Authorization": "fb221be6-99f2-473f-bd32-01c6a0e9ca3b",
    "Policy.ReadWrite.ConditionalAccess": "01c0a623-fc9b-48e9-b794-0756f8e8f067",
    "Policy.ReadWrite.PermissionGrant": "a402ca1c-2696-4531-972d-6e5ee4aa11ea",
    "PrivilegedAccess.ReadWrite.AzureAD": "854d9ab1-6657-4ec8-be45-823027bcd009",
    "PrivilegedAccess.ReadWrite.AzureADGroup": "2f6817f8-7b12-4f0f-bc18-eeaf60705a9e",
    "PrivilegedAccess.ReadWrite.AzureResources": "6f9d5abc-2db6-400b-a267-7de22a40fb87",
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup": "41202f2c-f7ab-45be-b001-85c9728b9d69",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup": "618b6020-bca8-4de6-99f6-ef445fa4d857",
    "RoleAssignmentSchedule.ReadWrite.Directory": "dd199f4a-f148-40a4-a2ec-f0069cc799ec",
    "RoleEligibilitySchedule.ReadWrite.Directory": "fee28b28-e1f3-4841-818e-2704dc62245f",
    "RoleManagement.ReadWrite.Directory": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    "RoleManagementPolicy.ReadWrite.AzureADGroup": "b38dcc4d-a239-4ed6-aa84-6c65b284f97c",
    "RoleManagementPolicy.ReadWrite.Directory": "31e08e0a-d3f7-4ca2-ac39-7343fb83e8ad",
    "Sites.FullControl.All": "a82116e5-55eb-4c41-a434-62fe8a61c773",
    "Sites.Manage.All": "0c0bf378-bf22-4481-8f81-9e89a9b4960a",
    "Sites.Read.All": "332a536c-c7ef-4017-ab91-336970924f0d",
    "Sites.ReadWrite.All": "9492366f-7969-46a4-8d15-ed1a20078fff",
    "Synchronization.ReadWrite.All": "9b50c33d-700f-43b1-b2eb-87e89b703581",
    "User.EnableDisableAccount.All": "3011c876-62b7-4ada-afa2-506cbbecc68c",
    "User.ManageIdentities.All": "c529cfca-c91b-489c-af2b-d92990b66ce6",
    "User.ReadWrite.All": "741f803b-c850-494e-b5df-cde7c675a1ca",
    "UserAuthenticationMethod.ReadWrite.All": "50483e42-d915-4231-9639-7fdb7fd190e5",
    "eDiscovery.Read.All": "50180013-6191-4d1e-a373-e590ff4e66af",
    "eDiscovery.ReadWrite.All": "b2620db1-3bf7-4c5b-9cb9-576d29eac736",
}
_GRAPH_APPLICATION_MEDIUM = {
    "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    "AuditLog.Read.All": "b0afded3-3588-46d8-8b3d-9842eff778da",
    "AuditLogsQuery.Read.All": "5e1e9171-754d-478c-812c-f1755a9a4c2d",
    "Calendars.Read": "798ee544-9d2d-430c-a058-570e29e34338",
    "ConsentRequest.Read.All": "1260ad83-98fb-4785-abbb-d6cc1806fd41",
    "Contacts.Read": "089fe4d0-434a-44c5-8827-41ba8a0b17f5",
    "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
    "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    "IdentityRiskEvent.Read.All": "6e472fd1-ad78-48da-a0f0-97ab2c6b769e",
    "IdentityRiskyServicePrincipal.Read.All": "607c7344-0eed-41e5-823a-9695ebe1b7b0",
    "Mail.ReadBasic": "6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a",
    "Mail.ReadBasic.All": "693c5e45-0940-467d-9b8a-1022fb9d42ef",
    "MailboxSettings.Read": "40f97065-369a-49f4-947c-6a255697ae91",
    "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
    "Policy.Read.PermissionGrant": "9e640839-a198-48fb-8b9a-013fd6f6cbcd",
    "Reports.Read.All": "230c1aed-a721-4c5d-9cb4-a90514e508ef",
    "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
    "SecurityAlert.Read.All": "472e4a4d-bb4a-4026-98d1-0b0d74cb74a5",
    "SecurityIncident.Read.All": "45cc0394-e837-488b-a098-1918f48d186c",
    "Sites.Selected": "883ea226-0bf2-4a8f-9f9d-92c9162a727d",
    "ThreatHunting.Read.All": "dd98c7f5-2d42-42d3-a0e4-633161547251",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "User.RevokeSessions.All": "77f3a031-c388-4f99-b373-dc68676a979e",
}
_GRAPH_APPLICATION_LOW = {
    "Organization.Read.All": "498476ce-e0fe-48b0-b801-37ba7e2685c6",
    "Team.ReadBasic.All": "2280dda6-0bfd-44ee-a2f4-cb867cfc4c1e",
    "User.ReadBasic.All": "97235f07-e226-4f63-ace3-39588e11d3a1",
}
_GRAPH_DELEGATED_HIGH = {
    "AppRoleAssignment.ReadWrite.All": "84bccea3-f856-4a8a-967b-dbe0a3d53a64",
    "Application.ReadWrite.All": "bdfbf15f-ee85-4955-8675-146e8e5296b5",
    "ChannelMessage.Read.All": "767156cb-16ae-4d10-8f8b-41b657c8c8c8",
    "Chat.Read": "f501c180-9344-439a-bca0-6cbf209fd270",
    "Chat.ReadWrite": "9ff7295e-131b-4d94-90e1-69fde507ac11",
    "DelegatedPermissionGrant.ReadWrite.All": "41ce6ca6-6826-4807-84f1-1c82854f7ee5",
    "Directory.AccessAsUser.All": "0e263e50-5827-48a4-b97c-d940288653c7",
    "Directory.ReadWrite.All": "c5366453-9fb0-48a5-a156-24f0c49a4b84",
    "EAS.AccessAsUser.All": "ff91d191-45a0-43fd-b837-bd682c4a0b0f",
    "EWS.AccessAsUser.All": "9769c687-087d-48ac-9cb3-c37dde652038",
    "Files.Read.All": "df85f4d6-205c-4ac5-a5ea-6bf408dba283",
    "Files.ReadWrite": "5c28f0bf-8a70-41f1-8ab2-9032436ddb65",
    "Files.ReadWrite.All": "863451e7-0667-486c-a5d6-d135439485f0",
    "Group.ReadWrite.All": "4e46008b-f24c-477d-8fff-7bb4ec7aafe0",
    "IMAP.AccessAsUser.All": "652390e4-393a-48de-9484-05f9b1212954",
    "Mail.Read": "570282fd-fa5c-430d-a7fd-fc8dc98a9dca",
    "Mail.Read.Shared": "7b9103a5-4610-446b-9670-80643382c1fa",
    "Mail.ReadWrite": "024d486e-b451-40bb-833d-3e66d98c5c73",
    "Mail.ReadWrite.Shared": "5df07973-7d5d-46ed-9847-1271055cbd51",
    "Mail.Send": "e383f46e-2787-4529-855e-0e479a3ffac0",
    "Mail.Send.Shared": "a367ab51-6b49-43bf-a716-a1fb06d2a174",
    "MailboxSettings.ReadWrite": "818c620a-27a9-40bd-a6a5-d96f7d610b4b",
    "Notes.Read.All": "dfabfca6-ee36-4db2-8208-7a28381419b3",
    "Notes.ReadWrite.All": "64ac0503-b4fa-45d9-b544-71a463f05da0",
    "POP.AccessAsUser.All": "d7b7f2d9-0f45-4ea1-9d42-e50810c06991",
    "Policy.ReadWrite.Authorization": "edd3c878-b384-41fd-95ad-e7407dd775be",
    "Policy.ReadWrite.ConditionalAccess": "ad902697-1014-4ef5-81ef-2b4301988e8c",
    "RoleManagement.ReadWrite.Directory": "d01b97e9-cbc0-49fe-810a-750afd5527a3",
    "SMTP.Send": "258f6531-6087-4cc4-bb90-092c5fb3ed3f",
    "Sites.FullControl.All": "5a54b8b3-347c-476d-8f8e-42d5c7424d29",
    "Sites.Manage.All": "65e50fdc-43b7-4915-933e-e8138f11f40a",
    "Sites.Read.All": "205e70e5-aba6-4c52-a976-6d2d46c48043",
    "Sites.ReadWrite.All": "89fe6a52-be36-487e-b7d8-d061c450a026",
    "User.ReadWrite.All": "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4",
    "UserAuthenticationMethod.ReadWrite.All": "b7887744-6746-4312-813d-72daeaee7e2d",
}
_GRAPH_DELEGATED_MEDIUM = {
    "Application.Read.All": "c79f8feb-a9db-4090-85f9-90d820caa0eb",
    "AuditLog.Read.All": "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20",
    "Calendars.Read": "465a38f9-76ea-45b9-9f34-9e8b0d4b0b42",
    "Calendars.ReadWrite": "1ec239c2-d7c9-4623-a91a-a9775856bb36",
    "ChannelMessage.Send": "ebf0f66e-9fb1-49e4-a278-222f76911cf4",
    "ChatMessage.Send": "116b7235-7cc6-461e-b163-8e55691d839e",
    "Contacts.Read": "ff74d97f-43af-4b68-9f2a-b77ee6968c5d",
    "Contacts.Read.Shared": "242b9d9e-ed24-4d09-9a52-f43769beb9d4",
    "Contacts.ReadWrite": "d56682ec-c09e-4743-aaf4-1a3aac4caa21",
    "Directory.Read.All": "06da0dbc-49e2-44d2-8312-53f166ab848a",
    "Files.Read": "10465720-29dd-4523-a11a-6a75c743c9d9",
    "Group.Read.All": "5f8c59db-677d-491f-a6b8-5f174b11ec1d",
    "Mail.ReadBasic": "a4b8392a-d8d1-4954-a029-8e668a39a170",
    "MailboxSettings.Read": "87f447af-9fa4-4c32-9dfa-4a57a73d18ce",
    "Notes.Read": "371361e4-b9e2-4a3f-8315-2a301a3b0a3d",
    "Notes.ReadWrite": "615e26af-c38a-4150-ae3e-c3b0d4cb1d6a",
    "People.Read.All": "b89f9189-71a5-4e70-b041-9887f0bc7e4a",
    "User.Read.All": "a154be20-db9c-4678-8ab7-66f6cc099a59",
    "User.ReadWrite": "b4e74841-8e56-480b-be8b-910348b18b4c",
}
_GRAPH_DELEGATED_LOW = {
    "Files.ReadWrite.AppFolder": "8019c312-3263-48e6-825e-2b833497195b",
    "People.Read": "ba47897c-39ec-4d83-8086-ee8256fa737d",
    "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    "User.ReadBasic.All": "b340eb25-3456-403f-be2f-af7a0d370277",
    "email": "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
    "offline_access": "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
    "openid": "37f7f235-527c-4136-accd-4a02d197296e",
    "profile": "14dad69e-099b-42c9-810b-d002981feec1",
}
_EXCHANGE_APPLICATION_HIGH = {
    "Exchange.ManageAsApp": "dc50a0fb-09a3-484d-be87-e023b12c6440",
    "IMAP.AccessAsApp": "5e5addcd-3e8d-4e90-baf5-964efab2b20a",
    "POP.AccessAsApp": "cb842b43-da6e-4506-86fe-bb12199c656d",
    "SMTP.SendAsApp": "7146a1f0-8703-45b3-9eae-527a64c00995",
    "full_access_as_app": "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
}
_EXCHANGE_DELEGATED_HIGH = {
    "EAS.AccessAsUser.All": "266d2589-20b5-4f91-9a03-89247d1be8da",
    "EWS.AccessAsUser.All": "3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5",
    "Exchange.Manage": "ab4f2b77-0b06-4fc1-a9de-02113fc2ab7c",
    "IMAP.AccessAsUser.All": "195adc35-e27b-454b-a7ed-1ecdffa1c09f",
    "Mail.Read": "185758ba-798d-4b72-9e54-429a413a2510",
    "Mail.ReadWrite": "75767999-c7a8-481e-a6b4-19458e0b30a5",
    "Mail.Send": "5eb43c10-865a-4259-960a-83946678f8dd",
    "POP.AccessAsUser.All": "fb698133-92fa-453e-a9ed-688e10f2e5ac",
    "SMTP.Send": "76faac2a-0f20-42f1-928a-50de5b9dbe52",
}
_SHAREPOINT_APPLICATION_HIGH = {
    "Sites.FullControl.All": "678536fe-1083-478a-9c59-b99265e6b0d3",
    "Sites.Manage.All": "9bff6588-13f2-4c48-bbf2-ddab62256b36",
    "Sites.Read.All": "d13f72ca-a275-4b96-b789-48ebcc4da984",
    "Sites.ReadWrite.All": "fbcd29d2-fcca-4405-aded-518d457caae4",
}
_SHAREPOINT_APPLICATION_MEDIUM = {
    "Sites.Selected": "20d37865-089c-4dee-8c41-6967602d4ac8",
}
_SHAREPOINT_DELEGATED_HIGH = {
    "AllSites.FullControl": "56680e0d-d2a3-4ae1-80d8-3c4f2100e3d0",
    "AllSites.Manage": "b3f70a70-8a4b-4f95-9573-d71c496a53f4",
    "AllSites.Read": "4e0d77b0-96ba-4398-af14-3baa780278f4",
    "AllSites.Write": "640ddd16-e5b7-4d71-9690-3f4022699ee7",
    "MyFiles.Write": "2cfdc887-d7b4-4798-9b33-3d98d6b95dd2",
}
_SHAREPOINT_DELEGATED_MEDIUM = {
    "MyFiles.Read": "dd2c8d78-58e1-46d7-82dd-34d411282686",
}
_MANAGEMENT_APPLICATION_MEDIUM = {
    "ActivityFeed.Read": "594c1fb6-4f81-4475-ae41-0c394909246c",
    "ActivityFeed.ReadDlp": "4807a72c-ad38-4250-94c9-4eabfe26cd55",
}
_MANAGEMENT_APPLICATION_LOW = {
    "ServiceHealth.Read": "e2cea78f-e743-4d8f-a16a-75b629a038ae",
}
_AZURE_DELEGATED_HIGH = {
    "user_impersonation": "41094075-9dad-400e-a0bd-54e686782033",
}

_APPLICATION, _DELEGATED = PermissionKind.APPLICATION, PermissionKind.DELEGATED
_HIGH, _MEDIUM, _LOW = Privilege.HIGH, Privilege.MEDIUM, Privilege.LOW

PERMISSIONS = (
    *_facts(MICROSOFT_GRAPH, _APPLICATION, _HIGH, _GRAPH_APPLICATION_HIGH),
    *_facts(MICROSOFT_GRAPH, _APPLICATION, _MEDIUM, _GRAPH_APPLICATION_MEDIUM),
    *_facts(MICROSOFT_GRAPH, _APPLICATION, _LOW, _GRAPH_APPLICATION_LOW),
    *_facts(MICROSOFT_GRAPH, _DELEGATED, _HIGH, _GRAPH_DELEGATED_HIGH),
    *_facts(MICROSOFT_GRAPH, _DELEGATED, _MEDIUM, _GRAPH_DELEGATED_MEDIUM),
    *_facts(MICROSOFT_GRAPH, _DELEGATED, _LOW, _GRAPH_DELEGATED_LOW),
    *_facts(EXCHANGE_ONLINE, _APPLICATION, _HIGH, _EXCHANGE_APPLICATION_HIGH),
    *_facts(EXCHANGE_ONLINE, _DELEGATED, _HIGH, _EXCHANGE_DELEGATED_HIGH),
    *_facts(SHAREPOINT_ONLINE, _APPLICATION, _HIGH, _SHAREPOINT_APPLICATION_HIGH),
    *_facts(SHAREPOINT_ONLINE, _APPLICATION, _MEDIUM, _SHAREPOINT_APPLICATION_MEDIUM),
    *_facts(SHAREPOINT_ONLINE, _DELEGATED, _HIGH, _SHAREPOINT_DELEGATED_HIGH),
    *_facts(SHAREPOINT_ONLINE, _DELEGATED, _MEDIUM, _SHAREPOINT_DELEGATED_MEDIUM),
    *_facts(MANAGEMENT_APIS, _APPLICATION, _MEDIUM, _MANAGEMENT_APPLICATION_MEDIUM),
    *_facts(MANAGEMENT_APIS, _APPLICATION, _LOW, _MANAGEMENT_APPLICATION_LOW),
    *_facts(AZURE_SERVICE_MANAGEMENT, _DELEGATED, _HIGH, _AZURE_DELEGATED_HIGH),
)
