#!/usr/bin/env bash
# A scratch org with everything in it, in one command: the vendor's object, our metadata, permission sets for you.
#
#   scratch-org.sh [alias] [days]        default: file-migration, 7 days; needs a default Dev Hub (sf org login web --set-default-dev-hub)
set -euo pipefail
cd "$(dirname "$0")/../../.."
alias=${1:-file-migration}
days=${2:-7}

sf org create scratch --definition-file config/project-scratch-def.json --alias "$alias" --duration-days "$days" --set-default --wait 15
# the vendor's object first: force-app/document puts fields on it
sf project deploy start --target-org "$alias" --source-dir test/org-metadata --wait 30
sf project deploy start --target-org "$alias" --source-dir force-app/main --wait 30
sf project deploy start --target-org "$alias" --source-dir force-app/document --wait 30
sf org assign permset --target-org "$alias" --name File_Migration_Admin --name File_Migration_User --name File_Migration_Integration
sf apex run test --target-org "$alias" --test-level RunLocalTests --code-coverage --result-format human --wait 15
sf org open --target-org "$alias" --path lightning/n/File_Migration
