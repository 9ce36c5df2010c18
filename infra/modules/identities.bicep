// Two identities: one reads the directory, the other may write to it and does nothing else.
import { Identity } from 'types.bicep'

param location string
param tags object
param suffix string

resource readerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-consentry-reader-${suffix}'
  location: location
  tags: tags
}

resource remediatorIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-consentry-remediator-${suffix}'
  location: location
  tags: tags
}

output reader Identity = {
  resourceId: readerIdentity.id
  clientId: readerIdentity.properties.clientId
  principalId: readerIdentity.properties.principalId
}

output remediator Identity = {
  resourceId: remediatorIdentity.id
  clientId: remediatorIdentity.properties.clientId
  principalId: remediatorIdentity.properties.principalId
}
