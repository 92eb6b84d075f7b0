#!/usr/bin/env bash
# Stops the daemons that up.sh started, known by their pid files and checked against their command lines.
#   --wipe      removes the data as well
#   CEPH_DIR    as for up.sh
set -u

CEPH_DIR=${CEPH_DIR:-${TMPDIR:-/tmp}/file-migration-rgw}

stop() {
  local file=$CEPH_DIR/run/$1.pid pid
  [ -s "$file" ] || return 0
  pid=$(cat "$file")
  if [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$CEPH_DIR/ceph.conf"; then
    kill -TERM "$pid"
    for _ in $(seq 1 80); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.25
    done
    kill -KILL "$pid" 2>/dev/null
    echo "rgw: stopped $1 ($pid)" >&2
  fi
  rm -f "$file"
}

for name in client.rgw osd.0 mon.a; do stop "$name"; done
rm -f "$CEPH_DIR/env"
# only a folder that up.sh made
if [ "${1:-}" = --wipe ] && [ -f "$CEPH_DIR/ceph.conf" ]; then rm -rf "$CEPH_DIR"; fi
exit 0
