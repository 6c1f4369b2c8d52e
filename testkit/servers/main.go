// Command servers runs a command with a PostgreSQL and a Redis for tests, named to it by
// TEST_POSTGRES and TEST_REDIS, and stops them when it has ended:
//
//	go run ./testkit/servers go test ./...
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"anbiao/testkit/shared"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: servers command [argument ...]")
		os.Exit(2)
	}
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "servers:", err)
	}
	os.Exit(code)
}

// run returns the command's exit code.
func run(command []string) (int, error) {
	s, err := shared.Attach()
	if err != nil {
		return 1, err
	}
	// Ctrl-C reaches the command, too; we stay to stop the servers.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM)
	c := exec.Command(command[0], command[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = append(os.Environ(), shared.PostgresVariable+"="+s.Postgres, shared.RedisVariable+"="+s.Redis)
	err = c.Run()
	if released := shared.Release(); released != nil {
		err = errors.Join(err, released)
	}
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(failed.ExitCode(), 1), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
