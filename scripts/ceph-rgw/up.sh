#!/usr/bin/env bash
# Starts a Ceph RGW of one's own on loopback (mon, osd and radosgw of Debian 12; no cephadm, no systemd): the
# independent S3 that the object store's conformance suite and the benchmarks run against. See README.md.
#   CEPH_DIR    folder of data, logs and the env file   (default: file-migration-rgw under the temp folder)
#   CEPH_STORE  memstore | bluestore                    (default memstore: in RAM, gone when stopped)
#   CEPH_SIZE   bytes of the store                      (default 4 GiB; taken as it fills)
#   RGW_PORT    port of S3                              (default 7480)
#   MON_PORT    port of the monitor                     (default 13300)
set -euo pipefail

CEPH_DIR=${CEPH_DIR:-${TMPDIR:-/tmp}/file-migration-rgw}
CEPH_STORE=${CEPH_STORE:-memstore}
CEPH_SIZE=${CEPH_SIZE:-4294967296}
RGW_PORT=${RGW_PORT:-7480}
MON_PORT=${MON_PORT:-13300}
ADDRESS=127.0.0.1
CONF=$CEPH_DIR/ceph.conf
KEYRING=$CEPH_DIR/keyring

say() { echo "rgw: $*" >&2; }

install_packages() {
  if command -v radosgw && command -v ceph-mon && command -v ceph-osd && command -v ceph && command -v curl; then return; fi >/dev/null
  if [ "$(id -u)" != 0 ]; then
    say 'Ceph is not installed and only root can install it: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common curl'
    exit 1
  fi
  say 'installing Ceph'
  apt-get update -qq
  # without recommends: no manager modules, no dashboards
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=400 install -y -qq --no-install-recommends \
    ceph-mon ceph-osd radosgw ceph-common curl >&2
}

write_config() {
  mkdir -p "$CEPH_DIR"/{mon,osd,run,log,crash,rgw}
  [ ! -f "$CONF" ] || return 0
  cat >"$CONF.new" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = [v2:$ADDRESS:$MON_PORT]
# cephx, because radosgw 16.2 gets EACCES from its first request to a monitor without authentication
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
keyring = $KEYRING
client mount timeout = 30
rados mon op timeout = 30
public addr = $ADDRESS
cluster addr = $ADDRESS
ms bind ipv6 = false
run dir = $CEPH_DIR/run
pid file = $CEPH_DIR/run/\$name.pid
admin socket = $CEPH_DIR/run/\$name.\$pid.asok
log file = $CEPH_DIR/log/\$name.log
crash dir = $CEPH_DIR/crash
log to syslog = false
err to syslog = false
debug ms = 0
# one osd, one copy
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon warn on pool no redundancy = false

[mon.a]
mon data = $CEPH_DIR/mon/a
mon data avail warn = 2
mon data avail crit = 1
public addr = [v2:$ADDRESS:$MON_PORT]

[osd]
osd data = $CEPH_DIR/osd/\$id
osd objectstore = $CEPH_STORE
osd memory target = 1073741824
bluestore block create = true
bluestore block size = $CEPH_SIZE
bluestore fsck on mount = false
memstore device bytes = $CEPH_SIZE
osd class default list = *
osd class load list = *

[client]
# without tcp_nodelay every answer waits about 40 ms for the client's delayed ACK
rgw frontends = beast endpoint=$ADDRESS:$RGW_PORT tcp_nodelay=1
debug rgw = 0/0
rgw enable usage log = false
rgw override bucket index max shards = 1
rgw data = $CEPH_DIR/rgw
CONF
  mv "$CONF.new" "$CONF"
}

