#!/usr/bin/env bash
# Runs every check, or the stages named. Prints the seconds of each stage and ends with
# "N passed, N failed": tests where a stage has tests, else the stage itself. A stage that
# cannot run fails; the others run all the same, so that one run shows everything.
set -uo pipefail
cd "$(dirname "$0")/.."

# What is tested is this checkout, not somebody's configuration.
unset ADDR DATA_DIR BASE_URL ENV SECRET_KEY REDIS_URL BLOB_URL SMTP_URL DEMO DEMO_PASSWORD LOG_LEVEL TRUSTED_PROXIES ${!DATABASE_URL@}
export TZ=UTC

all=(packages prepare generated lint gotests fuzz frontend journeys)
work=$(mktemp -d)
chmod 711 "$work" # the servers' user must pass
server= linter=
cleanup() {
  stop
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# A stage that has tests writes "passed failed" here.
counts=$work/counts

packages() { scripts/ensure.sh test; } # what the machine needs
modules() { scripts/npm.sh; }          # what the frontend needs
build() { make --no-print-directory build && go build -o bin/ ./testkit/servers ./testkit/report; }
# prepare does both: one waits for the network while the other has the cores.
prepare() {
  local status=0 fetching
  modules >"$work/modules.log" 2>&1 &
  fetching=$!
  build || status=1
  wait "$fetching" || status=1
  cat "$work/modules.log"
  return "$status"
}
# lint is the linters, go vet's analyzers among them (standard linters, .golangci.yml), and known weaknesses where their databases answer.
lint() {
  local status=0
  go tool -modfile=tools/go.mod golangci-lint run || status=1
  scripts/vuln.sh || echo "vuln: to be mended; make vuln fails for it. A change is not held up by what became known overnight."
  return "$status"
}
house() { go test -count=1 ./app -run House; } # part of gotests, alone for make check
types() { (cd frontend && npm run --silent types); }
eslint() { (cd frontend && npm run --silent lint); }

# racing lists the rooms of the ground that start goroutines, in the program or in a test: modules start none and lock
# nothing (app/house_test.go), so that the race detector finds nothing in them. make race leaves out nothing.
racing() {
  go list -f '{{.ImportPath}} {{.Dir}}' ./jobs ./kit/... ./rbac ./testkit/... ./web/... | while read -r package dir; do
    ! grep -rqE '\bgo (func|[[:alpha:]_.]+)\(|\.Go\(|synctest\.' --include='*.go' "$dir" || echo "$package"
  done
}

gotests() {
  local raced others
  raced=$(racing)
  others=$(go list ./... | grep -vxF "$raced") || return 1
  {
    local status=0
    # shellcheck disable=SC2086 # words
    bin/servers go test -race -vet=off -ldflags=-w -count=1 -timeout=20m -json $raced || status=1
    # shellcheck disable=SC2086 # words
    bin/servers go test -vet=off -ldflags=-w -count=1 -timeout=20m -json $others || status=1
    (exit "$status")
  } | bin/report "$counts"
}

# race is every Go test under the race detector: make race.
race() { bin/servers go test -race -count=1 -timeout=60m -json ./... | bin/report "$counts"; }

# fuzz lets each parser of what comes from outside read made-up input for FUZZ_TIME; make soak takes minutes. Where the
# time is up in the middle of an input, Go may say "context deadline exceeded" and mean nothing by it: a finding names its input.
fuzz() {
  local status=0 package target n=0 bad=0
  case " ${stages[*]} " in *" frontend "*) begin_eslint ;; esac # fuzz takes as long with one core as with two
  while read -r package target; do
    n=$((n + 1))
    if go test -vet=off -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZ_TIME:-2s}" -fuzzminimizetime 10x "$package" >"$work/fuzz.log" 2>&1 ||
      { grep -q 'context deadline exceeded' "$work/fuzz.log" && ! grep -qE 'Failing input|panic|testdata' "$work/fuzz.log"; }; then
      echo "$package $target: $(grep -E '^fuzz: elapsed' "$work/fuzz.log" | tail -n 1)"
      continue
    fi
    status=1 bad=$((bad + 1))
    echo "FAIL $package $target"
    tail -n 40 "$work/fuzz.log"
  done < <(grep -rlE '^func Fuzz' --include='*_test.go' kit modules web rbac | while read -r file; do
    grep -hoE '^func Fuzz\w*' "$file" | while read -r _ target; do echo "./$(dirname "$file") $target"; done
  done)
  echo "$((n - bad)) $bad" >"$counts"
  return "$status"
}

