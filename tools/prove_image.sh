#!/usr/bin/env bash
# Builds the committed Dockerfile without a container engine and a registry: buildah in a chroot, on
# a Debian from debootstrap instead of debian:bookworm-slim. Then runs the server from the image as
# the image's user until its own health check succeeds, and prints the size of the image.
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
  # The official image contains no documentation and locales.
  rm -rf "$folder/debian"/usr/share/{doc,info,locale,man}/* "$folder"/debian/var/{cache,lib}/apt/*/*
  printf 'path-exclude /usr/share/%s/*\n' doc info locale man \
    >"$folder/debian/etc/dpkg/dpkg.cfg.d/slim"
  base=$(images from scratch)
  images copy -q "$base" "$folder/debian" /
  # Settings for reaching package servers belong to the machine, not to the project.
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
