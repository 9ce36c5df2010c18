"""Ids of the permissions of APIs other than Microsoft Graph.

Azure AD Graph and the Office 365 Management APIs use one id for both kinds of a permission: it stands here once.
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

_APPLICATION, _DELEGATED = PermissionKind.APPLICATION, PermissionKind.DELEGATED

OTHER_IDS: Final = {
    (EXCHANGE_ONLINE, _APPLICATION): {
        "Exchange.ManageAsApp": "dc50a0fb-09a3-484d-be87-e023b12c6440",
        "IMAP.AccessAsApp": "5e5addcd-3e8d-4e90-baf5-964efab2b20a",
        "POP.AccessAsApp": "cb842b43-da6e-4506-86fe-bb12199c656d",
        "SMTP.SendAsApp": "7146a1f0-8703-45b3-9eae-527a64c00995",
        "full_access_as_app": "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
    },
    (EXCHANGE_ONLINE, _DELEGATED): {
        "Calendars.Read": "5b9be81f-2977-4d27-8faf-bb43af8fc705",
        "Calendars.ReadWrite": "765f423e-b55d-412e-97e3-13a800c3a537",
        "Contacts.Read": "181aac24-028a-486e-a649-b3742c74ec71",
        "Contacts.ReadWrite": "32253599-e142-4cf0-810d-4827eedd1cfa",
        "EAS.AccessAsUser.All": "266d2589-20b5-4f91-9a03-89247d1be8da",
        "EWS.AccessAsUser.All": "3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5",
        "Exchange.Manage": "ab4f2b77-0b06-4fc1-a9de-02113fc2ab7c",
        "IMAP.AccessAsUser.All": "195adc35-e27b-454b-a7ed-1ecdffa1c09f",
        "Mail.Read": "185758ba-798d-4b72-9e54-429a413a2510",
        "Mail.ReadWrite": "75767999-c7a8-481e-a6b4-19458e0b30a5",
        "Mail.Send": "5eb43c10-865a-4259-960a-83946678f8dd",
        "POP.AccessAsUser.All": "fb698133-92fa-453e-a9ed-688e10f2e5ac",
        "SMTP.Send": "76faac2a-0f20-42f1-928a-50de5b9dbe52",
    },
    (SHAREPOINT_ONLINE, _APPLICATION): {
        "Container.Selected": "19766c1b-905b-43af-8756-06526ab42875",
        "Sites.FullControl.All": "678536fe-1083-478a-9c59-b99265e6b0d3",
        "Sites.Manage.All": "9bff6588-13f2-4c48-bbf2-ddab62256b36",
        "Sites.Read.All": "d13f72ca-a275-4b96-b789-48ebcc4da984",
        "Sites.ReadWrite.All": "fbcd29d2-fcca-4405-aded-518d457caae4",
        "Sites.Selected": "20d37865-089c-4dee-8c41-6967602d4ac8",
    },
    (SHAREPOINT_ONLINE, _DELEGATED): {
        "AllSites.FullControl": "56680e0d-d2a3-4ae1-80d8-3c4f2100e3d0",
        "AllSites.Manage": "b3f70a70-8a4b-4f95-9573-d71c496a53f4",
        "AllSites.Read": "4e0d77b0-96ba-4398-af14-3baa780278f4",
        "AllSites.Write": "640ddd16-e5b7-4d71-9690-3f4022699ee7",
        "MyFiles.Read": "dd2c8d78-58e1-46d7-82dd-34d411282686",
        "MyFiles.Write": "2cfdc887-d7b4-4798-9b33-3d98d6b95dd2",
        "Project.Read": "2beb830c-70d1-4f5b-a983-79cbdb0c6c6a",
        "ProjectWebApp.FullControl": "e7e732bd-932b-45c4-8ce5-40d60a7daad9",
        "Sites.Search.All": "1002502a-9a71-4426-8551-69ab83452fab",
        "TermStore.Read.All": "a468ea40-458c-4cc2-80c4-51781af71e41",
        "TermStore.ReadWrite.All": "59a198b5-0420-45a8-ae59-6da1cb640505",
        "User.Read.All": "0cea5a30-f6f8-42b5-87a0-84cc26822e02",
        "User.ReadWrite.All": "82866913-39a9-4be7-8091-f4fa781088ae",
    },
    (MANAGEMENT_APIS, _APPLICATION): {
        "ActivityFeed.Read": "594c1fb6-4f81-4475-ae41-0c394909246c",
        "ActivityFeed.ReadDlp": "4807a72c-ad38-4250-94c9-4eabfe26cd55",
        "ServiceHealth.Read": "e2cea78f-e743-4d8f-a16a-75b629a038ae",
    },
    (AZURE_SERVICE_MANAGEMENT, _DELEGATED): {
        "user_impersonation": "41094075-9dad-400e-a0bd-54e686782033",
    },
    (AZURE_AD_GRAPH, _APPLICATION): {
        "Application.ReadWrite.All": "1cda74f2-2616-4834-b122-5cb1b07f8a59",
        "Application.ReadWrite.OwnedBy": "824c81eb-e3f8-4ee6-8f6d-de7f50d565b7",
        "Directory.Read.All": "5778995a-e1bf-45b8-affa-663a9f3f4d04",
        "Directory.ReadWrite.All": "78c8a3c8-a07e-4b9e-af1b-b5ccab50a175",
    },
    (AZURE_AD_GRAPH, _DELEGATED): {
        "Directory.AccessAsUser.All": "a42657d6-7f20-40e3-b6f0-cee03008a62a",
        "Group.Read.All": "6234d376-f627-4f0f-90e0-dff25c5211a3",
        "User.Read": "311a71cc-e848-46a1-bdf8-97ff7156d8e6",
        "User.Read.All": "c582532d-9d9e-43bd-a97c-2667a28ce295",
        "User.ReadBasic.All": "cba73afc-7f69-4d86-8450-4978e04ecd1a",
    },
}
"""Ids by name, by API and kind."""