unit() {
  (cd frontend && npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$work/unit.json")
  local status=$?
  node -p 'const r = JSON.parse(fs.readFileSync(process.argv[1])); r.numPassedTests + " " + r.numFailedTests' "$work/unit.json" >"$counts"
  return "$status"
}

# eslint keeps one core busy for minutes: it begins before the stage that it belongs to.
begin_eslint() {
  eslint >"$work/eslint.log" 2>&1 &
  linter=$!
}

# frontend is types, eslint and unit; each keeps one core busy, so the linter runs beside the others.
frontend() {
  local status=0
  [ -n "$linter" ] || begin_eslint
  types || status=1
  unit || status=1
  wait "$linter" || status=1
  cat "$work/eslint.log"
  return "$status"
}

# generated compares what is committed with what its sources make of it.
generated() {
  local status=0 api=frontend/src/api
  bin/anbiao openapi >"$work/openapi.json" || return 1
  same "$api/openapi.json" "$work/openapi.json" || status=1
  (cd frontend && npx --no-install openapi-typescript src/api/openapi.json -o "$work/schema.d.ts" >/dev/null) || return 1
  same "$api/schema.d.ts" "$work/schema.d.ts" || status=1
  cp frontend/src/components.d.ts "$work/components.d.ts" || return 1
  (cd frontend && npx --no-install vite build --logLevel warn --outDir "$work/site" --emptyOutDir) || return 1
  same frontend/src/components.d.ts "$work/components.d.ts" || status=1
  same frontend-dist/site "$work/site" || status=1
  return "$status"
}

same() {
  diff -rq "$1" "$2" >"$work/diff" && return 0
  head -n 20 "$work/diff"
  echo "$1 is not what its sources make of it: make dist, and commit"
  return 1
}

# journeys starts the program as make run does, on data of its own, and walks through it: in two lanes, each with a
# server of its own, since one alone waits for pages half of the time; and in one apart, which mostly waits. Those that
# are named (JOURNEYS) go one after another.
journeys() {
  local status=0 other waiting
  if [ -n "${JOURNEYS-}" ]; then
    lane all || status=1
    total
    return "$status"
  fi
  lane 1/2 >"$work/lane.log" 2>&1 &
  other=$!
  lane apart >"$work/apart.log" 2>&1 &
  waiting=$!
  lane 0/2 || status=1
  wait "$other" || status=1
  cat "$work/lane.log"
  wait "$waiting" || status=1
  cat "$work/apart.log"
  total
  return "$status"
}

# total counts what the lanes walked.
total() { echo "$(cat "$work"/lane-*/journeys | grep -c '^ok ') $(cat "$work"/lane-*/journeys | grep -c '^FAIL ')" >"$counts"; }

# lane walks its share of the journeys (frontend/journeys/run.mjs). A shell of its own: what it sets, stays in it.
lane() (
  work=$work/lane-${1%%/*}
  server=
  trap stop EXIT
  trap 'exit 130' INT TERM
  mkdir -p "$work/data" && chmod 711 "$work" "$work/data"
  : >"$work/journeys"
  port=$(node -e 's = net.createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })') || exit 1
  export BASE_URL=http://127.0.0.1:$port LANE=$1
  export ADDR=127.0.0.1:$port DATA_DIR=$work/data DEMO=1
  # Some journeys kill the server and start it again: it is whoever the file says.
  export SERVER_PID=$work/server.pid SERVER_PROGRAM=$PWD/bin/anbiao
  bin/anbiao serve >"$SERVER_PID.log" 2>&1 &
  server=$!
  echo "$server" >"$SERVER_PID"
  ready "$BASE_URL/healthz" || { tail -n 40 "$SERVER_PID.log"; exit 1; }
  # shellcheck disable=SC2086 # words
  node frontend/journeys/run.mjs ${JOURNEYS-} | tee "$work/journeys"
  status=${PIPESTATUS[0]}
  [ "$status" = 0 ] || { echo "--- the end of the server's log"; tail -n 40 "$SERVER_PID.log"; }
  exit "$status"
)

# storm is the long form of the journeys that interrupt the sending: make soak.
storm() { SOAK=1 JOURNEYS="offline storm" STORM_COUNT=${STORM_COUNT-500} journeys; }

# stop ends the server, its own child or one that a journey started in its place.
stop() {
  local now
  [ -n "$server" ] || return 0
  now=$(cat "$work/server.pid" 2>/dev/null || echo "$server")
  kill "$now" 2>/dev/null
  wait "$server" 2>/dev/null
  while kill -0 "$now" 2>/dev/null; do read -rt 0.1 <> <(:) || true; done
  server=
}

# ready waits until the address answers 200, or the server has ended, at most two minutes.
ready() {
  local i
  for ((i = 0; i < 480; i++)); do
    node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$1" && return 0
    kill -0 "$server" 2>/dev/null || { echo "the server has ended"; return 1; }
    read -rt 0.25 <> <(:) || true
  done
  echo "the server is not ready after two minutes"
  return 1
}

stages=("$@")
[ $# -gt 0 ] || stages=("${all[@]}")
table= passed=0 failed=0
for stage in "${stages[@]}"; do
  echo "=== $stage"
  rm -f "$counts"
  began=${EPOCHREALTIME/./}
  "$stage"
  status=$?
  tenths=$(((${EPOCHREALTIME/./} - began) / 100000))
  good=0 bad=0
  [ ! -s "$counts" ] || read -r good bad <"$counts"
  if [ "$status" = 0 ] && [ $((good + bad)) = 0 ]; then good=1; fi
  if [ "$status" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  passed=$((passed + good)) failed=$((failed + bad))
  word=ok
  [ "$bad" = 0 ] || word=FAILED
  row=$(printf '%-10s %5d.%d s  %6d passed %4d failed  %s' "$stage" $((tenths / 10)) $((tenths % 10)) "$good" "$bad" "$word")
  echo "=== $row"
  table+=$row$'\n'
done

printf '\n%s%s\n%d passed, %d failed\n' "$table" "total $SECONDS s" "$passed" "$failed"
[ "$failed" = 0 ]
