// Package config reads the program's configuration: environment variables, nothing else.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Environments.
const (
	Development = "development"
	Production  = "production"
)

// Config is the whole configuration. The tags are also the README's table (Table), so a
// variable is described here and nowhere else.
type Config struct {
	Addr    string `env:"ADDR" envDefault:":8080" doc:"address to listen on, host:port"`
	DataDir string `env:"DATA_DIR" default:"./var; for root /var/lib/anbiao" doc:"directory for everything kept on this machine: private PostgreSQL and Redis, files, the generated secret key"`
	BaseURL string `env:"BASE_URL" default:"the address listened on" doc:"address people use, for links in mail and QR codes; required in production, https there unless it is this machine itself"`
	Env     string `env:"ENV" envDefault:"development" doc:"development or production; production refuses to start without SECRET_KEY, DATABASE_URL and BASE_URL"`

	SecretKey    Secret `env:"SECRET_KEY" default:"made once in DATA_DIR" doc:"at least 32 bytes; field encryption, photo proofs and database role passwords derive from it: keep a copy with the backups"`
	SecretKeyOld Secret `env:"SECRET_KEY_OLD" default:"none" doc:"secrets that SECRET_KEY has replaced, separated by commas: what they encrypted can still be read, and the photos they signed verified"`

	DatabaseURL  Secret `env:"DATABASE_URL" default:"a private PostgreSQL in DATA_DIR" doc:"postgres:// address of PostgreSQL 15 or newer, as the owner of the database"`
	DatabaseURLs URLs   `env:"-" name:"DATABASE_URL_<KIND>" default:"derived from DATABASE_URL" doc:"address for one kind of actor, e.g. through a connection pooler; KIND is COMPANY, SERVICE, REGULATOR, AGENCY, PLATFORM, PUBLIC or SYSTEM"`
	ListenURL    Secret `env:"DATABASE_URL_LISTEN" default:"DATABASE_URL" doc:"address of the same database, as its owner, that no connection pooler stands before: for migrations and for listening to its notifications, which a pooler in transaction mode loses"`
	ReplicaURL   Secret `env:"DATABASE_URL_REPLICA" default:"none" doc:"address of a streaming replica, as the owner: regulators' reads go there while it is within REPLICA_LAG and shows what the reader has written; roles derive from it as from DATABASE_URL"`

	ReplicaLag time.Duration `env:"REPLICA_LAG" envDefault:"2s" doc:"how old an answer of the replica may be, from 1.5s to 1m"`

	RedisURL Secret `env:"REDIS_URL" default:"a private Redis in DATA_DIR" doc:"redis://, rediss:// or unix:// address; also redis-sentinel:// and redis-cluster:// with hosts separated by commas"`
	BlobURL  Secret `env:"BLOB_URL" default:"DATA_DIR/files" doc:"where uploaded files go: file:///directory or s3://key:secret@host/bucket?region=…, with tls=off where the host speaks plain http and create=yes to make the bucket"`
	SMTPURL  Secret `env:"SMTP_URL" default:"mail is kept and shown in the UI" doc:"smtp://user:password@host:port or smtps://…; the sender is its parameter from"`

	SMSURL         Secret `env:"SMS_URL" default:"no text messages; with DEMO=1 log:" doc:"aliyun://keyid:secret@dysmsapi.aliyuncs.com?sign=…&template=SMS_…&code_template=SMS_…, or log: to keep text messages and show them in the UI; name and code_name are the variables of the templates, title and code if left out"`
	WeChatURL      Secret `env:"WECHAT_URL" default:"no WeChat" doc:"service account that messages leave by and logins are bound to: wechat://appid:secret@api.weixin.qq.com?template=…&title=thing1&text=thing2&time=time3"`
	WebhookPrivate bool   `env:"WEBHOOK_PRIVATE" envDefault:"0" doc:"1 lets webhooks of companies reach private networks and speak plain http: only where every company may reach what this machine can"`

	RequireTOTP []string `env:"REQUIRE_TOTP" default:"nobody" doc:"who may do nothing until a second factor (TOTP) is on, separated by commas: kinds (company, service, regulator, agency, platform) or roles, e.g. platform,city"`

	IdleTimeout time.Duration `env:"IDLE_TIMEOUT" envDefault:"8h" doc:"how long a sign-in of regulators and of the platform may rest before it ends, from 15m to 336h, 0 for as long as it lives; companies, agencies and their phones sign in once in 14 days"`

	OIDCIssuer       string   `env:"OIDC_ISSUER" default:"no sign-in elsewhere" doc:"address of an OpenID Connect provider that people may also sign in with, once they have bound their account to it; its redirect address is BASE_URL/api/account/oidc/callback"`
	OIDCClientID     string   `env:"OIDC_CLIENT_ID" default:"none" doc:"this program's name at OIDC_ISSUER"`
	OIDCClientSecret Secret   `env:"OIDC_CLIENT_SECRET" default:"none" doc:"this program's password at OIDC_ISSUER"`
	OIDCACR          []string `env:"OIDC_ACR" default:"none" doc:"values of the claim acr, separated by commas, by which OIDC_ISSUER says that it asked for several factors; it is asked for them, and who comes with one (or with amr of several kinds) is not asked for his second factor here"`
	OIDCName         string   `env:"OIDC_NAME" envDefault:"统一身份认证" doc:"what the button on the login page says"`

	AlarmURL Secret `env:"ALARM_URL" default:"none" doc:"address that is called when the scans of the morning have not finished by 08:30 (Beijing time): a group robot of WeCom, DingTalk or Feishu, or a server of one's own, which is posted JSON signed by a password in the address (https://:whsec_…@host/path)"`

	Demo         bool   `env:"DEMO" envDefault:"0" doc:"1 fills an empty database with the demo city and demo accounts; refused with DATABASE_URL"`
	DemoPassword Secret `env:"DEMO_PASSWORD" envDefault:"anbiao-demo-2026" doc:"password of the demo accounts"`

	MapTiles string `env:"MAP_TILES" default:"none: maps are drawn from our own data alone" doc:"address of map tiles under the areas of maps, https with {z}, {x} and {y}, WGS 84 or CGCS 2000; browsers are allowed to load pictures from its host"`

	LogLevel       slog.Level     `env:"LOG_LEVEL" envDefault:"info" doc:"debug, info, warn or error"`
	LogFormat      string         `env:"LOG_FORMAT" envDefault:"text" doc:"text or json, one object a line"`
	TrustedProxies []netip.Prefix `env:"TRUSTED_PROXIES" default:"none" doc:"addresses or networks, separated by commas, whose X-Forwarded-For is believed"`

	MetricsAddr string        `env:"METRICS_ADDR" default:"none" doc:"address, host:port, that serves /metrics for Prometheus, /healthz and /readyz on every role; never the public one"`
	Collector   string        `env:"OTEL_EXPORTER_OTLP_ENDPOINT" default:"none" doc:"http:// or https:// address of an OpenTelemetry collector that is sent traces (OTLP over HTTP)"`
	Drain       time.Duration `env:"DRAIN" envDefault:"0s" doc:"how long /readyz fails before a stopping program takes no more requests: longer than the load balancer needs to notice, e.g. 5s"`
}

