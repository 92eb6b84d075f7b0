#!/usr/bin/env bash
# Validates and deploys the Salesforce side with the sf CLI.
#
#   deploy.sh validate <org> [source folder …]   checks in the org, runs our Apex tests, deploys nothing; prints the job id
#   deploy.sh quick <org> <job id>                deploys what was validated, without running the tests again
#   deploy.sh start <org> [source folder …]       both at once, for scratch orgs and sandboxes
#
# Without folders: force-app/main and force-app/document. For other object or field names render force-app/document first
# (render-document.ts) and name the rendered folder here. test/org-metadata is never deployed by this script.
set -euo pipefail
cd "$(dirname "$0")/../../.."

usage() { sed -n '2,10p' scripts/salesforce/org/deploy.sh | sed 's/^# \{0,1\}//' >&2; exit 2; }
[ $# -ge 2 ] || usage
action=$1 org=$2
shift 2

tests=(FileMigrationStatusControllerTest FileMigrationLinkSettingsTest FileMigrationOpenControllerTest)

folders() {
  [ $# -gt 0 ] || set -- force-app/main force-app/document
  local folder
  for folder in "$@"; do
    [ "$folder" != test/org-metadata ] || { echo 'test/org-metadata is for scratch orgs: the org has its own document object.' >&2; exit 2; }
    printf -- '--source-dir\n%s\n' "$folder"
  done
}

case $action in
  validate)
    mapfile -t sources < <(folders "$@")
    sf project deploy validate --target-org "$org" "${sources[@]}" \
      --test-level RunSpecifiedTests $(printf -- '--tests %s ' "${tests[@]}") --wait 60 --json |
      node -e 'const answer = JSON.parse(require("fs").readFileSync(0, "utf8"));
        if (answer.status !== 0) { console.error(JSON.stringify(answer.result?.details?.componentFailures ?? answer.message, null, 2)); process.exit(1); }
        console.log(answer.result.id);'
    ;;
  quick)
    [ $# -eq 1 ] || usage
    sf project deploy quick --target-org "$org" --job-id "$1" --wait 60
    ;;
  start)
    mapfile -t sources < <(folders "$@")
    sf project deploy start --target-org "$org" "${sources[@]}" \
      --test-level RunSpecifiedTests $(printf -- '--tests %s ' "${tests[@]}") --wait 60
    ;;
  *) usage ;;
esac
