package shared_test

import (
	"testing"
	"time"

	"anbiao/testkit/shared"
)

func TestNamesKnowTheirAge(t *testing.T) {
	t.Parallel()
	made, ok := shared.Made(shared.Name("t", "abc_testx"))
	if age := time.Since(made); !ok || age < 0 || age > time.Minute {
		t.Errorf("made %v ago, %v", age, ok)
	}
	for _, name := range []string{"postgres", "t_", "t_notatime_x", ""} {
		if _, ok := shared.Made(name); ok {
			t.Errorf("%q has an age", name)
		}
	}
}

func TestServersAreSharedWithinAProcess(t *testing.T) {
	t.Parallel()
	one, err := shared.Attach()
	if err != nil {
		t.Fatal(err)
	}
	other, err := shared.Attach()
	if err != nil || one != other || one.Postgres == "" || one.Redis == "" {
		t.Fatalf("%v, %v", other, err)
	}
	if _, err := one.RedisOptions(); err != nil {
		t.Error(err)
	}
}
