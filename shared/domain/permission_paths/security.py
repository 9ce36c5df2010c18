"""Logs, reports, security, policies, identity governance, managed devices and subscriptions to changes."""

from typing import Final

from shared.domain.permission_paths.access import Access, Paths, access, reading

_CONDITIONAL = "Policy.Read.All Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"
_RISKY_USERS = "IdentityRiskyUser.Read.All", "IdentityRiskyUser.ReadWrite.All"
_RISKY_PRINCIPALS = "IdentityRiskyServicePrincipal.Read.All", "IdentityRiskyServicePrincipal.ReadWrite.All"
_RISK_EVENTS = "IdentityRiskEvent.Read.All", "IdentityRiskEvent.ReadWrite.All"
_ALERTS = (
    "SecurityAlert.Read.All SecurityEvents.Read.All SecurityIncident.Read.All",
    "SecurityAlert.ReadWrite.All SecurityEvents.ReadWrite.All SecurityIncident.ReadWrite.All",
)
_AUDITS = reading("AuditLog.Read.All Directory.Read.All Directory.ReadWrite.All")
_QUERIES = reading(
    "AuditLogsQuery.Read.All AuditLogsQuery-CRM.Read.All AuditLogsQuery-Endpoint.Read.All"
    " AuditLogsQuery-Entra.Read.All AuditLogsQuery-Exchange.Read.All AuditLogsQuery-OneDrive.Read.All"
    " AuditLogsQuery-SharePoint.Read.All"
)
_HUNTING = reading("ThreatHunting.Read.All")
_REVIEWS = (
    "AccessReview.Read.All",
    "AccessReview.ReadWrite.All AccessReview.ReadWrite.Membership",
)
_WIDE_SUBSCRIPTION = (
    "Subscription.Read.All Mail.Read Mail.ReadBasic Mail.ReadBasic.All Mail.ReadWrite Calendars.Read"
    " Calendars.ReadBasic Calendars.ReadBasic.All Calendars.ReadWrite Contacts.Read Contacts.ReadWrite Files.Read"
    " Files.Read.All Files.ReadWrite Files.ReadWrite.All Sites.Read.All Sites.ReadWrite.All User.Read User.Read.All"
    " User.ReadWrite.All Group.Read.All Group.ReadWrite.All GroupMember.Read.All Directory.Read.All"
    " Directory.ReadWrite.All Chat.Read Chat.Read.All Chat.ReadBasic Chat.ReadBasic.All Chat.ReadWrite"
    " Chat.ReadWrite.All Chat.Read.WhereInstalled ChatMessage.Read ChatMessage.Read.All ChatMember.Read.All"
    " ChannelMessage.Read.All Channel.ReadBasic.All ChannelSettings.Read.All Team.ReadBasic.All TeamSettings.Read.All"
    " TeamMember.Read.All Presence.Read.All CallRecords.Read.All OnlineMeetings.Read.All"
    " OnlineMeetingTranscript.Read.All OnlineMeetingRecording.Read.All"
    " SecurityAlert.Read.All SecurityEvents.Read.All Tasks.Read Tasks.ReadWrite"
    " Printer.Read.All PrintTaskDefinition.ReadWrite.All VirtualEvent.Read.All AiEnterpriseInteraction.Read.All"
)


def _policy(*others: str) -> Access:
    """A policy that its own permission writes, and ``Policy.Read.All`` reads."""
    return access("Policy.Read.All", " ".join(f"Policy.ReadWrite.{name}" for name in others))


def _managed(area: str) -> Access:
    return access(f"DeviceManagement{area}.Read.All", f"DeviceManagement{area}.ReadWrite.All")


