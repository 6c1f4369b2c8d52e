#!/usr/bin/env bash
# Makes sure that what the program (run), its tests (test) or a fleet of it (fleet) need is on this machine. On
# Debian and Ubuntu missing packages are installed; elsewhere it says what to install.
set -euo pipefail

what=${1:?usage: ensure.sh run|test|fleet}
min_go=1.26 min_node=20.19 min_postgres=15

have() { command -v "$1" >/dev/null 2>&1; }

# at_least VERSION MINIMUM
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

has_postgres() {
  local p v
  for p in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres /usr/libexec/postgresql*/postgres \
    /usr/local/pgsql/bin/postgres /opt/homebrew/opt/postgresql*/bin/postgres /usr/local/opt/postgresql*/bin/postgres; do
    [ -x "$p" ] || continue
    v=$("$p" --version | sed -E 's/.*PostgreSQL\) ([0-9]+).*/\1/')
    [ "$v" -ge "$min_postgres" ] 2>/dev/null && return 0
  done
  return 1
}

has_redis() { have redis-server || have valkey-server; }
has_redistools() { have redis-cli; }
has_pgbouncer() { have pgbouncer || [ -x /usr/sbin/pgbouncer ]; }
has_compiler() { have gcc || have clang || have cc; }
has_node() { have node && have npm && at_least "$(node --version | tr -d v)" "$min_node"; }
shell=/usr/bin/chromium-headless-shell
has_browser() { [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || { [ -z "${CHROMIUM-}" ] && [ -x "$shell" ]; }; }

# each line: the check, the Debian packages, what it is called elsewhere
needs() {
  echo "postgres|postgresql|PostgreSQL server $min_postgres or newer"
  echo "redis|redis-server|Redis server 7 or newer"
  if [ "$what" = fleet ]; then
    echo "redistools|redis-tools|redis-cli"
    echo "pgbouncer|pgbouncer|PgBouncer 1.18 or newer"
  fi
  [ "$what" = test ] || return 0
  echo "compiler|gcc libc6-dev|a C compiler (the race detector needs it)"
  echo "node|nodejs npm|Node.js $min_node or newer with npm"
  echo "browser|chromium|Chromium at /usr/bin/chromium (or name another with CHROMIUM)"
}

missing() {
  local check packages name
  while IFS='|' read -r check packages name; do
    "has_$check" || echo "$check|$packages|$name"
  done < <(needs)
}

# root prints the words that run a command as root, or fails.
root() {
  [ "$(id -u)" = 0 ] && return 0
  have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; } && echo sudo && return 0
  return 1
}

install() {
  local as
  have apt-get && as=$(root) || return 1
  echo "installing with apt-get: $*" >&2
  $as env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

if ! have go; then
  echo "Go $min_go or newer is missing: see https://go.dev/doc/install" >&2
  exit 1
fi
version=$(go env GOVERSION | sed 's/^go//')
if ! at_least "$version" "$min_go"; then
  echo "Go $version is too old, $min_go is needed: see https://go.dev/doc/install" >&2
  exit 1
fi

# Chromium without windows walks the journeys with a third less work; where a distribution has none, Chromium does.
if [ "$what" = test ] && [ -z "${CHROMIUM-}" ] && [ ! -x "$shell" ]; then
  install "${shell##*/}" || echo "note: no ${shell##*/} here; the browser journeys take longer with Chromium" >&2
fi

left=$(missing)
if [ -n "$left" ]; then
  # shellcheck disable=SC2046 # several packages
  install $(cut -d'|' -f2 <<<"$left") || true
  left=$(missing)
fi
[ -n "$left" ] || exit 0

status=0
while IFS='|' read -r check packages name; do
  if [ "$check" = redis ] && [ "$what" = run ]; then
    echo "note: no Redis server is installed; one inside the program is used (install $name for more speed)" >&2
    continue
  fi
  echo "missing: $name" >&2
  echo "  Debian, Ubuntu: apt-get install $packages (as root; an older release may need a newer source of it)" >&2
  status=1
done <<<"$left"
[ "$status" = 0 ] || echo "Install what is missing and start again." >&2
exit "$status"
