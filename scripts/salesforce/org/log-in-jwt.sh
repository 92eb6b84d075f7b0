#!/usr/bin/env bash
# Signs a pipeline in by JWT. The key comes from the environment, lives in memory-backed or temporary storage for as long
# as this script runs, and is never printed.
#
#   SF_JWT_KEY  SF_CLIENT_ID  SF_USERNAME  SF_LOGIN_URL  log-in-jwt.sh <alias>
set -euo pipefail
: "${SF_JWT_KEY:?}" "${SF_CLIENT_ID:?}" "${SF_USERNAME:?}" "${SF_LOGIN_URL:=https://login.salesforce.com}"
umask 077
folder=$(mktemp -d "${XDG_RUNTIME_DIR:-/dev/shm}/jwt.XXXXXX" 2>/dev/null || mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '%s\n' "$SF_JWT_KEY" >"$folder/key.pem"
sf org login jwt --username "$SF_USERNAME" --client-id "$SF_CLIENT_ID" --jwt-key-file "$folder/key.pem" \
  --instance-url "$SF_LOGIN_URL" --alias "$1" >/dev/null
echo "Signed in as $SF_USERNAME ($1)."
