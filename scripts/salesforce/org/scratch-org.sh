#!/usr/bin/env bash
# A scratch org with everything in it, in one command: the vendor's object, our metadata, permission sets for you.
#
#   scratch-org.sh [alias] [days]        default: file-migration, 7 days; needs a default Dev Hub (sf org login web --set-default-dev-hub)
set -euo pipefail
cd "$(dirname "$0")/../../.."
alias=${1:-file-migration}
days=${2:-7}
deploy() { node --conditions=@file-migration/source scripts/salesforce/org/deploy.ts "$@"; }

sf org create scratch --definition-file config/project-scratch-def.json --alias "$alias" --duration-days "$days" --set-default --wait 15
# the vendor's object first: force-app/document puts fields on it
sf project deploy start --target-org "$alias" --source-dir test/org-metadata --wait 30
# with our Apex tests, before anybody holds a permission set: the guard holds up the integration user only
deploy start --target-org "$alias"
sf org assign permset --target-org "$alias" --name File_Migration_Admin --name File_Migration_User
sf org open --target-org "$alias" --path lightning/n/File_Migration
cat <<TEXT
The integration user is a user of its own: create one and assign File_Migration_Integration to it.
The External Client App is optional here, and scratch orgs may refuse it:
  npm run deploy:salesforce -- app --target-org $alias --config-file migration.json --contact-email you@your-company
TEXT
