#!/bin/sh
# Grants the two identities their permissions by Azure CLI, as modules/graph-permissions.bicep does.
#
#   grant-graph-permissions.sh READER_PRINCIPAL_ID REMEDIATOR_PRINCIPAL_ID [SOURCES]
#
# Both ids are outputs of the deployment; SOURCES is its parameter of that name: sources by commas, some of which need a
# permission of their own. Needs `az login` as Global Administrator or Privileged Role Administrator.
# May be run again: what is granted already is left as it is.
set -eu

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  echo "usage: $0 READER_PRINCIPAL_ID REMEDIATOR_PRINCIPAL_ID [SOURCES]" >&2
  exit 2
fi
reader=$1
remediator=$2
sources=",$(printf '%s' "${3:-}" | tr -d ' '),"

graph=$(az ad sp show --id 00000003-0000-0000-c000-000000000000 --query id --output tsv)
api=$graph

# grant PRINCIPAL_ID ROLE_ID NAME
grant() {
  held=$(az rest --method GET --query "value[?appRoleId=='$2'] | [0].id" --output tsv \
    --url "https://graph.microsoft.com/v1.0/servicePrincipals/$1/appRoleAssignments?\$top=999")
  if [ -n "$held" ]; then
    echo "$3: granted already"
    return
  fi
  az rest --method POST --output none \
    --url "https://graph.microsoft.com/v1.0/servicePrincipals/$api/appRoleAssignedTo" \
    --body "{\"principalId\": \"$1\", \"resourceId\": \"$api\", \"appRoleId\": \"$2\"}"
  echo "$3: granted"
}

# any SOURCE...: whether one of them is switched on
any() {
  for source in "$@"; do
    case $sources in *",$source,"*) return 0 ;; esac
  done
  return 1
}

grant "$reader" 9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30 Application.Read.All
grant "$reader" 7ab1d382-f21e-4acd-a863-ba3e13f7da61 Directory.Read.All
grant "$reader" b0afded3-3588-46d8-8b3d-9842eff778da AuditLog.Read.All
if any graphActivity cloudAppEvents oauthAppInfo; then
  grant "$reader" dd98c7f5-2d42-42d3-a0e4-633161547251 ThreatHunting.Read.All
fi
if any auditSearch; then
  grant "$reader" 5e1e9171-754d-478c-812c-f1755a9a4c2d AuditLogsQuery.Read.All
fi
if any riskyServicePrincipals; then
  grant "$reader" 607c7344-0eed-41e5-823a-9695ebe1b7b0 IdentityRiskyServicePrincipal.Read.All
fi
if any riskDetections; then
  grant "$reader" 6e472fd1-ad78-48da-a0f0-97ab2c6b769e IdentityRiskEvent.Read.All
fi
if any defenderAlerts; then
  grant "$reader" 472e4a4d-bb4a-4026-98d1-0b0d74cb74a5 SecurityAlert.Read.All
fi
grant "$remediator" 1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9 Application.ReadWrite.All
grant "$remediator" 7ab1d382-f21e-4acd-a863-ba3e13f7da61 Directory.Read.All
if any exchangeAudits sharePointAudits generalAudits entraAudits; then
  # Of another API: the Office 365 Management APIs.
  api=$(az ad sp show --id c5393580-f805-4401-95e8-94b7a6ef2fc2 --query id --output tsv)
  grant "$reader" 594c1fb6-4f81-4475-ae41-0c394909246c ActivityFeed.Read
fi
