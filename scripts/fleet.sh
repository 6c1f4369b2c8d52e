#!/usr/bin/env bash
# Runs the program as a fleet on this machine: PostgreSQL with a replica, PgBouncer, a Redis Cluster of six, two API
# servers, two workers, a scheduler, a front. Everything is thrown away at the end.
#
#   scripts/fleet.sh             starts it, prints its address, and takes orders: kill NAME, start NAME, names, stop
#   scripts/fleet.sh journeys    walks the browser journeys through it (JOURNEYS names some)
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/ensure.sh fleet
make --no-print-directory build
go build -o bin/ ./testkit/fleetrun

work=$(mktemp -d)
chmod 711 "$work"
trap 'rm -rf "$work"' EXIT

if [ "${1:-}" != journeys ]; then
  bin/fleetrun bin/anbiao "$work"
  exit
fi

scripts/npm.sh
mkfifo "$work/orders"
bin/fleetrun bin/anbiao "$work" <"$work/orders" >"$work/said" 2>"$work/log" &
fleet=$!
exec 3>"$work/orders"
stop() {
  echo stop >&3 || true
  wait "$fleet" || true
  rm -rf "$work"
}
trap stop EXIT
until grep -q 'is ready' "$work/said"; do
  kill -0 "$fleet" 2>/dev/null || { tail -n 20 "$work/log"; exit 1; }
  read -rt 0.25 <> <(:) || true
done
BASE_URL=$(grep -o 'http://[0-9.:]*' "$work/said" | head -n 1)
export BASE_URL
# shellcheck disable=SC2086 # words
node frontend/journeys/run.mjs ${JOURNEYS-}
