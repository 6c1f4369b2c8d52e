package config_test

import (
	"bytes"
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"anbiao/kit/config"
)

// asked is a variable of docker compose, ${NAME:-fallback} or ${NAME:?why}.
var asked = regexp.MustCompile(`\$\{(\w+):([-?])([^}]*)\}`)

// service is what the test looks at.
type service struct {
	Profiles    []string          `yaml:"profiles"`
	Environment map[string]string `yaml:"environment"`
	Command     any               `yaml:"command"`
	Ports       []string          `yaml:"ports"`
	Deploy      struct {
		Replicas int `yaml:"replicas"`
	} `yaml:"deploy"`
	DependsOn map[string]any `yaml:"depends_on"`
}

// composed reads docker-compose.yml.
func composed(t *testing.T) (program service, services map[string]service) {
	t.Helper()
	b, err := os.ReadFile("../../docker-compose.yml")
	require.NoError(t, err)
	var file struct {
		Anbiao   service            `yaml:"x-anbiao"`
		Services map[string]service `yaml:"services"`
	}
	require.NoError(t, yaml.NewDecoder(bytes.NewReader(b), yaml.AllowDuplicateMapKey()).Decode(&file)) // what is merged may be said again
	return file.Anbiao, file.Services
}

// answered is what a variable of the file is once somebody has answered what it asks for.
func answered(value string) string {
	return asked.ReplaceAllStringFunc(value, func(v string) string {
		m := asked.FindStringSubmatch(v)
		if m[2] == "-" {
			return m[3] // left out
		}
		if m[1] == "BASE_URL" {
			return "https://anbiao.example.cn"
		}
		return "0123456789abcdef0123456789abcdef"
	})
}

// TestComposeScales holds what profile scale promises: two of each that may be two, everything but
// migrations and listening through the pooler, and nobody who waits for what his profile does not start.
func TestComposeScales(t *testing.T) {
	t.Parallel()
	_, services := composed(t)
	roles := map[string]int{}
	for name, s := range services {
		for on := range s.DependsOn {
			for _, profile := range []string{"one", "scale"} {
				if len(s.Profiles) == 0 || slices.Contains(s.Profiles, profile) {
					there := services[on].Profiles
					require.True(t, len(there) == 0 || slices.Contains(there, profile), "%s waits for %s, which profile %s does not start", name, on, profile)
				}
			}
		}
		command, _ := s.Command.([]any)
		if len(command) < 3 || command[0] != "serve" {
			continue
		}
		require.Len(t, s.Profiles, 1, name)
		if s.Profiles[0] != "scale" {
			require.NotContains(t, s.Environment["DATABASE_URL"], "pgbouncer", name)
			continue
		}
		roles[command[2].(string)] = s.Deploy.Replicas
		environ := []string{}
		for key, value := range s.Environment {
			environ = append(environ, key+"="+answered(value))
		}
		c, err := config.Parse(environ)
		require.NoError(t, err, name)
		require.Contains(t, string(c.DatabaseURL), "@pgbouncer:6432/", name)
		require.Contains(t, string(c.ListenURL), "@postgres:5432/", name)
		require.Contains(t, string(c.ReplicaURL), "@replica:5432/", name)
		require.Contains(t, string(c.RedisURL), "redis-sentinel://", name)
		require.Empty(t, s.Ports, "%s: several of them cannot have one port", name)
	}
	require.Equal(t, map[string]int{"api": 2, "worker": 2, "scheduler": 1}, roles)
	require.Equal(t, 3, services["sentinel"].Deploy.Replicas)
}

// TestComposeStartsInProduction reads docker-compose.yml as docker compose does and holds what
// it sets against what the program takes.
func TestComposeStartsInProduction(t *testing.T) {
	t.Parallel()
	program, _ := composed(t)
	said := program.Environment
	require.NotEmpty(t, said)

	known := []string{}
	for f := range reflect.TypeFor[config.Config]().Fields() {
		known = append(known, f.Tag.Get("env"))
	}
	environ := []string{}
	for name, value := range said {
		require.Contains(t, known, name, "a variable the program does not read")
		environ = append(environ, name+"="+answered(value))
	}
	c, err := config.Parse(environ)
	require.NoError(t, err)
	require.True(t, c.Production())
	inImage := []string{"ADDR", "DATA_DIR"}
	never := []string{"-", "DEMO", "DEMO_PASSWORD"}
	for _, name := range known {
		if !slices.Contains(inImage, name) && !slices.Contains(never, name) {
			require.Contains(t, said, name, "whoever starts it with compose cannot set it")
		}
	}
}