SECURITY: Final[Paths] = {
    "/auditLogs/directoryAudits/**": _AUDITS,
    "/auditLogs/signIns/**": _AUDITS,
    "/auditLogs/provisioning/**": reading("AuditLog.Read.All ProvisioningLog.Read.All Directory.Read.All"),
    "/auditLogs/**": _AUDITS,
    "/reports/**": reading("Reports.Read.All AuditLog.Read.All"),
    "/reports/servicePrincipalSignInActivities/**": _AUDITS,
    "/reports/appCredentialSignInActivities/**": _AUDITS,
    "/reports/authenticationMethods/**": reading(
        "AuditLog.Read.All UserAuthenticationMethod.Read.All Reports.Read.All"
    ),
    "/admin/reportSettings": access("ReportSettings.Read.All", "ReportSettings.ReadWrite.All"),
    "/admin/serviceAnnouncement/healthOverviews/**": reading("ServiceHealth.Read.All"),
    "/admin/serviceAnnouncement/issues/**": reading("ServiceHealth.Read.All"),
    "/admin/serviceAnnouncement/messages/**": reading("ServiceMessage.Read.All"),
    "/security/alerts/**": access(*_ALERTS),
    "/security/alerts_v2/**": access(*_ALERTS),
    "/security/incidents/**": access(*_ALERTS),
    "/security/secureScores/**": access("SecurityEvents.Read.All", "SecurityEvents.ReadWrite.All"),
    "/security/secureScoreControlProfiles/**": access("SecurityEvents.Read.All", "SecurityEvents.ReadWrite.All"),
    "/security/runHuntingQuery": _HUNTING,
    "/security/microsoft.graph.security.runHuntingQuery": _HUNTING,
    "/security/auditLog/queries/**": _QUERIES,
    "/security/attackSimulation/**": access("AttackSimulation.Read.All", "AttackSimulation.ReadWrite.All"),
    "/security/threatIntelligence/**": reading("ThreatIntelligence.Read.All"),
    "/security/tiIndicators/**": access("ThreatIndicators.Read.All", "ThreatIndicators.ReadWrite.OwnedBy"),
    "/security/threatSubmission/**": access(
        "ThreatSubmission.Read.All",
        "ThreatSubmission.ReadWrite ThreatSubmission.ReadWrite.All ThreatSubmissionPolicy.ReadWrite.All",
    ),
    "/security/cases/ediscoveryCases/**": access("eDiscovery.Read.All", "eDiscovery.ReadWrite.All"),
    "/security/subjectRightsRequests/**": access("SubjectRightsRequest.Read.All", "SubjectRightsRequest.ReadWrite.All"),
    "/security/labels/**": access("RecordsManagement.Read.All", "RecordsManagement.ReadWrite.All"),
    "/security/triggers/**": access("RecordsManagement.Read.All", "RecordsManagement.ReadWrite.All"),
    "/security/identities/sensors/**": reading("SecurityIdentitiesSensors.Read.All"),
    "/security/identities/healthIssues/**": reading("SecurityIdentitiesHealth.Read.All"),
    "/security/securityActions/**": access("SecurityActions.Read.All", "SecurityActions.ReadWrite.All"),
    "/identityProtection/riskyUsers/**": access(*_RISKY_USERS),
    "/identityProtection/riskDetections/**": access(*_RISK_EVENTS),
    "/identityProtection/riskyServicePrincipals/**": access(*_RISKY_PRINCIPALS),
    "/identityProtection/servicePrincipalRiskDetections/**": access(
        f"{_RISK_EVENTS[0]} {_RISKY_PRINCIPALS[0]}", f"{_RISK_EVENTS[1]} {_RISKY_PRINCIPALS[1]}"
    ),
    "/identity/conditionalAccess/**": access(*_CONDITIONAL),
    "/identity/conditionalAccess/authenticationContextClassReferences/**": access(
        f"AuthenticationContext.Read.All {_CONDITIONAL[0]}", f"AuthenticationContext.ReadWrite.All {_CONDITIONAL[1]}"
    ),
    "/identity/identityProviders/**": access("IdentityProvider.Read.All", "IdentityProvider.ReadWrite.All"),
    "/identity/apiConnectors/**": access("APIConnectors.Read.All", "APIConnectors.ReadWrite.All"),
    "/identity/b2xUserFlows/**": access("IdentityUserFlow.Read.All", "IdentityUserFlow.ReadWrite.All"),
    "/identity/customAuthenticationExtensions/**": access(
        "CustomAuthenticationExtension.Read.All", "CustomAuthenticationExtension.ReadWrite.All"
    ),
    "/identity/authenticationEventListeners/**": access("EventListener.Read.All", "EventListener.ReadWrite.All"),
    "/policies/authorizationPolicy/**": _policy("Authorization"),
    "/policies/authenticationMethodsPolicy/**": _policy("AuthenticationMethod"),
    "/policies/authenticationFlowsPolicy": _policy("AuthenticationFlows"),
    "/policies/authenticationStrengthPolicies/**": access(*_CONDITIONAL),
    "/policies/adminConsentRequestPolicy": _policy("ConsentRequest"),
    "/policies/appManagementPolicies/**": _policy("ApplicationConfiguration"),
    "/policies/defaultAppManagementPolicy": _policy("ApplicationConfiguration"),
    "/policies/claimsMappingPolicies/**": _policy("ApplicationConfiguration"),
    "/policies/tokenLifetimePolicies/**": _policy("ApplicationConfiguration"),
    "/policies/tokenIssuancePolicies/**": _policy("ApplicationConfiguration"),
    "/policies/homeRealmDiscoveryPolicies/**": _policy("ApplicationConfiguration"),
    "/policies/activityBasedTimeoutPolicies/**": _policy("ApplicationConfiguration"),
    "/policies/crossTenantAccessPolicy/**": _policy("CrossTenantAccess"),
    "/policies/externalIdentitiesPolicy": _policy("ExternalIdentities"),
    "/policies/featureRolloutPolicies/**": _policy("FeatureRollout"),
    "/policies/identitySecurityDefaultsEnforcementPolicy": _policy("SecurityDefaults"),
    "/policies/mobileDeviceManagementPolicies/**": _policy("MobilityManagement"),
    "/policies/deviceRegistrationPolicy": _policy("DeviceConfiguration"),
    "/policies/accessReviewPolicy": _policy("AccessReview"),
    "/policies/permissionGrantPolicies/**": access(
        "Policy.Read.All Policy.Read.PermissionGrant", "Policy.ReadWrite.PermissionGrant"
    ),
    "/policies/roleManagementPolicies/**": access(
        "RoleManagementPolicy.Read.Directory RoleManagementPolicy.Read.AzureADGroup RoleManagement.Read.All"
        " RoleManagement.Read.Directory",
        "RoleManagementPolicy.ReadWrite.Directory RoleManagementPolicy.ReadWrite.AzureADGroup"
        " RoleManagement.ReadWrite.Directory",
    ),
    "/policies/roleManagementPolicyAssignments/**": reading(
        "RoleManagementPolicy.Read.Directory RoleManagementPolicy.ReadWrite.Directory"
        " RoleManagementPolicy.Read.AzureADGroup RoleManagementPolicy.ReadWrite.AzureADGroup RoleManagement.Read.All"
        " RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory"
    ),
    "/identityGovernance/accessReviews/**": access(*_REVIEWS),
    "/identityGovernance/appConsent/**": access("ConsentRequest.Read.All", "ConsentRequest.ReadWrite.All"),
    "/identityGovernance/entitlementManagement/**": access(
        "EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All EntitlementMgmt-SubjectAccess.ReadWrite"
    ),
    "/identityGovernance/lifecycleWorkflows/**": access(
        "LifecycleWorkflows.Read.All", "LifecycleWorkflows.ReadWrite.All"
    ),
    "/identityGovernance/termsOfUse/**": access(
        "Agreement.Read.All AgreementAcceptance.Read AgreementAcceptance.Read.All", "Agreement.ReadWrite.All"
    ),
    "/identityGovernance/privilegedAccess/group/**": access(
        "PrivilegedAccess.Read.AzureADGroup PrivilegedAssignmentSchedule.Read.AzureADGroup"
        " PrivilegedEligibilitySchedule.Read.AzureADGroup",
        "PrivilegedAccess.ReadWrite.AzureADGroup PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"
        " PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    ),
    "/agreements/**": access("Agreement.Read.All AgreementAcceptance.Read.All", "Agreement.ReadWrite.All"),
    "/deviceManagement/managedDevices/**": _managed("ManagedDevices"),
    "/users/*/managedDevices/**": _managed("ManagedDevices"),
    "/deviceManagement/deviceConfigurations/**": _managed("Configuration"),
    "/deviceManagement/deviceCompliancePolicies/**": _managed("Configuration"),
    "/deviceManagement/configurationPolicies/**": _managed("Configuration"),
    "/deviceManagement/deviceManagementScripts/**": access(
        "DeviceManagementScripts.Read.All DeviceManagementConfiguration.Read.All",
        "DeviceManagementScripts.ReadWrite.All DeviceManagementConfiguration.ReadWrite.All",
    ),
    "/deviceManagement/roleDefinitions/**": _managed("RBAC"),
    "/deviceManagement/roleAssignments/**": _managed("RBAC"),
    "/deviceManagement/windowsAutopilotDeviceIdentities/**": _managed("ServiceConfig"),
    "/deviceManagement/virtualEndpoint/**": access("CloudPC.Read.All", "CloudPC.ReadWrite.All"),
    "/deviceAppManagement/**": _managed("Apps"),
    "/informationProtection/bitlocker/recoveryKeys/**": reading("BitlockerKey.Read.All BitlockerKey.ReadBasic.All"),
    "/networkAccess/**": access(
        "NetworkAccess.Read.All NetworkAccessPolicy.Read.All NetworkAccessBranch.Read.All"
        " NetworkAccess-Reports.Read.All",
        "NetworkAccess.ReadWrite.All NetworkAccessPolicy.ReadWrite.All NetworkAccessBranch.ReadWrite.All",
    ),
    "/trustFramework/policies/**": _policy("TrustFramework"),
    "/trustFramework/keySets/**": access("TrustFrameworkKeySet.Read.All", "TrustFrameworkKeySet.ReadWrite.All"),
    "/subscriptions/**": reading(_WIDE_SUBSCRIPTION),
}
