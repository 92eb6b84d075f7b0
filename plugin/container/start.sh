#!/bin/sh
# Writes what the environment holds where the commands look for it, and runs one: start.sh worker --idle-exit 10
set -eu
umask 077
if [ -n "${MIGRATION_JSON:-}" ]; then printf '%s\n' "$MIGRATION_JSON" > migration.json; fi
if [ -n "${SFDX_AUTH_URL:-}" ]; then
  # from standard input: what stands in a process list or a file can be read
  printf '%s' "$SFDX_AUTH_URL" | sf org login sfdx-url --sfdx-url-stdin - --set-default > /dev/null
fi
unset MIGRATION_JSON SFDX_AUTH_URL
exec sf-migrate-files migrate files "$@"
