// Consentry in one resource group: two function apps from one package, storage, monitoring, a vault, an app registration.
targetScope = 'subscription'

@description('Short name of this installation; part of all names.')
@minLength(3)
@maxLength(16)
param environmentName string

@description('Region. It has to offer Flex Consumption.')
param location string

@description('Grants the identities their Graph permissions. Needs Global Administrator or Privileged Role Administrator; else run grant-graph-permissions.sh afterwards.')
param grantGraphPermissions bool = true

@description('Address of the Workflows flow that posts to a Teams channel. Kept in the vault.')
@secure()
param teamsWebhookUrl string = ''

@description('A second channel, for high alerts only. Kept in the vault.')
@secure()
param teamsUrgentWebhookUrl string = ''

@description('Least severity that goes to Teams.')
@allowed(['informational', 'low', 'medium', 'high'])
param teamsMinimumSeverity string = 'medium'

@description('Address of a generic webhook for alerts. Kept in the vault.')
@secure()
param webhookUrl string = ''

@description('Signs what the generic webhook receives; at least 16 characters. Kept in the vault.')
@secure()
param webhookSecret string = ''

@description('Hosts that the generic webhook may be on, by commas.')
param webhookAllowedHosts string = ''

@description('Client ids whose tokens the API takes beside the dashboard\'s own, by commas.')
param allowedClientIds string = ''

@description('Priority accounts: object ids or user principal names, by commas.')
param priorityUsers string = ''

@description('Groups whose members are priority accounts: object ids, by commas.')
param priorityGroupIds string = ''

@description('Apps that remediation never touches, by commas.')
param protectedAppIds string = ''

@description('Most remediations in an hour.')
@minValue(0)
@maxValue(1000)
param remediationsPerHour int = 10

@description('What is read beside the directory and its audits, by commas: see docs/sources.')
param sources string = 'servicePrincipalSignIns,managedIdentitySignIns'

@description('Workspace of Log Analytics with the tenant\'s Graph activity, for graphActivityLogs: its workspace id.')
param logAnalyticsWorkspaceId string = ''

@description('Subscriptions whose activity is read, for azureActivity, by commas.')
param azureSubscriptionIds string = ''

@description('Days for which events are kept.')
@minValue(7)
@maxValue(730)
param archiveDays int = 90

@description('Days of the directory audit log that the first run reads.')
@minValue(1)
@maxValue(30)
param firstReadDays int = 7

@description('Megabytes of an instance. 512 costs a quarter and is enough up to some ten thousand apps.')
@allowed([512, 2048, 4096])
param instanceMemory int = 2048

@description('Most gigabytes of telemetry in a day.')
param dailyTelemetryGigabytes int = 1

var tags = { 'azd-env-name': environmentName }
var sourceNames = empty(sources) ? [] : map(split(sources, ','), name => trim(name))
var suffix = take(uniqueString(subscription().id, environmentName, location), 8)

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-consentry-${environmentName}'
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  scope: group
  params: { location: location, tags: tags, suffix: suffix }
}

module registration 'modules/registration.bicep' = {
  name: 'registration'
  scope: group
  params: {
    environmentName: environmentName
    hostname: 'func-consentry-core-${suffix}.azurewebsites.net'
    signInPrincipalId: identities.outputs.reader.principalId
  }
}

module consentry 'modules/consentry.bicep' = {
  name: 'consentry'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    apiClientId: registration.outputs.clientId
    reader: identities.outputs.reader
    remediator: identities.outputs.remediator
    allowedClientIds: allowedClientIds
    protectedAppIds: protectedAppIds
    priorityUsers: priorityUsers
    priorityGroupIds: priorityGroupIds
    remediationsPerHour: remediationsPerHour
    firstReadDays: firstReadDays
    sources: sourceNames
    logAnalyticsWorkspaceId: logAnalyticsWorkspaceId
    azureSubscriptionIds: azureSubscriptionIds
    archiveDays: archiveDays
    instanceMemory: instanceMemory
    teamsMinimumSeverity: teamsMinimumSeverity
    webhookAllowedHosts: webhookAllowedHosts
    dailyTelemetryGigabytes: dailyTelemetryGigabytes
    teamsWebhookUrl: teamsWebhookUrl
    teamsUrgentWebhookUrl: teamsUrgentWebhookUrl
    webhookUrl: webhookUrl
    webhookSecret: webhookSecret
  }
}

module graphPermissions 'modules/graph-permissions.bicep' = if (grantGraphPermissions) {
  name: 'graph-permissions'
  scope: group
  params: {
    readerPrincipalId: identities.outputs.reader.principalId
    remediatorPrincipalId: identities.outputs.remediator.principalId
    sources: sourceNames
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output DASHBOARD_URL string = consentry.outputs.dashboardUrl
output API_CLIENT_ID string = registration.outputs.clientId
output READER_PRINCIPAL_ID string = identities.outputs.reader.principalId
output REMEDIATOR_PRINCIPAL_ID string = identities.outputs.remediator.principalId