# Whether the daemon's pid file names a running process of this very cluster.
alive() {
  local pid
  pid=$(cat "$CEPH_DIR/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] && [ -r "/proc/$pid/cmdline" ] &&
    tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$CONF"
}

# Tries a command four times a second: wait_for SECONDS COMMAND…
wait_for() {
  local tries=$(($1 * 4))
  shift
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { say "gave up waiting for: $* (logs: $CEPH_DIR/log)"; exit 1; }
    sleep 0.25
  done
}

# A daemon that cannot bind dies silently, and whoever holds the port would be taken for it.
require_free_port() {
  if (exec 3<>"/dev/tcp/$ADDRESS/$1") 2>/dev/null; then
    say "port $1 is taken by another process; choose one with $2"
    exit 1
  fi
}

ask_monitor() { timeout 5 ceph -c "$CONF" --connect-timeout 4 "$@"; }
osd_is_up() { ask_monitor osd stat | grep -q '1 up'; }

start_monitor() {
  if [ ! -d "$CEPH_DIR/mon/a/store.db" ]; then
    say 'making the monitor'
    monmaptool --create --clobber --fsid "$(sed -n 's/^fsid = //p' "$CONF")" \
      --addv a "[v2:$ADDRESS:$MON_PORT]" "$CEPH_DIR/monmap" >/dev/null
    ceph-authtool --create-keyring "$KEYRING" --gen-key -n mon. --cap mon 'allow *' >/dev/null
    ceph-authtool "$KEYRING" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
    ceph-authtool "$KEYRING" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd' >/dev/null
    ceph-authtool "$KEYRING" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx' --cap mgr 'allow rw' >/dev/null
    chmod 600 "$KEYRING"
    ceph-mon -c "$CONF" --mkfs -i a --monmap "$CEPH_DIR/monmap" --keyring "$KEYRING"
  fi
  if ! alive mon.a; then
    require_free_port "$MON_PORT" MON_PORT
    ceph-mon -c "$CONF" -i a
  fi
  wait_for 60 ask_monitor mon stat
}

start_osd() {
  if [ ! -f "$CEPH_DIR/osd/0/made" ]; then
    say "making the osd ($CEPH_STORE)"
    rm -rf "$CEPH_DIR/osd/0"
    mkdir -p "$CEPH_DIR/osd/0"
    local uuid
    uuid=$(cat /proc/sys/kernel/random/uuid)
    ask_monitor osd new "$uuid" 0 >/dev/null
    ceph-osd -c "$CONF" -i 0 --mkfs --osd-uuid "$uuid" >>"$CEPH_DIR/log/mkfs.log" 2>&1
    touch "$CEPH_DIR/osd/0/made"
  fi
  alive osd.0 || ceph-osd -c "$CONF" -i 0 >>"$CEPH_DIR/log/mkfs.log" 2>&1
  wait_for 60 osd_is_up
}

gateway_answers() { alive client.rgw && curl -fsS -o /dev/null "http://$ADDRESS:$RGW_PORT/"; }

start_gateway() {
  if ! alive client.rgw; then
    require_free_port "$RGW_PORT" RGW_PORT
    say 'starting the gateway'
    radosgw -c "$CONF" -n client.rgw
  fi
  wait_for 120 gateway_answers
}

# Two users, because what one may not see of the other's is part of the suite.
make_user() {
  radosgw-admin -c "$CONF" -n client.rgw user info --uid="$1" >/dev/null 2>&1 ||
    radosgw-admin -c "$CONF" -n client.rgw user create --uid="$1" --display-name="$1" \
      --access-key="$2" --secret-key="$3" --max-buckets=0 >/dev/null
}

# a store in memory that was stopped lost its contents, but the monitor still believes in them: begin anew
if [ -f "$CONF" ] && grep -q '^osd objectstore = memstore' "$CONF" && ! alive osd.0; then
  "$(dirname "$0")/down.sh" --wipe
fi
install_packages
write_config
start_monitor
start_osd
start_gateway
make_user migrator rgwmigratoraccess001 rgw-migrator-no-secret-0123456789abcdef0
make_user stranger rgwstrangeraccess001 rgw-stranger-no-secret-0123456789abcdef0
cat >"$CEPH_DIR/env" <<ENV
S3_CONFORMANCE_ENDPOINT=http://$ADDRESS:$RGW_PORT
S3_CONFORMANCE_REGION=us-east-1
S3_CONFORMANCE_ACCESS_KEY_ID=rgwmigratoraccess001
S3_CONFORMANCE_SECRET_ACCESS_KEY=rgw-migrator-no-secret-0123456789abcdef0
S3_CONFORMANCE_STRANGER_ACCESS_KEY_ID=rgwstrangeraccess001
S3_CONFORMANCE_STRANGER_SECRET_ACCESS_KEY=rgw-stranger-no-secret-0123456789abcdef0
ENV
cat "$CEPH_DIR/env"
