#!/usr/bin/env bash
# Builds the Dockerfile of what is committed here, with no engine and no registry: buildah in a
# chroot, on a Debian of debootstrap's in the place of debian:bookworm-slim. Then serves from the
# image as its user until its own health check is content, and tells the image's size.
# Needs root, buildah and debootstrap.  Usage: tools/prove_image.sh FOLDER   (delete it afterwards)
set -euo pipefail
folder=$(realpath -m "${1:?usage: tools/prove_image.sh FOLDER}")
source=$(cd "$(dirname "$0")/.." && pwd)
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
export BUILDAH_ISOLATION=chroot

images() { buildah --root "$folder/images" --runroot "$folder/run" --storage-driver vfs "$@"; }

mkdir -p "$folder"
if [ ! -e "$folder/debian/etc/debian_version" ]; then
  debootstrap --variant=minbase bookworm "$folder/debian" "$mirror"
fi
rm -rf "$folder/kith"
git clone -q "$source" "$folder/kith"

if ! images inspect --type image docker.io/library/debian:bookworm-slim >/dev/null 2>&1; then
  # As the official image is without what only people read.
  rm -rf "$folder/debian"/usr/share/{doc,info,locale,man}/* "$folder"/debian/var/{cache,lib}/apt/*/*
  printf 'path-exclude /usr/share/%s/*\n' doc info locale man \
    >"$folder/debian/etc/dpkg/dpkg.cfg.d/slim"
  base=$(images from scratch)
  images copy -q "$base" "$folder/debian" /
  # What a machine needs to reach its package servers is the machine's, not the project's.
  images copy -q "$base" /etc/ssl/certs/ca-certificates.crt /machine-ca.crt
  images config --env NODE_EXTRA_CA_CERTS=/machine-ca.crt "$base"
  images commit -q "$base" docker.io/library/debian:bookworm-slim
  images rm "$base"
fi

commit=$(git -C "$source" rev-parse --short=12 HEAD)
time images bud --pull-never --layers --format docker -t kith \
  --build-arg KITH_COMMIT="$commit" "$folder/kith"
images images

container=$(images from --pull-never kith)
trap 'images rm "$container"' EXIT
images run "$container" -- kith version | grep -F "($commit)"
images run "$container" -- sh -c '
  kith serve --listen 127.0.0.1:18081 &
  set -e
  until kith healthcheck --listen 127.0.0.1:18081 2>/dev/null; do
    sleep 1
    kill -0 $!
  done
  test "$(id -un)" = kith
  grep VmRSS /proc/$!/status
  kill $!
  wait $!'
