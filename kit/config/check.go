package config

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// minSecret is what AES-256 and HMAC-SHA-256 want: 32 bytes.
const minSecret = 32

// parsers read the types the library does not know.
var parsers = map[reflect.Type]env.ParserFunc{
	reflect.TypeFor[[]netip.Prefix](): parsePrefixes,
	reflect.TypeFor[bool]():           parseSwitch,
}

func parsePrefixes(v string) (any, error) {
	var list []netip.Prefix
	for part := range strings.SplitSeq(v, ",") {
		part = strings.TrimSpace(part)
		if a, err := netip.ParseAddr(part); err == nil {
			list = append(list, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", part)
		}
		list = append(list, p)
	}
	return list, nil
}

func parseSwitch(v string) (any, error) {
	on, err := strconv.ParseBool(v)
	if err != nil {
		return nil, errors.New("want 1 or 0")
	}
	return on, nil
}

// check finds every value that cannot work, before anything is started.
func (c Config) check() error {
	errs := []error{
		wrong("ADDR", c.Addr, checkAddr(c.Addr)),
		wrong("BASE_URL", c.BaseURL, checkBase(c.BaseURL)),
		wrong("ENV", c.Env, oneOf(c.Env, Development, Production)),
		wrong("LOG_FORMAT", c.LogFormat, oneOf(c.LogFormat, "text", "json")),
		wrong("METRICS_ADDR", c.MetricsAddr, checkMetrics(c.MetricsAddr, c.Addr)),
		wrong("OTEL_EXPORTER_OTLP_ENDPOINT", c.Collector, checkBase(c.Collector)),
		secret("DATABASE_URL", checkURL(c.DatabaseURL, "postgres", "postgresql")),
		secret("DATABASE_URL_LISTEN", checkURL(c.ListenURL, "postgres", "postgresql")),
		secret("DATABASE_URL_REPLICA", checkURL(c.ReplicaURL, "postgres", "postgresql")),
		wrong("REPLICA_LAG", c.ReplicaLag.String(), checkLag(c.ReplicaLag)),
		wrong("IDLE_TIMEOUT", c.IdleTimeout.String(), checkIdle(c.IdleTimeout)),
		secret("REDIS_URL", checkURL(c.RedisURL, "redis", "rediss", "unix", "redis-sentinel", "redis-cluster")),
		secret("BLOB_URL", checkURL(c.BlobURL, "file", "s3")),
		secret("SMTP_URL", checkURL(c.SMTPURL, "smtp", "smtps")),
		secret("SMS_URL", checkSMS(c.SMSURL)),
		secret("WECHAT_URL", checkURL(c.WeChatURL, "wechat")),
	}
	for _, kind := range slices.Sorted(maps.Keys(c.DatabaseURLs)) {
		name := "DATABASE_URL_" + strings.ToUpper(kind)
		if !known(kind) {
			errs = append(errs, fmt.Errorf("%s: there is no such kind, want one of %s", name, strings.ToUpper(strings.Join(Kinds, ", "))))
			continue
		}
		errs = append(errs, secret(name, checkURL(c.DatabaseURLs[kind], "postgres", "postgresql")))
	}
	if len(c.DatabaseURLs) > 0 && c.DatabaseURL == "" {
		errs = append(errs, errors.New("DATABASE_URL_<KIND> is set without DATABASE_URL"))
	}
	if c.DatabaseURL == "" && (c.ListenURL != "" || c.ReplicaURL != "") {
		errs = append(errs, errors.New("DATABASE_URL_LISTEN or DATABASE_URL_REPLICA is set without DATABASE_URL"))
	}
	if n := len(c.SecretKey); n > 0 && n < minSecret {
		errs = append(errs, fmt.Errorf("SECRET_KEY has %d bytes, want at least %d (make one with: openssl rand -hex 32)", n, minSecret))
	}
	for _, old := range c.OldSecrets() {
		if n := len(old); n < minSecret {
			errs = append(errs, fmt.Errorf("SECRET_KEY_OLD holds a secret of %d bytes, want at least %d", n, minSecret))
		}
	}
	if c.Demo && c.DatabaseURL != "" {
		errs = append(errs, errors.New("DEMO=1 is refused with DATABASE_URL: demo accounts have a published password; unset one of them"))
	}
	if c.Demo && len(c.DemoPassword) < 8 {
		errs = append(errs, errors.New("DEMO_PASSWORD has fewer than 8 characters"))
	}
	errs = append(append(errs, c.checkSignIn()...), c.checkProduction()...)
	return errors.Join(errs...)
}

// enrolled are the kinds and roles that REQUIRE_TOTP may name.
var enrolled = []string{
	"company", "service", "regulator", "agency", "platform",
	"principal", "safety", "director", "leader", "worker", "finance", "consultant", "city", "county", "town", "grid", "reviewer", "admin",
}

// checkSignIn finds what cannot work of second factors and of signing in elsewhere.
func (c Config) checkSignIn() (errs []error) {
	for _, who := range c.RequireTOTP {
		errs = append(errs, wrong("REQUIRE_TOTP", who, oneOf(who, enrolled...)))
	}
	if c.OIDCIssuer == "" {
		return errs
	}
	u, err := url.Parse(c.OIDCIssuer)
	if err != nil || u.Host == "" || (u.Scheme != "https" && (u.Scheme != "http" || c.Production())) {
		errs = append(errs, fmt.Errorf("OIDC_ISSUER=%q: want https://host/path", c.OIDCIssuer))
	}
	if c.OIDCClientID == "" || c.OIDCClientSecret == "" {
		errs = append(errs, errors.New("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"))
	}
	return errs
}

// checkProduction refuses every default that is only good for trying the program out.
func (c Config) checkProduction() (errs []error) {
	if !c.Production() {
		return nil
	}
	for _, must := range []struct {
		name  string
		value string
		why   string
	}{
		{"SECRET_KEY", string(c.SecretKey), "what is encrypted with a generated key is lost with this machine"},
		{"DATABASE_URL", string(c.DatabaseURL), "the private PostgreSQL is for trying out"},
		{"BASE_URL", c.BaseURL, "links in mail and QR codes need it"},
	} {
		if must.value == "" {
			errs = append(errs, fmt.Errorf("%s must be set when ENV=production: %s", must.name, must.why))
		}
	}
	if c.Demo {
		errs = append(errs, errors.New("DEMO=1 is refused when ENV=production"))
	}
	if u, err := url.Parse(c.BaseURL); err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
		errs = append(errs, fmt.Errorf("BASE_URL=%q: want https when ENV=production: passwords and sessions must not travel in plain", c.BaseURL))
	}
	return errs
}

