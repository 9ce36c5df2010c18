"""Users, groups, devices, apps, roles and the rest of the directory."""

from typing import Final

from shared.domain.permission_paths.access import Paths, access, reading, split

_DIRECTORY_READ = "Directory.Read.All"
_DIRECTORY_WRITE = "Directory.ReadWrite.All Directory.AccessAsUser.All"
_USER_READ = f"User.Read User.ReadBasic.All User.Read.All {_DIRECTORY_READ}"
_USER_WRITE = f"User.ReadWrite User.ReadWrite.All {_DIRECTORY_WRITE}"
_USER_PARTS_WRITE = (
    "User.EnableDisableAccount.All User.ManageIdentities.All User.DeleteRestore.All User-Mail.ReadWrite.All"
    " User-Phone.ReadWrite.All User-PasswordProfile.ReadWrite.All User-LifeCycleInfo.ReadWrite.All"
    " CustomSecAttributeAssignment.ReadWrite.All User-ConvertToInternal.ReadWrite.All"
)
_GROUP_READ = f"GroupMember.Read.All Group.Read.All {_DIRECTORY_READ}"
_GROUP_WRITE = f"Group.ReadWrite.All {_DIRECTORY_WRITE}"
_MEMBERS_WRITE = f"GroupMember.ReadWrite.All {_GROUP_WRITE} Member.Read.Hidden"
_APP_READ = f"Application.Read.All {_DIRECTORY_READ}"
_APP_WRITE = (
    "Application.ReadWrite.All Application.ReadWrite.OwnedBy Application.ReadUpdate.All"
    f" AppRoleAssignment.ReadWrite.All DelegatedPermissionGrant.ReadWrite.All {_DIRECTORY_WRITE}"
)
_AGENT = (
    "AgentIdentity.Read.All AgentIdentity.ReadWrite.All AgentIdentityBlueprint.Read.All"
    " AgentIdentityBlueprint.ReadWrite.All AgentIdentityBlueprint.AddRemoveCreds.All"
    " AgentIdentityBlueprintPrincipal.Read.All AgentIdentityBlueprintPrincipal.ReadWrite.All"
)
_ROLE_READ = f"RoleManagement.Read.Directory RoleManagement.Read.All {_DIRECTORY_READ}"
_ROLE_WRITE = f"RoleManagement.ReadWrite.Directory {_DIRECTORY_WRITE}"
_METHODS_READ = "UserAuthenticationMethod.Read UserAuthenticationMethod.Read.All"
_METHODS_WRITE = (
    "UserAuthenticationMethod.ReadWrite UserAuthenticationMethod.ReadWrite.All UserAuthMethod-Email.ReadWrite.All"
    " UserAuthMethod-External.ReadWrite.All UserAuthMethod-HardwareOATH.ReadWrite.All"
    " UserAuthMethod-MicrosoftAuthApp.ReadWrite.All UserAuthMethod-Passkey.ReadWrite.All"
    " UserAuthMethod-Password.ReadWrite.All UserAuthMethod-Phone.ReadWrite.All UserAuthMethod-QR.ReadWrite.All"
    " UserAuthMethod-SoftwareOATH.ReadWrite.All UserAuthMethod-TAP.ReadWrite.All"
)
_UNITS = f"AdministrativeUnit.Read.All {_DIRECTORY_READ}", f"AdministrativeUnit.ReadWrite.All {_DIRECTORY_WRITE}"
_SYNC = f"Synchronization.Read.All {_APP_READ}", f"Synchronization.ReadWrite.All {_APP_WRITE}"
_ATTRIBUTES = "CustomSecAttributeDefinition.Read.All", "CustomSecAttributeDefinition.ReadWrite.All"

