#!/usr/bin/env bash
# Fetches the frontend's packages when package-lock.json has changed since the last time.
set -euo pipefail
cd "$(dirname "$0")/../frontend"

stamp=node_modules/.lock-sum
sum=$(cksum <package-lock.json)
if [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]; then
  npm ci --no-audit --no-fund
  echo "$sum" >"$stamp"
fi
