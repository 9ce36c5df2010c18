// The app registration that people and automations sign in to. Its own module: it needs Microsoft Graph, not Azure.
extension microsoftGraphV1

param environmentName string

@description('Host of the dashboard and the API.')
param hostname string

var name = 'consentry-${environmentName}'

// Ids of roles and scopes stay the same over deployments because they are made of names.
var roles = [
  { value: 'Alerts.Read', title: 'Read alerts', members: ['User', 'Application'] }
  { value: 'Alerts.Update', title: 'Triage alerts', members: ['User', 'Application'] }
  { value: 'Policies.Write', title: 'Change policies', members: ['User', 'Application'] }
  { value: 'Remediation.Request', title: 'Request remediation', members: ['User', 'Application'] }
  { value: 'Remediation.Approve', title: 'Approve remediation', members: ['User'] }
  { value: 'ComplianceReader', title: 'Read everything', members: ['User', 'Application'] }
]

resource registration 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: name
  displayName: 'Consentry (${environmentName})'
  signInAudience: 'AzureADMyOrg'
  // Tokens then carry the directory roles of the user (wids), which the role table counts.
  groupMembershipClaims: 'DirectoryRole'
  identifierUris: ['api://${tenant().tenantId}/${name}']
  api: {
    requestedAccessTokenVersion: 2
    oauth2PermissionScopes: [
      {
        id: guid(name, 'user_impersonation')
        value: 'user_impersonation'
        type: 'User'
        isEnabled: true
        adminConsentDisplayName: 'Use Consentry'
        adminConsentDescription: 'Use Consentry as the signed-in user, within that user\'s roles.'
      }
    ]
  }
  appRoles: [
    for role in roles: {
      id: guid(name, role.value)
      value: role.value
      displayName: role.title
      description: role.title
      allowedMemberTypes: role.members
      isEnabled: true
    }
  ]
  web: {
    redirectUris: ['https://${hostname}/.auth/login/aad/callback']
    // App Service signs people in by an ID token, so no secret exists that could leak or expire.
    implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false }
  }
}

resource principal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: registration.appId
}

output clientId string = registration.appId
output principalId string = principal.id
