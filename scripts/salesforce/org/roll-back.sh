#!/usr/bin/env bash
# Takes the Salesforce side out of an org again, by destructive changes.
#
#   roll-back.sh main <org>        the status panel, its objects and what was published
#   roll-back.sh document <org>    the part on the document object; refused while one document holds a file key
#   … [--dry-run]                  validates only
#
# The fields on the document object are what every switched document opens by, so they go only when no document needs
# them: roll back the links first (sf migrate files rollback), then clear the keys.
set -euo pipefail
cd "$(dirname "$0")/../../.."
usage() { sed -n '2,9p' scripts/salesforce/org/roll-back.sh | sed 's/^# \{0,1\}//' >&2; exit 2; }
[ $# -ge 2 ] || usage
part=$1 org=$2
shift 2
object=${FILE_MIGRATION_OBJECT:-DocListEntry__c}
key=${FILE_MIGRATION_KEY_FIELD:-File_Key__c}

case $part in
  main) source=force-app/main ;;
  document)
    source=${FILE_MIGRATION_DOCUMENT_SOURCE:-force-app/document}
    # deleted records count: undeleting one would bring its link back
    filled=$(sf data query --target-org "$org" --all-rows --json --query "SELECT COUNT(Id) filled FROM $object WHERE $key != null" |
      node -e 'const { result } = JSON.parse(require("fs").readFileSync(0, "utf8")); console.log(result.records[0].filled);')
    if [ "$filled" != 0 ]; then
      if [ "$filled" = 1 ]; then hold='document holds' its='its link'; else hold='documents hold' its='their links'; fi
      echo "$filled $hold a file key: $its and mailed links open by it. Nothing was removed." >&2
      exit 70
    fi
    ;;
  *) usage ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sf project generate manifest --source-dir "$source" --name destructiveChanges --type destroy --output-dir "$work" >/dev/null 2>&1 ||
  sf project generate manifest --source-dir "$source" --name "$work/destructiveChanges.xml"
cat >"$work/package.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Package xmlns="http://soap.sforce.com/2006/04/metadata">
    <version>67.0</version>
</Package>
XML
if [ "$part" = document ]; then
  # the customer's own object stays, whatever the manifest of our fields on it says
  sed -i "/<members>$object<\/members>/d" "$work/destructiveChanges.xml"
fi
sf project deploy start --target-org "$org" --manifest "$work/package.xml" \
  --post-destructive-changes "$work/destructiveChanges.xml" --wait 60 "$@"
