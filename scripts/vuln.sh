#!/usr/bin/env bash
# Looks for known weaknesses in what the program is made of: Go modules that it really calls (govulncheck; GOVULNDB
# names the database, an address or file:///directory, else https://vuln.go.dev) and npm packages that are shipped
# (npm audit). A weakness fails. Where nothing answers it says so in a line and passes: no network is no weakness.
set -uo pipefail
cd "$(dirname "$0")/.."

db=${GOVULNDB:-https://vuln.go.dev}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# answers asks for the index of the database.
answers() {
  case $db in
  file://*) [ -e "${db#file://}/index/modules.json" ] || [ -e "${db#file://}/index/modules.json.gz" ] ;;
  *) fetch "$db/index/modules.json.gz" ;;
  esac
}

# fetch asks an address for ten seconds with what the machine has.
fetch() {
  if command -v curl >/dev/null; then
    curl -fsSL --max-time 10 -o /dev/null "$1" 2>/dev/null
  elif command -v node >/dev/null; then
    node -e 'fetch(process.argv[1], { signal: AbortSignal.timeout(10000) }).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$1"
  else
    return 1
  fi
}

# scanner is govulncheck: of tools/go.mod, else one that is installed.
scanner() {
  if go tool -modfile=tools/go.mod -n govulncheck >/dev/null 2>&1; then
    go tool -modfile=tools/go.mod govulncheck "$@"
  elif command -v govulncheck >/dev/null; then
    govulncheck "$@"
  else
    return 127
  fi
}

modules() {
  if ! answers; then
    echo "vuln: Go modules not checked: $db does not answer (GOVULNDB names another)"
    return 0
  fi
  scanner -db "$db" ./app >"$work/go" 2>&1
  local code=$?
  case $code in
  0) echo "vuln: Go modules: no known weakness in what is called ($db)" ;;
  3) cat "$work/go" && echo "vuln: Go modules: known weaknesses, see above" ;;
  127) echo "vuln: Go modules not checked: there is no govulncheck, neither in tools/go.mod's modules nor on PATH" && code=0 ;;
  *) head -n 20 "$work/go" && echo "vuln: Go modules: govulncheck failed" ;;
  esac
  return "$code"
}

packages() {
  if ! command -v npm >/dev/null; then
    echo "vuln: npm packages not checked: there is no npm"
    return 0
  fi
  (cd frontend && npm audit --fetch-retries=1 --fetch-timeout=20000 --package-lock-only --omit=dev --json) >"$work/npm" 2>/dev/null
  if ! node -e '
    const { metadata, vulnerabilities } = JSON.parse(fs.readFileSync(process.argv[1]))
    const of = metadata.vulnerabilities
    for (const one of Object.values(vulnerabilities)) console.log(`  ${one.severity} ${one.name} ${one.range}`)
    console.log(`vuln: npm packages: ${of.critical} critical, ${of.high} high, ${of.moderate + of.low + of.info} lesser`)
    process.exitCode = of.critical + of.high > 0 ? 3 : 0' "$work/npm" >"$work/said" 2>/dev/null; then
    [ -s "$work/said" ] && { cat "$work/said"; return 3; }
    echo "vuln: npm packages not checked: the registry does not answer npm audit"
    return 0
  fi
  cat "$work/said"
}

modules || status=1
packages || status=1
exit "$status"
