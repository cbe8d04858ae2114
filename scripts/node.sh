# shellcheck shell=bash
# Sourced by ./vigie and the scripts: which Node runs Vigie.
#
# Vigie's TypeScript is run as it is, which Node does without a flag and without a warning from 24.12 on.

# The version that scripts/setup brings where the machine's own Node is older or missing.
# shellcheck disable=SC2034 # read by scripts/setup
VIGIE_NODE_VERSION=24.21.0

# node_is_new_enough PROGRAM: whether it is a Node of at least 24.12.
node_is_new_enough() {
  local version major minor
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#v}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  [[ $major =~ ^[0-9]+$ && $minor =~ ^[0-9]+$ ]] || return 1
  ((major > 24 || (major == 24 && minor >= 12)))
}

# find_node TOP: sets NODE to the Node to use: the machine's, else the one in TOP/.node; fails without either.
find_node() {
  NODE=$(command -v node || true)
  if [[ -n $NODE ]] && node_is_new_enough "$NODE"; then return 0; fi
  NODE=$1/.node/node_modules/.bin/node
  [[ -x $NODE ]] && node_is_new_enough "$NODE"
}

# use_node TOP: puts that Node and the programs of the node modules first on the path; fails without a Node.
use_node() {
  find_node "$1" || return
  export PATH=${NODE%/*}:$1/node_modules/.bin:$PATH
}

# keep_compiled TOP: compiled code is kept between runs, which halves the time until a browser starts.
keep_compiled() {
  export NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE-$1/node_modules/.cache/compiled}
}
