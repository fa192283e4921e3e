#!/usr/bin/env bash
# Runs `./dev run` and then `./dev test` in a minimal Debian 12 (debootstrap --variant=minbase) with
# only git and a clone of the committed state. Needs root and debootstrap.
# Usage: tools/prove_bare.sh FOLDER   (created if missing; delete it afterwards)
set -euo pipefail
root=$(realpath -m "${1:?usage: tools/prove_bare.sh FOLDER}")
source=$(cd "$(dirname "$0")/.." && pwd)
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

if [ ! -e "$root/etc/debian_version" ]; then
  debootstrap --variant=minbase --include=git,ca-certificates bookworm "$root" "$mirror"
fi
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev" || mount --rbind /dev "$root/dev"
trap 'umount "$root/proc"; umount -R -l "$root/dev"' EXIT
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
rm -rf "$root/kith"
git clone -q "$source" "$root/kith"

inside() {
  env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "${passed[@]}" chroot "$root" "$@"
}
# Settings for reaching package servers belong to the machine, not to the project.
cp -L /etc/ssl/certs/ca-certificates.crt "$root/tmp/machine-ca.crt"
passed=(NODE_EXTRA_CA_CERTS=/tmp/machine-ca.crt)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [ -z "${!name:-}" ] || passed+=("$name=${!name}")
done

cat >"$root/tmp/run.sh" <<'TXT'
cd /kith
./dev run --listen 127.0.0.1:18080 &
until build/release/kith healthcheck --listen 127.0.0.1:18080 2>/dev/null; do
  sleep 1
  kill -0 $! || exit 1
done
kill $!
wait $!
TXT
time inside bash /tmp/run.sh
time inside bash -c 'cd /kith && ./dev test'
