// One function app on Flex Consumption, signed in to everything by one identity, with host storage of its own.
import { Identity, Storage } from 'types.bicep'

param name string
param location string
param tags object

@description('Runs the app, pulls its package and signs in to storage.')
param identity Identity

@description('The account of the host: leases, timers, keys and the package.')
param hostStorage Storage

@description('Container of the package in the account of the host.')
param packageContainer string

@description('Client id of the app registration that App Service authentication checks callers against.')
param apiClientId string

@description('Client ids whose tokens are taken, beside the registration\'s own.')
param allowedClientIds array

@description('Whether anybody may reach its HTTP functions. What deploys it (scm) is reached either way.')
param inbound bool

@description('Every setting of the app, beside those of the host.')
@secure()
param settings object

param insightsConnectionString string
param mostInstances int

@description('Megabytes of an instance: 512, 2048 or 4096.')
param instanceMemory int

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  kind: 'functionapp'
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.resourceId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.resourceId
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      ipSecurityRestrictionsDefaultAction: inbound ? 'Allow' : 'Deny'
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostStorage.blobEndpoint}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.resourceId
          }
        }
      }
      runtime: { name: 'python', version: '3.13' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: mostInstances
        // Python apps get one request at a time per instance unless told otherwise.
        triggers: { http: { perInstanceConcurrency: 16 } }
      }
    }
  }
}

resource basicPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [
  for kind in ['ftp', 'scm']: {
    parent: app
    name: kind
    properties: { allow: false }
  }
]

resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, {
    AzureWebJobsStorage__blobServiceUri: hostStorage.blobEndpoint
    AzureWebJobsStorage__queueServiceUri: hostStorage.queueEndpoint
    AzureWebJobsStorage__tableServiceUri: hostStorage.tableEndpoint
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identity.clientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identity.clientId}'
    PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: 'true'
    OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identity.clientId
    // The root is the dashboard's, not the platform's greeting.
    AzureWebJobsDisableHomepage: 'true'
  })
}

resource authentication 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      // The app itself refuses strangers: the liveness route stays open, and browsers are sent to sign in.
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    httpSettings: { requireHttps: true }
    login: { tokenStore: { enabled: false } }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: apiClientId
          // Names a setting that tells which identity takes the place of a client secret.
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [apiClientId]
          defaultAuthorizationPolicy: { allowedApplications: union([apiClientId], allowedClientIds) }
        }
      }
    }
  }
}

output hostname string = app.properties.defaultHostName