_USERS = access(
    f"{_USER_READ} User-LifeCycleInfo.Read.All CustomSecAttributeAssignment.Read.All",
    f"{_USER_WRITE} {_USER_PARTS_WRITE}",
)
_ANY_OBJECT = reading(
    f"{_USER_READ} {_USER_WRITE} {_GROUP_READ} {_GROUP_WRITE} {_APP_READ} {_APP_WRITE} Device.Read.All"
    " AdministrativeUnit.Read.All RoleManagement.Read.Directory GroupMember.ReadWrite.All"
)
_MEMBERS_OF = reading(f"{_USER_READ} {_USER_WRITE} {_GROUP_READ} {_GROUP_WRITE} RoleManagement.Read.Directory")
_GROUPS = access(_GROUP_READ, f"{_GROUP_WRITE} Group.Create GroupMember.ReadWrite.All")
_MEMBERS = access(f"{_GROUP_READ} User.Read.All User.ReadBasic.All", _MEMBERS_WRITE)
_APPS = access(
    f"{_APP_READ} {_AGENT} Policy.Read.All", f"{_APP_WRITE} {_AGENT} Policy.ReadWrite.ApplicationConfiguration"
)
_GRANTS = access(_APP_READ, f"DelegatedPermissionGrant.ReadWrite.All {_DIRECTORY_WRITE}")
_ASSIGNMENTS = access(_APP_READ, f"AppRoleAssignment.ReadWrite.All {_DIRECTORY_WRITE}")
_ROLES = access(_ROLE_READ, _ROLE_WRITE)
_DEVICES = access(
    f"Device.Read Device.Read.All {_DIRECTORY_READ}", f"Device.ReadWrite.All Device.Command {_DIRECTORY_WRITE}"
)
_ORGANIZATION = access(
    f"User.Read Organization.Read.All {_DIRECTORY_READ}", f"Organization.ReadWrite.All {_DIRECTORY_WRITE}"
)
_LICENSES = f"LicenseAssignment.ReadWrite.All {_USER_WRITE} {_GROUP_WRITE}"

