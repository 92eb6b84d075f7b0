#!/usr/bin/env bash
# The suite three times in a row while four processes keep every core busy (Debian: stress-ng). `npm run test:busy`
set -euo pipefail
cd "$(dirname "$0")/.."
command -v stress-ng >/dev/null || { echo 'test:busy needs stress-ng (Debian: stress-ng).' >&2; exit 2; }
npm run -s build
stress-ng --cpu 4 --quiet &
trap 'kill %1' EXIT
for _ in 1 2 3; do npm run -s unit; done
