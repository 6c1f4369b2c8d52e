// Command fleetrun runs the program as a fleet on this machine and takes orders on its standard input,
// one a line: kill NAME, start NAME, names, stop. scripts/fleet.sh speaks to it.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"anbiao/testkit/fleet"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: fleetrun PROGRAM DIRECTORY")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1], os.Args[2])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fleetrun:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program, dir string) (err error) {
	began := time.Now()
	f := &fleet.Fleet{Dir: dir, Program: program}
	if err := f.Start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Stop()) }()
	fmt.Printf("the fleet is ready after %.1f s: %s\n%s\n", time.Since(began).Seconds(), f.URL, strings.Join(f.Names(), " "))
	orders := make(chan string)
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			orders <- lines.Text()
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case order := <-orders:
			if order == "stop" {
				return nil
			}
			if err := obey(ctx, f, order); err != nil {
				fmt.Println("error:", err)
				continue
			}
			fmt.Println("done:", order)
		}
	}
}

func obey(ctx context.Context, f *fleet.Fleet, order string) error {
	verb, name, _ := strings.Cut(order, " ")
	switch verb {
	case "kill":
		return f.Kill(name)
	case "start":
		return f.Restart(ctx, name)
	case "names":
		fmt.Println(strings.Join(f.Names(), " "))
		return nil
	}
	return errors.New("say kill NAME, start NAME, names or stop")
}
