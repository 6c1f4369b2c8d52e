package config_test

import (
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

// TestComposeStartsInProduction reads docker-compose.yml as docker compose does and holds what
// it sets against what the program takes.
func TestComposeStartsInProduction(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../docker-compose.yml")
	require.NoError(t, err)
	var file struct {
		Anbiao struct {
			Environment map[string]string `yaml:"environment"`
		} `yaml:"x-anbiao"`
	}
	require.NoError(t, yaml.Unmarshal(b, &file))
	said := file.Anbiao.Environment
	require.NotEmpty(t, said)

	known := []string{}
	for f := range reflect.TypeFor[config.Config]().Fields() {
		known = append(known, f.Tag.Get("env"))
	}
	environ := []string{}
	for name, value := range said {
		require.Contains(t, known, name, "a variable the program does not read")
		value = asked.ReplaceAllStringFunc(value, func(v string) string {
			m := asked.FindStringSubmatch(v)
			if m[2] == "-" {
				return m[3] // left out
			}
			if m[1] == "BASE_URL" {
				return "https://anbiao.example.cn"
			}
			return "0123456789abcdef0123456789abcdef"
		})
		environ = append(environ, name+"="+value)
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
