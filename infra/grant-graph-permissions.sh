#!/bin/sh
# Grants the two identities their Graph permissions by Azure CLI, as modules/graph-permissions.bicep does.
#
#   grant-graph-permissions.sh READER_PRINCIPAL_ID REMEDIATOR_PRINCIPAL_ID
#
# Both ids are outputs of the deployment. Needs `az login` as Global Administrator or Privileged Role Administrator.
# May be run again: what is granted already is left as it is.
set -eu

if [ $# -ne 2 ]; then
  echo "usage: $0 READER_PRINCIPAL_ID REMEDIATOR_PRINCIPAL_ID" >&2
  exit 2
fi
reader=$1
remediator=$2

graph=$(az ad sp show --id 00000003-0000-0000-c000-000000000000 --query id --output tsv)

# grant PRINCIPAL_ID ROLE_ID NAME
grant() {
  held=$(az rest --method GET --query "value[?appRoleId=='$2'] | [0].id" --output tsv \
    --url "https://graph.microsoft.com/v1.0/servicePrincipals/$1/appRoleAssignments?\$top=999")
  if [ -n "$held" ]; then
    echo "$3: granted already"
    return
  fi
  az rest --method POST --output none \
    --url "https://graph.microsoft.com/v1.0/servicePrincipals/$graph/appRoleAssignedTo" \
    --body "{\"principalId\": \"$1\", \"resourceId\": \"$graph\", \"appRoleId\": \"$2\"}"
  echo "$3: granted"
}

grant "$reader" 9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30 Application.Read.All
grant "$reader" 7ab1d382-f21e-4acd-a863-ba3e13f7da61 Directory.Read.All
grant "$reader" b0afded3-3588-46d8-8b3d-9842eff778da AuditLog.Read.All
grant "$remediator" 1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9 Application.ReadWrite.All
grant "$remediator" 7ab1d382-f21e-4acd-a863-ba3e13f7da61 Directory.Read.All
