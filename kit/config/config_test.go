package config_test

import (
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"anbiao/kit/config"
)

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := config.Parse([]string{"DATABASE_URL=", "PATH=/bin"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":8080" || c.Env != config.Development || c.Production() || c.Demo || c.LogLevel != 0 || c.DataDir == "" {
		t.Errorf("%+v", c)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	c, err := config.Parse([]string{
		"ENV=production", "SECRET_KEY=" + strings.Repeat("k", 32), "DATABASE_URL=postgres://o:p@db/anbiao", "BASE_URL=https://anbiao.example.cn",
		"DATABASE_URL_COMPANY=postgres://c:p@pool/anbiao", "TRUSTED_PROXIES=10.0.0.0/8, 192.0.2.7", "LOG_LEVEL=warn", "DATA_DIR=/srv/anbiao",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(c.DatabaseURLs["company"]); got != "postgres://c:p@pool/anbiao" {
		t.Errorf("DATABASE_URL_COMPANY: %q", got)
	}
	if len(c.TrustedProxies) != 2 || c.TrustedProxies[1] != netip.MustParsePrefix("192.0.2.7/32") {
		t.Errorf("TRUSTED_PROXIES: %v", c.TrustedProxies)
	}
	if !c.Production() || c.DataDir != "/srv/anbiao" || c.LogLevel != 4 {
		t.Errorf("%+v", c)
	}
}

func TestWrongValuesNameTheirVariable(t *testing.T) {
	t.Parallel()
	production := []string{"ENV=production", "SECRET_KEY=" + strings.Repeat("k", 32), "DATABASE_URL=postgres://o:p@db/anbiao", "BASE_URL=https://a.cn"}
	for _, c := range []struct {
		name    string
		environ []string
		want    string
	}{
		{"no port", []string{"ADDR=8080"}, `ADDR="8080": want host:port`},
		{"port out of range", []string{"ADDR=:99999"}, `ADDR=":99999": "99999" is no port`},
		{"unknown environment", []string{"ENV=prod"}, `ENV="prod": want development or production`},
		{"path in base", []string{"BASE_URL=https://a.cn/app"}, "BASE_URL="},
		{"base without scheme", []string{"BASE_URL=a.cn"}, "BASE_URL="},
		{"other database", []string{"DATABASE_URL=mysql://u:hunter2@h/d"}, `DATABASE_URL: scheme "mysql", want postgres`},
		{"broken address", []string{"DATABASE_URL=postgres://u:hunter2%@h/d"}, "DATABASE_URL: not an address"},
		{"redis by host", []string{"REDIS_URL=localhost:6379"}, "REDIS_URL: scheme"},
		{"blob by path", []string{"BLOB_URL=/srv/files"}, "BLOB_URL: scheme"},
		{"smtp by web", []string{"SMTP_URL=https://mail"}, "SMTP_URL: scheme"},
		{"sms by web", []string{"SMS_URL=https://key:hunter2@sms"}, "SMS_URL: scheme"},
		{"wechat by web", []string{"WECHAT_URL=https://key:hunter2@wechat"}, "WECHAT_URL: scheme"},
		{"private maybe", []string{"WEBHOOK_PRIVATE=maybe"}, `WEBHOOK_PRIVATE="maybe": want 1 or 0`},
		{"no such kind", []string{"DATABASE_URL=postgres://h/d", "DATABASE_URL_CITIZEN=postgres://h/d"}, "DATABASE_URL_CITIZEN: there is no such kind"},
		{"kind without owner", []string{"DATABASE_URL_COMPANY=postgres://h/d"}, "without DATABASE_URL"},
		{"replica without primary", []string{"DATABASE_URL_REPLICA=postgres://h/d"}, "without DATABASE_URL"},
		{"replica elsewhere", []string{"DATABASE_URL=postgres://h/d", "DATABASE_URL_REPLICA=mysql://u:hunter2@h/d"}, `DATABASE_URL_REPLICA: scheme "mysql"`},
		{"listening elsewhere", []string{"DATABASE_URL=postgres://h/d", "DATABASE_URL_LISTEN=h:5432"}, "DATABASE_URL_LISTEN: "},
		{"rests for too short", []string{"IDLE_TIMEOUT=5m"}, `IDLE_TIMEOUT="5m0s": want 0, or 15m to 336h`},
		{"plain base in production", append([]string{"BASE_URL=http://anbiao.example.cn"}, production[:3]...), `want https when ENV=production`},
		{"lag too short", []string{"REPLICA_LAG=1s"}, `REPLICA_LAG="1s": want 1.5s to 1m`},
		{"short old secret", []string{"SECRET_KEY_OLD=" + strings.Repeat("k", 32) + ",short"}, "SECRET_KEY_OLD holds a secret of 5 bytes"},
		{"short secret", []string{"SECRET_KEY=short"}, "SECRET_KEY has 5 bytes"},
		{"no switch", []string{"DEMO=maybe"}, `DEMO="maybe": want 1 or 0`},
		{"demo on a real database", []string{"DEMO=1", "DATABASE_URL=postgres://h/d"}, "DEMO=1 is refused with DATABASE_URL"},
		{"weak demo password", []string{"DEMO=1", "DEMO_PASSWORD=x"}, "DEMO_PASSWORD"},
		{"log format", []string{"LOG_FORMAT=xml"}, "LOG_FORMAT"},
		{"figures in public", []string{"METRICS_ADDR=:8080"}, "another address than ADDR"},
		{"collector", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT"},
		{"drain", []string{"DRAIN=long"}, "DRAIN"},
		{"log level", []string{"LOG_LEVEL=loud"}, `unknown name (debug, info, warn or error)`},
		{"proxies", []string{"TRUSTED_PROXIES=10.0.0.0/8,gate"}, `TRUSTED_PROXIES="10.0.0.0/8,gate": "gate" is neither`},
		{"production without secret", append([]string{"SECRET_KEY="}, production[0], production[2], production[3]), "SECRET_KEY must be set"},
		{"production without database", []string{production[0], production[1], production[3]}, "DATABASE_URL must be set"},
		{"production without base", production[:3], "BASE_URL must be set"},
		{"production as demo", []string{"ENV=production", "DEMO=1"}, "DEMO=1 is refused when ENV=production"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse(c.environ)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q in it", err, c.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Error("the error shows a password")
			}
		})
	}
	for _, base := range []string{"https://a.cn", "http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"} {
		if _, err := config.Parse(append([]string{"BASE_URL=" + base}, production[:3]...)); err != nil {
			t.Errorf("complete production at %s: %v", base, err)
		}
	}
	if c, err := config.Parse([]string{"IDLE_TIMEOUT=0s"}); err != nil || c.IdleTimeout != 0 {
		t.Errorf("no idle timeout: %v, %v", c.IdleTimeout, err)
	}
	if c, err := config.Parse(nil); err != nil || c.IdleTimeout != 8*time.Hour {
		t.Errorf("idle timeout: %v, %v", c.IdleTimeout, err)
	}
}

func TestSeveralWrongValuesAreAllNamed(t *testing.T) {
	t.Parallel()
	_, err := config.Parse([]string{"ADDR=x", "ENV=y", "REDIS_URL=z"})
	for _, name := range []string{"ADDR", "ENV", "REDIS_URL"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
}

// The README's tables are Table, word by word in English and row by row in Chinese.
func TestREADME(t *testing.T) {
	t.Parallel()
	if got := between(t, "../../README.md"); got != config.Table() {
		t.Errorf("README.md differs; put this between the marks:\n%s", config.Table())
	}
	chinese := between(t, "../../README.zh-CN.md")
	for line := range strings.Lines(config.Table()) {
		if name := strings.SplitN(line, "|", 3)[1]; strings.Contains(name, "`") && !strings.Contains(chinese, "|"+name+"|") {
			t.Errorf("README.zh-CN.md lacks %s", name)
		}
	}
}

func between(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(b), config.TableBegin+"\n")
	table, _, closed := strings.Cut(rest, config.TableEnd)
	if !found || !closed {
		t.Fatalf("%s lacks the marks %s and %s", path, config.TableBegin, config.TableEnd)
	}
	return table
}
