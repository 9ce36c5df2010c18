// What modules hand each other.

@export()
@description('A user-assigned identity.')
type Identity = {
  resourceId: string
  clientId: string
  principalId: string
}

@export()
@description('What a function app needs of a storage account.')
type Storage = {
  name: string
  blobEndpoint: string
  queueEndpoint: string
  tableEndpoint: string
}
