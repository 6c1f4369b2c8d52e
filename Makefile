# Targets with a line each: make
.DEFAULT_GOAL := help
SHELL := /bin/bash

# nomsgpack: gin without a format that nobody here speaks, the largest single package of the whole build.
# A checkout that belongs to another user has no version for Go to read: build without.
export GOFLAGS := $(GOFLAGS) -tags=nomsgpack $(shell git rev-parse HEAD >/dev/null 2>&1 || echo -buildvcs=false)

LINT := go tool -modfile=tools/go.mod golangci-lint

.PHONY: help run build test race check lint vuln fmt openapi dist generate bench fleet soak sbom config clean

help: ## print the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | expand -t 12

run: ## build and start everything on this machine, with the demo city (needs Go)
	@scripts/ensure.sh run
	@$(MAKE) --no-print-directory build
	@scripts/run.sh

build: ## build bin/anbiao
	@mkdir -p bin
	go build -o bin/anbiao ./app

test: ## run every check and print the seconds of each stage (installs what it needs)
	@scripts/test.sh

race: ## every Go test under the race detector (make test has it where goroutines are)
	@scripts/test.sh packages build race

check: ## the quick part of test: formatting, lint with vet, house rules, frontend types
	@scripts/test.sh lint house types

lint: ## run the linters
	$(LINT) run

vuln: ## look for known weaknesses in Go modules and npm packages; GOVULNDB names the database
	@scripts/vuln.sh

fmt: ## format the Go sources
	$(LINT) fmt

openapi: build ## write the API description and the frontend's types from it
	bin/anbiao openapi > frontend/src/api/openapi.json.new
	mv frontend/src/api/openapi.json.new frontend/src/api/openapi.json
	@scripts/npm.sh
	cd frontend && npm run --silent schema

dist: openapi ## rebuild the committed frontend (frontend-dist/site)
	cd frontend && npm run --silent build

generate: build ## make a city: make generate COMPANIES=10000 DATABASE_URL=postgres://…
	bin/anbiao generate --companies $(or $(COMPANIES),2000)

bench: build ## measure against bare limits; BENCH_COMPANIES sets the size
	@scripts/ensure.sh run
	bin/anbiao bench

fleet: ## run it as on several machines: replica, PgBouncer, Redis Cluster, two of each role
	@scripts/fleet.sh

soak: ## the long tests: what does not fit into make test, by name
	@scripts/ensure.sh test
	@scripts/ensure.sh fleet
	@scripts/npm.sh
	SOAK=1 go run ./testkit/servers go test -count=1 -timeout=180m -run 'Soak|Kill|Isolation' -v ./...
	@FUZZ_TIME=$(or $(FUZZ_TIME),2m) scripts/test.sh fuzz
	@scripts/test.sh modules build storm

sbom: build ## write what the program is made of (CycloneDX): bin/sbom.json
	go run ./testkit/sbom bin/anbiao frontend/package-lock.json > bin/sbom.json

config: build ## print the table of environment variables for the READMEs
	@bin/anbiao config

clean: ## remove what was built here; data in var/ stays
	rm -rf bin dist frontend/journeys/out
