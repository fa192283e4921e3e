#!/usr/bin/env bash
# Boots a Debian from debootstrap with systemd in a container, installs the package there, and
# starts its unit: kith-image converts a picture, a backup is written, kith doctor runs, the server
# restarts after a kill, and exits when it is stopped.
# Needs root, debootstrap, systemd-container and a package.
# Usage: tools/prove_unit.sh FOLDER kith_VERSION_amd64.deb   (delete the folder afterwards)
set -euo pipefail
root=$(realpath -m "${1:?usage: tools/prove_unit.sh FOLDER PACKAGE}")
package=${2:?usage: tools/prove_unit.sh FOLDER PACKAGE}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

if [ ! -e "$root/etc/debian_version" ]; then
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,curl,ca-certificates,python3 \
    bookworm "$root" "$mirror"
fi
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp "$package" "$root/root/kith.deb"
chroot "$root" apt-get update -qq
DEBIAN_FRONTEND=noninteractive chroot "$root" \
  apt-get install -y -qq --no-install-recommends --reinstall /root/kith.deb
rm -rf "$root"/var/lib/kith/* "$root/var/lib/kith-started" "$root/root/probe.log"  # of an older run
chroot "$root" systemd-analyze verify kith.service

cat >"$root/root/probe" <<'TXT'
#!/bin/bash
# Runs in the container. Writes "proved" at the end of probe.log; otherwise the log shows where it
# stopped.
exec >/root/probe.log 2>&1
trap 'systemctl poweroff' EXIT
set -e
shopt -s inherit_errexit
api=http://127.0.0.1:8080/api/v1
ready() { for _ in {1..40}; do kith healthcheck && return; sleep 0.25; done; kith healthcheck; }
grep -q '^KITH_DATA_DIR=/var/lib/kith$' /etc/kith/kith.env
echo 'KITH_VERIFY_EMAIL=off' >>/etc/kith/kith.env
here="runuser -u kith -- kith"
systemctl start kith
ready
login='"email":"ada@example.org","password":"a long passphrase of mine"'
json='Content-Type: application/json'
curl -fsS -H "$json" -d "{\"username\":\"Ada\",$login}" $api/auth/signup >/dev/null
token=$(curl -fsS -H "$json" -d "{$login}" $api/auth/login |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
python3 -c '
import struct, sys, zlib
def part(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n"
    + part(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0))
    + part(b"IDAT", zlib.compress((b"\0" + b"\x20\x80\xc0" * 64) * 64)) + part(b"IEND", b""))
' >/root/picture.png
curl -fsS -X PUT -H "Authorization: Bearer $token" -H 'Content-Type: image/png' \
  --data-binary @/root/picture.png $api/users/me/avatar
$here backup /var/lib/kith/proof.tar.zst
$here doctor
systemctl reload kith
sleep 1
ready
kill -9 "$(systemctl show -p MainPID --value kith)"
sleep 2
ready
grep -E 'VmRSS|CapEff|Seccomp:' "/proc/$(systemctl show -p MainPID --value kith)/status"
systemctl stop kith
test "$(systemctl show -p Result --value kith)" = success
mv /var/lib/kith/kith.db /root/  # as if a disk were not mounted
if systemctl start kith && sleep 2 && kith healthcheck; then exit 1; fi
systemctl stop kith
mv /root/kith.db /var/lib/kith/
systemctl reset-failed kith
systemctl start kith
ready
systemctl stop kith
journalctl -u kith --no-pager -o cat | tail -12
echo proved
TXT
chmod +x "$root/root/probe"
cat >"$root/etc/systemd/system/probe.service" <<'TXT'
[Service]
ExecStart=/root/probe
[Install]
WantedBy=multi-user.target
TXT
chroot "$root" systemctl enable -q probe
timeout 120 systemd-nspawn -D "$root" --register=no --keep-unit --boot --quiet >/dev/null || true
cat "$root/root/probe.log"
grep -qx proved "$root/root/probe.log"
