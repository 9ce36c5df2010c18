// Addresses that carry signatures. Only the core app reads them; the outputs are references, never values.

@maxLength(24)
param name string
param location string
param tags object

@description('Principal id that reads the secrets.')
param reader string

@secure()
param teamsWebhookUrl string
@secure()
param teamsUrgentWebhookUrl string
@secure()
param webhookUrl string
@secure()
param webhookSecret string

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
  }
}

resource teamsSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(teamsWebhookUrl)) {
  parent: vault
  name: 'teams-webhook-url'
  properties: { value: teamsWebhookUrl }
}

resource teamsUrgentSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(teamsUrgentWebhookUrl)) {
  parent: vault
  name: 'teams-urgent-webhook-url'
  properties: { value: teamsUrgentWebhookUrl }
}

resource webhookUrlSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(webhookUrl)) {
  parent: vault
  name: 'webhook-url'
  properties: { value: webhookUrl }
}

resource webhookSecretSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(webhookSecret)) {
  parent: vault
  name: 'webhook-secret'
  properties: { value: webhookSecret }
}

resource secretsReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, reader, secretsUser)
  properties: {
    principalId: reader
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

var reference = '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/'

output settings object = {
  TEAMS_WEBHOOK_URL: empty(teamsWebhookUrl) ? '' : '${reference}teams-webhook-url)'
  TEAMS_URGENT_WEBHOOK_URL: empty(teamsUrgentWebhookUrl) ? '' : '${reference}teams-urgent-webhook-url)'
  WEBHOOK_URL: empty(webhookUrl) ? '' : '${reference}webhook-url)'
  WEBHOOK_SECRET: empty(webhookSecret) ? '' : '${reference}webhook-secret)'
}