// Secret is a value that never shows in a log.
type Secret string

// String hides the value from fmt; convert to string to use it.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(hidden)"
}

// LogValue hides the value from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// URLs holds a database address for each kind of actor that has one of its own; keys are
// lower case.
type URLs map[string]Secret

// Production reports whether the program runs for real.
func (c Config) Production() bool { return c.Env == Production }

// Load reads the configuration of this process.
//
// Errors: every variable with a wrong value, by name.
func Load() (Config, error) { return Parse(os.Environ()) }

// Parse reads the configuration from lines KEY=value, as os.Environ returns them.
//
// Errors: every variable with a wrong value, by name.
func Parse(environ []string) (Config, error) {
	vars := env.ToMap(environ)
	for k, v := range vars { // a variable set to nothing, as compose files do, is not set
		if strings.TrimSpace(v) == "" {
			delete(vars, k)
		}
	}
	c, err := env.ParseAsWithOptions[Config](env.Options{Environment: vars, FuncMap: parsers})
	if err != nil {
		return Config{}, named(err, vars)
	}
	c.DatabaseURLs = databaseURLs(vars)
	if c.DataDir == "" {
		c.DataDir = defaultDataDir()
	}
	return c, c.check()
}

// named says which variable cannot be read, and not with the library's field names.
func named(err error, vars map[string]string) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	var errs []error
	for _, e := range all.Errors {
		var wrong env.ParseError
		if !errors.As(e, &wrong) {
			errs = append(errs, e)
			continue
		}
		variable, doc := about(wrong.Name)
		errs = append(errs, fmt.Errorf("%s=%q: %w (%s)", variable, vars[variable], wrong.Err, doc))
	}
	return errors.Join(errs...)
}

// databaseURLs collects DATABASE_URL_<KIND>.
func databaseURLs(vars map[string]string) URLs {
	urls := URLs{}
	for k, v := range vars {
		if kind, ok := strings.CutPrefix(k, "DATABASE_URL_"); ok && k != "DATABASE_URL_LISTEN" && k != "DATABASE_URL_REPLICA" {
			urls[strings.ToLower(kind)] = Secret(v)
		}
	}
	return urls
}

// Kinds are the kinds of actors that may have a database address of their own.
var Kinds = []string{"company", "service", "regulator", "agency", "platform", "public", "system"}

// defaultDataDir is below the working directory, except for root: the unprivileged user
// PostgreSQL then runs under cannot pass through /root.
func defaultDataDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/anbiao"
	}
	return "./var"
}

// known reports whether kind is one of Kinds.
func known(kind string) bool { return slices.Contains(Kinds, kind) }