DIRECTORY: Final[Paths] = {
    "/$batch": reading(""),
    "/$metadata": reading(""),
    "/oidc/userinfo": reading("openid profile email"),
    "/users": _USERS,
    "/users/*": _USERS,
    "/users/*/extensions/**": _USERS,
    "/users/*/photo/**": _USERS,
    "/users/*/photos/**": _USERS,
    "/users/*/manager/**": _USERS,
    "/users/*/directReports/**": _USERS,
    "/users/*/memberOf/**": _MEMBERS_OF,
    "/users/*/transitiveMemberOf/**": _MEMBERS_OF,
    "/users/*/getMemberGroups": _MEMBERS_OF,
    "/users/*/getMemberObjects": _MEMBERS_OF,
    "/users/*/checkMemberGroups": _MEMBERS_OF,
    "/users/*/checkMemberObjects": _MEMBERS_OF,
    "/users/*/ownedObjects/**": _MEMBERS_OF,
    "/users/*/ownedDevices/**": reading(f"{_USER_READ} {_USER_WRITE} Device.Read.All"),
    "/users/*/registeredDevices/**": reading(f"{_USER_READ} {_USER_WRITE} Device.Read.All"),
    "/users/*/appRoleAssignments/**": _ASSIGNMENTS,
    "/users/*/oauth2PermissionGrants/**": _GRANTS,
    "/users/*/licenseDetails/**": reading(f"LicenseAssignment.Read.All {_LICENSES} {_USER_READ}"),
    "/users/*/assignLicense": reading(_LICENSES),
    "/users/*/revokeSignInSessions": reading(f"User.RevokeSessions.All {_USER_WRITE}"),
    "/users/*/changePassword": reading(f"User-PasswordProfile.ReadWrite.All {_USER_WRITE}"),
    "/users/*/exportPersonalData": reading("User.Export.All"),
    "/users/*/authentication/**": access(_METHODS_READ, _METHODS_WRITE),
    "/users/*/presence/**": access("Presence.Read Presence.Read.All", "Presence.ReadWrite Presence.ReadWrite.All"),
    "/users/*/activities/**": reading("UserActivity.ReadWrite.CreatedByApp"),
    "/groups": _GROUPS,
    "/groups/*": _GROUPS,
    "/groups/*/extensions/**": _GROUPS,
    "/groups/*/members/**": _MEMBERS,
    "/groups/*/transitiveMembers/**": _MEMBERS,
    "/groups/*/owners/**": _MEMBERS,
    "/groups/*/memberOf/**": _MEMBERS,
    "/groups/*/transitiveMemberOf/**": _MEMBERS,
    "/groups/*/checkMemberGroups": _MEMBERS,
    "/groups/*/getMemberGroups": reading(f"{_GROUP_READ} {_GROUP_WRITE}"),
    "/groups/*/appRoleAssignments/**": _ASSIGNMENTS,
    "/groups/*/assignLicense": reading(_LICENSES),
    "/groups/*/photo/**": _GROUPS,
    "/groups/*/team": reading(
        f"TeamSettings.Read.All TeamSettings.ReadWrite.All Team.Create {_GROUP_READ} {_GROUP_WRITE}"
    ),
    "/groups/*/settings/**": _GROUPS,
    "/groupSettings/**": access(_DIRECTORY_READ, f"{_DIRECTORY_WRITE} Group.ReadWrite.All"),
    "/groupLifecyclePolicies/**": access(_DIRECTORY_READ, _DIRECTORY_WRITE),
    "/directoryObjects/**": _ANY_OBJECT,
    "/directoryObjects/getByIds": _ANY_OBJECT,
    "/directoryObjects/validateProperties": _ANY_OBJECT,
    "/directory/deletedItems/**": access(
        f"{_USER_READ} {_GROUP_READ} {_APP_READ}", f"User.DeleteRestore.All {_USER_WRITE} {_GROUP_WRITE} {_APP_WRITE}"
    ),
    "/directory/administrativeUnits/**": access(*_UNITS),
    "/administrativeUnits/**": access(*_UNITS),
    "/directory/recommendations/**": access(
        "DirectoryRecommendations.Read.All", "DirectoryRecommendations.ReadWrite.All"
    ),
    "/directory/attributeSets/**": access(*_ATTRIBUTES),
    "/directory/customSecurityAttributeDefinitions/**": access(*_ATTRIBUTES),
    "/directory/onPremisesSynchronization/**": access(
        "OnPremDirectorySynchronization.Read.All", "OnPremDirectorySynchronization.ReadWrite.All"
    ),
    "/directory/publicKeyInfrastructure/**": access(
        "PublicKeyInfrastructure.Read.All", "PublicKeyInfrastructure.ReadWrite.All"
    ),
    "/directory/deviceLocalCredentials/**": reading(
        "DeviceLocalCredential.Read.All DeviceLocalCredential.ReadBasic.All"
    ),
    "/directory/subscriptions/**": reading(f"Organization.Read.All Organization.ReadWrite.All {_DIRECTORY_READ}"),
    "/applications/**": _APPS,
    "/applications/*/synchronization/**": access(*_SYNC),
    "/applicationTemplates/**": access(_APP_READ, _APP_WRITE),
    "/servicePrincipals/**": _APPS,
    "/servicePrincipals/*/appRoleAssignments/**": _ASSIGNMENTS,
    "/servicePrincipals/*/appRoleAssignedTo/**": _ASSIGNMENTS,
    "/servicePrincipals/*/oauth2PermissionGrants/**": _GRANTS,
    "/servicePrincipals/*/delegatedPermissionClassifications/**": access(
        f"Policy.Read.PermissionGrant {_APP_READ}", f"Policy.ReadWrite.PermissionGrant {_APP_WRITE}"
    ),
    "/servicePrincipals/*/memberOf/**": _APPS,
    "/servicePrincipals/*/synchronization/**": access(
        f"{_SYNC[0]} ProvisioningLog.Read.All", f"{_SYNC[1]} SynchronizationData-User.Upload"
    ),
    "/servicePrincipals/*/endpoints/**": access(
        f"ServicePrincipalEndpoint.Read.All {_APP_READ}", f"ServicePrincipalEndpoint.ReadWrite.All {_APP_WRITE}"
    ),
    "/oauth2PermissionGrants/**": _GRANTS,
    "/directoryRoles/**": _ROLES,
    "/directoryRoleTemplates/**": _ROLES,
    "/roleManagement/directory/**": _ROLES,
    "/roleManagement/directory/roleAssignmentSchedules/**": access(
        f"RoleAssignmentSchedule.Read.Directory {_ROLE_READ}",
        f"RoleAssignmentSchedule.ReadWrite.Directory {_ROLE_WRITE}",
    ),
    "/roleManagement/directory/roleAssignmentScheduleInstances/**": access(
        f"RoleAssignmentSchedule.Read.Directory {_ROLE_READ}",
        f"RoleAssignmentSchedule.ReadWrite.Directory {_ROLE_WRITE}",
    ),
    "/roleManagement/directory/roleAssignmentScheduleRequests/**": access(
        f"RoleAssignmentSchedule.Read.Directory {_ROLE_READ}",
        f"RoleAssignmentSchedule.ReadWrite.Directory {_ROLE_WRITE}",
    ),
    "/roleManagement/directory/roleEligibilitySchedules/**": access(
        f"RoleEligibilitySchedule.Read.Directory {_ROLE_READ}",
        f"RoleEligibilitySchedule.ReadWrite.Directory {_ROLE_WRITE}",
    ),
    "/roleManagement/directory/roleEligibilityScheduleInstances/**": access(
        f"RoleEligibilitySchedule.Read.Directory {_ROLE_READ}",
        f"RoleEligibilitySchedule.ReadWrite.Directory {_ROLE_WRITE}",
    ),
    "/roleManagement/directory/roleEligibilityScheduleRequests/**": access(
        f"RoleEligibilitySchedule.Read.Directory {_ROLE_READ}",
        f"RoleEligibilitySchedule.ReadWrite.Directory {_ROLE_WRITE}",
    ),
    "/roleManagement/exchange/**": access(
        "RoleManagement.Read.Exchange RoleManagement.Read.All", "RoleManagement.ReadWrite.Exchange"
    ),
    "/roleManagement/cloudPC/**": access(
        "RoleManagement.Read.CloudPC RoleManagement.Read.All CloudPC.Read.All",
        "RoleManagement.ReadWrite.CloudPC CloudPC.ReadWrite.All",
    ),
    "/roleManagement/defender/**": access(
        "RoleManagement.Read.Defender RoleManagement.Read.All", "RoleManagement.ReadWrite.Defender"
    ),
    "/roleManagement/deviceManagement/**": access(
        "DeviceManagementRBAC.Read.All", "DeviceManagementRBAC.ReadWrite.All"
    ),
    "/roleManagement/entitlementManagement/**": access(
        "EntitlementManagement.Read.All RoleManagement.Read.All", "EntitlementManagement.ReadWrite.All"
    ),
    "/devices/**": _DEVICES,
    "/devices/*/registeredOwners/**": _DEVICES,
    "/organization/**": _ORGANIZATION,
    "/organization/*/branding/**": access(
        f"OrganizationalBranding.Read.All User.Read Organization.Read.All {_DIRECTORY_READ}",
        f"Organization.ReadWrite.All {_DIRECTORY_WRITE}",
    ),
    "/subscribedSkus/**": reading(
        f"LicenseAssignment.Read.All Organization.Read.All {_DIRECTORY_READ} {_DIRECTORY_WRITE}"
        " Organization.ReadWrite.All"
    ),
    "/domains/**": access(f"Domain.Read.All {_DIRECTORY_READ}", f"Domain.ReadWrite.All {_DIRECTORY_WRITE}"),
    "/contacts/**": access(f"OrgContact.Read.All {_DIRECTORY_READ}", _DIRECTORY_WRITE),
    "/contracts/**": access(_DIRECTORY_READ, _DIRECTORY_WRITE),
    "/invitations": split(_USER_READ, f"User.Invite.All {_USER_WRITE}"),
    "/schemaExtensions/**": access(_APP_READ, _APP_WRITE),
    "/tenantRelationships/findTenantInformationByTenantId": reading("CrossTenantInformation.ReadBasic.All"),
    "/tenantRelationships/findTenantInformationByDomainName": reading("CrossTenantInformation.ReadBasic.All"),
    "/tenantRelationships/delegatedAdminRelationships/**": access(
        "DelegatedAdminRelationship.Read.All", "DelegatedAdminRelationship.ReadWrite.All"
    ),
    "/tenantRelationships/multiTenantOrganization/**": access(
        "MultiTenantOrganization.Read.All", "MultiTenantOrganization.ReadWrite.All"
    ),
    "/onPremisesPublishingProfiles/**": reading("OnPremisesPublishingProfiles.ReadWrite.All"),
}