// loopback reports whether a host is this machine, which nobody listens in on.
func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && a.IsLoopback())
}

// checkIdle: shorter than a meeting would sign people out in the middle of their work.
func checkIdle(d time.Duration) error {
	if d != 0 && (d < 15*time.Minute || d > 14*24*time.Hour) {
		return errors.New("want 0, or 15m to 336h")
	}
	return nil
}

// wrong names the variable and shows its value; nil stays nil.
func wrong(name, value string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s=%q: %w", name, value, err)
}

// secret names the variable but not its value, which may hold a password.
func secret(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// checkLag: the replica is looked at once a second, so that less would leave it out for no reason.
func checkLag(d time.Duration) error {
	if d < 1500*time.Millisecond || d > time.Minute {
		return errors.New("want 1.5s to 1m")
	}
	return nil
}

func checkAddr(v string) error {
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return errors.New("want host:port, e.g. :8080 or 127.0.0.1:8080")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil { // 0 takes any free one
		return fmt.Errorf("%q is no port, want 0 to 65535", port)
	}
	return nil
}

// checkMetrics refuses the public address: figures are for those who run the program.
func checkMetrics(v, public string) error {
	if v == "" {
		return nil
	}
	if v == public {
		return errors.New("want another address than ADDR")
	}
	return checkAddr(v)
}

func checkBase(v string) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
		return errors.New("want http://host or https://host, without a path")
	}
	return oneOf(u.Scheme, "http", "https")
}

// checkURL accepts nothing or an address with one of the schemes. Its errors never quote
// the address.
func checkURL(v Secret, schemes ...string) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(string(v))
	if err != nil {
		return fmt.Errorf("not an address, want %s://…", schemes[0])
	}
	if !slices.Contains(schemes, u.Scheme) {
		return fmt.Errorf("scheme %q, want %s", u.Scheme, strings.Join(schemes, ", "))
	}
	if u.Host == "" && u.Path == "" && u.RawQuery == "" {
		return fmt.Errorf("names no place after its scheme %s", u.Scheme)
	}
	return nil
}

func checkSMS(v Secret) error {
	if v == "log:" {
		return nil
	}
	return checkURL(v, "aliyun", "log")
}

func oneOf(v string, options ...string) error {
	if slices.Contains(options, v) {
		return nil
	}
	return fmt.Errorf("want %s", strings.Join(options, " or "))
}

// OldSecrets are the secrets that SECRET_KEY has replaced, the newest first.
func (c Config) OldSecrets() (out [][]byte) {
	for part := range strings.SplitSeq(string(c.SecretKeyOld), ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, []byte(part))
		}
	}
	return out
}
