#!/usr/bin/env bash
# Starts bin/anbiao as `make run` does: with the demo city, unless a real database is named.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${DEMO:-}" ]; then
  # The program refuses demo accounts, whose password is published, in a database of yours.
  if [ -n "${DATABASE_URL:-}" ]; then DEMO=0; else DEMO=1; fi
fi
export DEMO
exec bin/anbiao serve "$@"
