// The permissions of the two identities: each that is used, and none beside. A module of its own, because it needs
// Global Administrator or Privileged Role Administrator; ../grant-graph-permissions.sh does the same by Azure CLI.
extension microsoftGraphV1

param readerPrincipalId string
param remediatorPrincipalId string

@description('The sources that are switched on: some need a permission of their own.')
param sources string[]

var bySource = loadJsonContent('../sources.json')
var readerPermissions = [
  { name: 'Application.Read.All', id: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30' }
  { name: 'Directory.Read.All', id: '7ab1d382-f21e-4acd-a863-ba3e13f7da61' }
  { name: 'AuditLog.Read.All', id: 'b0afded3-3588-46d8-8b3d-9842eff778da' }
]
var sourcePermissions = filter(bySource.graphPermissions, one => !empty(intersection(one.sources, sources)))
var officePermissions = filter(bySource.officePermissions, one => !empty(intersection(one.sources, sources)))
var remediatorPermissions = [
  { name: 'Application.ReadWrite.All', id: '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9' }
  { name: 'Directory.Read.All', id: '7ab1d382-f21e-4acd-a863-ba3e13f7da61' }
]

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

// Office 365 Management APIs. It is in every tenant with Microsoft 365, and only looked up where it is needed.
resource office 'Microsoft.Graph/servicePrincipals@v1.0' existing = if (!empty(officePermissions)) {
  appId: 'c5393580-f805-4401-95e8-94b7a6ef2fc2'
}

resource readerGrants 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for permission in readerPermissions: {
    appRoleId: permission.id
    principalId: readerPrincipalId
    resourceId: graph.id
  }
]

resource sourceGrants 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for permission in sourcePermissions: {
    appRoleId: permission.id
    principalId: readerPrincipalId
    resourceId: graph.id
  }
]

resource officeGrants 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for permission in officePermissions: {
    appRoleId: permission.id
    principalId: readerPrincipalId
    resourceId: office!.id
  }
]

resource remediatorGrants 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for permission in remediatorPermissions: {
    appRoleId: permission.id
    principalId: remediatorPrincipalId
    resourceId: graph.id
  }
]
