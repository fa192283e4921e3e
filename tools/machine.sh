# Prepares the machine for `./dev`: Debian packages, Node, and an environment that does not depend
# on other installed software. Sourced by ./dev, in the project's root.

root=$PWD

# The oldest Node that builds and tests the web pages (web/package.json, engines).
node_major_min=18

# Settings of other tool sets (conda, Homebrew, a shell profile) that would make compilers, CMake,
# Python or npm ignore Debian's packages. CMakePresets.json also unsets those that affect CMake, for
# developers who call cmake directly.
foreign_settings=(
  AR AS CC CPP CXX LD NM RANLIB STRIP CFLAGS CPPFLAGS CXXFLAGS LDFLAGS
  CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH LD_LIBRARY_PATH LD_RUN_PATH
  CMAKE_ARGS CMAKE_GENERATOR CMAKE_INCLUDE_PATH CMAKE_LIBRARY_PATH CMAKE_PREFIX_PATH
  CMAKE_TOOLCHAIN_FILE PKG_CONFIG PKG_CONFIG_LIBDIR PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
  PYTHONHOME PYTHONPATH PYTHONSTARTUP NODE_ENV NODE_OPTIONS NODE_PATH
)

# Prints the first Node in PATH that is new enough. Fails if no Node is.
find_node() {
  local candidate major
  while read -r candidate; do
    major=$("$candidate" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || continue
    [ "$major" -ge "$node_major_min" ] 2>/dev/null && echo "$candidate" && return 0
  done < <(type -aP node)
  return 1
}

# Rejects a machine whose only Node is too old. A build should not replace it.
check_node() {
  local first
  first=$(type -P node) || return 0
  [ -z "$(find_node)" ] || return 0
  {
    echo "$first is Node $("$first" --version 2>/dev/null || echo 'of an unknown version')," \
      "but Kith needs Node $node_major_min or newer to build its web pages."
    echo "Install a newer Node, or take this one out of PATH: then ./dev installs Debian's."
  } >&2
  exit 1
}

# Runs a command with Debian's tools only: the system's PATH, the Node that was found, and without
# the foreign settings. Proxies, certificates and the settings of npm, ccache and Kith are kept.
isolated() {
  local node unset_all=() name
  for name in "${foreign_settings[@]}"; do unset_all+=(-u "$name"); done
  if node=$(find_node) && [ "$(readlink "$root/build/node/node")" != "$node" ]; then
    mkdir -p "$root/build/node"
    for name in npm npx; do ln -sfn "$(npm_beside "$node" "$name")" "$root/build/node/$name"; done
    ln -sfn "$node" "$root/build/node/node"
  fi
  env "${unset_all[@]}" PATH="$root/build/node:/usr/sbin:/usr/bin:/sbin:/bin" "$@"
}

# The npm (or npx) installed with a Node, otherwise the first in PATH.
npm_beside() {
  local node=$1 name=$2
  if [ -x "$(dirname "$node")/$name" ]; then
    echo "$(dirname "$node")/$name"
  else
    type -P "$name"
  fi
}

# The packages of the named sections of tools/packages.txt. `a|b` means that either is sufficient.
packages_of() {
  local section
  for section in "$@"; do
    grep -qx "\[$section\]" tools/packages.txt || {
      echo "tools/packages.txt has no section [$section]." >&2
      return 1
    }
    awk -v want="[$section]" '/^#/ {next} /^\[/ {on = ($0 == want); next} on' tools/packages.txt
  done
}

# A Node from another source (nodejs.org, NodeSource) is also sufficient, and conflicts with
# Debian's package.
has_package() {
  case "$1" in
    nodejs) find_node >/dev/null ;;
    npm) type -P npm >/dev/null ;;
    *) dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed' ;;
  esac
}

has_any_package() {
  local package
  for package in ${1//|/ }; do
    if has_package "$package"; then return 0; fi
  done
  return 1
}

# Shows the progress of apt-get instead of a line for each file: one changing line on a terminal,
# and in a log one line for every 25 packages.
show_progress() {
  awk -v terminal="$([ -t 1 ] && echo 1 || echo 0)" '
    / newly installed/ { total = $3 * 1 }
    /^Get:/ { fetched++; step("fetched", fetched) }
    /^Unpacking / { unpacked++; step("unpacked", unpacked) }
    /^Setting up / { ready++; step("set up", ready) }
    END { if (terminal && seen) print "" }
    function step(what, count) {
      seen = 1
      if (terminal) printf "\r\033[K  packages %s: %d of %d", what, count, total
      else if (count % 25 == 0 || count == total) print "  packages " what ": " count " of " total
      fflush()
    }'
}

# Lists the installed packages that conflict with new ones, if that is why apt-get failed.
explain_failure() {
  local removed
  removed=$(LC_ALL=C apt-get -s install --no-install-recommends "$@" 2>/dev/null |
    awk '/^Remv/ {print $2}' | tr '\n' ' ')
  if [ -n "$removed" ]; then
    echo "Installing these packages would remove others, so nothing was changed: $removed"
    echo "Remove those yourself if you do not need them, or build in a container: docker build ."
  else
    tail -n 15 "$install_log"
    echo "The packages could not be installed; $install_log has the whole output."
  fi >&2
}

# Installs the missing packages of the named sections. Never removes a package.
install_packages() {
  local names missing=() package as_root=()
  check_node
  names=$(packages_of "$@") || exit 1
  for package in $names; do
    has_any_package "$package" || missing+=("${package%%|*}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "Run as root, or install these packages first: ${missing[*]}" >&2
      exit 1
    }
    as_root=(sudo)
  fi
  echo "Installing packages: ${missing[*]}"
  mkdir -p build
  install_log=build/install.log
  # The packages' set-up scripts call python3 and other programs by name.
  isolated "${as_root[@]}" apt-get update -qq
  isolated "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get install -y \
    --no-install-recommends --no-remove -o Dpkg::Use-Pty=0 "${missing[@]}" 2>&1 |
    tee "$install_log" | show_progress || {
    explain_failure "${missing[@]}"
    exit 1
  }
}
