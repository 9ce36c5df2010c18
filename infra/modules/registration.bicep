// The app registration that people and automations sign in to. Its own module: it needs Microsoft Graph, not Azure.
extension microsoftGraphV1

param environmentName string

@description('Host of the dashboard and the API.')
param hostname string

@description('Principal id of the identity by which App Service proves itself when people sign in.')
param signInPrincipalId string

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
    // App Service asks for a code and an ID token, and redeems the code for the claims that count.
    implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false }
  }
}

resource principal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: registration.appId
}

// In place of a client secret, which could leak or expire: App Service proves itself by its identity. Without it the ID
// token would come through the browser, where Entra leaves out the directory roles of people who hold many.
resource signIn 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = {
  name: '${registration.uniqueName}/app-service'
  issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  subject: signInPrincipalId
  audiences: ['api://AzureADTokenExchange']
}

output clientId string = registration.appId
output principalId string = principal.id
