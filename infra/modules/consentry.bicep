// Everything in the resource group: storage, telemetry, the vault and the two function apps.
import { Identity } from 'types.bicep'

param location string
param tags object
param suffix string
param apiClientId string
param reader Identity
param remediator Identity
param allowedClientIds string
param protectedAppIds string
param priorityUsers string
param priorityGroupIds string
param remediationsPerHour int
param firstReadDays int
param sources string[]
param logAnalyticsWorkspaceId string
param azureSubscriptionIds string
param archiveDays int
param instanceMemory int
param teamsMinimumSeverity string
param webhookAllowedHosts string
param dailyTelemetryGigabytes int

@secure()
param teamsWebhookUrl string
@secure()
param teamsUrgentWebhookUrl string
@secure()
param webhookUrl string
@secure()
param webhookSecret string

var packageContainer = 'package'
var functions = loadJsonContent('../functions.json')
// The platform's own switch: each app runs its part of the one package.
var disabledInCore = toObject(functions.remediator, name => 'AzureWebJobs.${name}.Disabled', name => 'true')
// Each timer costs a second of an instance at every tick: those of sources that are off do not run.
var idleTimers = filter(items(loadJsonContent('../sources.json').timers), one => empty(intersection(one.value, sources)))
var disabledByChoice = toObject(idleTimers, one => 'AzureWebJobs.${one.key}.Disabled', one => 'true')
var disabledInRemediator = toObject(functions.core, name => 'AzureWebJobs.${name}.Disabled', name => 'true')

module data 'storage.bicep' = {
  name: 'data-storage'
  params: {
    name: 'stconsentry${suffix}'
    location: location
    tags: tags
    users: [reader.principalId, remediator.principalId]
  }
}

module coreHost 'storage.bicep' = {
  name: 'core-host-storage'
  params: {
    name: 'stconsentrycore${suffix}'
    location: location
    tags: tags
    users: [reader.principalId]
    owners: [reader.principalId]
    containers: [packageContainer]
  }
}

module remediatorHost 'storage.bicep' = {
  name: 'remediator-host-storage'
  params: {
    name: 'stconsentryrem${suffix}'
    location: location
    tags: tags
    users: [remediator.principalId]
    owners: [remediator.principalId]
    containers: [packageContainer]
  }
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    tags: tags
    suffix: suffix
    dailyTelemetryGigabytes: dailyTelemetryGigabytes
    senders: [reader.principalId, remediator.principalId]
  }
}

module vault 'vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-consentry-${suffix}'
    location: location
    tags: tags
    reader: reader.principalId
    teamsWebhookUrl: teamsWebhookUrl
    teamsUrgentWebhookUrl: teamsUrgentWebhookUrl
    webhookUrl: webhookUrl
    webhookSecret: webhookSecret
  }
}

var coreName = 'func-consentry-core-${suffix}'
var dashboardUrl = 'https://${coreName}.azurewebsites.net'
// Both apps read these: the remediator checks every guard again by its own settings.
var sharedSettings = {
  DataStorage__tableServiceUri: data.outputs.account.tableEndpoint
  DataStorage__queueServiceUri: data.outputs.account.queueEndpoint
  DataStorage__blobServiceUri: data.outputs.account.blobEndpoint
  DataStorage__credential: 'managedidentity'
  TENANT_ID: tenant().tenantId
  API_CLIENT_ID: apiClientId
  AUTHORITY: environment().authentication.loginEndpoint
  ALLOWED_CLIENT_IDS: allowedClientIds
  DASHBOARD_URL: dashboardUrl
  REMEDIATOR_CLIENT_ID: remediator.clientId
  PROTECTED_APP_IDS: protectedAppIds
  REMEDIATIONS_PER_HOUR: string(remediationsPerHour)
  GRAPH_ENDPOINT: 'https://graph.microsoft.com'
  READER_CLIENT_ID: reader.clientId
}

module core 'function-app.bicep' = {
  name: 'core'
  params: {
    name: coreName
    location: location
    tags: union(tags, { 'azd-service-name': 'core' })
    identity: reader
    hostStorage: coreHost.outputs.account
    packageContainer: packageContainer
    apiClientId: apiClientId
    allowedClientIds: empty(allowedClientIds) ? [] : map(split(allowedClientIds, ','), id => trim(id))
    inbound: true
    insightsConnectionString: monitoring.outputs.connectionString
    mostInstances: 40
    instanceMemory: instanceMemory
    settings: union(sharedSettings, vault.outputs.settings, disabledInCore, disabledByChoice, {
      DataStorage__clientId: reader.clientId
      FIRST_READ_DAYS: string(firstReadDays)
      SOURCES: join(sources, ',')
      OFFICE_ENDPOINT: 'https://manage.office.com'
      LOG_ANALYTICS_ENDPOINT: 'https://api.loganalytics.io'
      LOG_ANALYTICS_WORKSPACE_ID: logAnalyticsWorkspaceId
      AZURE_ENDPOINT: environment().resourceManager
      AZURE_SUBSCRIPTION_IDS: azureSubscriptionIds
      ARCHIVE_DAYS: string(archiveDays)
      PRIORITY_USERS: priorityUsers
      PRIORITY_GROUP_IDS: priorityGroupIds
      TEAMS_ALLOWED_HOSTS: '.logic.azure.com,.environment.api.powerplatform.com'
      TEAMS_MINIMUM_SEVERITY: teamsMinimumSeverity
      WEBHOOK_ALLOWED_HOSTS: webhookAllowedHosts
      WEBHOOK_MINIMUM_SEVERITY: 'low'
    })
  }
}

module remediatorApp 'function-app.bicep' = {
  name: 'remediator'
  params: {
    name: 'func-consentry-remediator-${suffix}'
    location: location
    tags: union(tags, { 'azd-service-name': 'remediator' })
    identity: remediator
    hostStorage: remediatorHost.outputs.account
    packageContainer: packageContainer
    apiClientId: apiClientId
    allowedClientIds: []
    inbound: false
    insightsConnectionString: monitoring.outputs.connectionString
    mostInstances: 40
    instanceMemory: instanceMemory
    settings: union(sharedSettings, disabledInRemediator, { DataStorage__clientId: remediator.clientId })
  }
}

output dashboardUrl string = dashboardUrl
