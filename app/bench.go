package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"anbiao/kit/config"
)

func benchCommand() *cobra.Command {
	var dir, only string
	companies, certificates, round := 100_000, 1_000_000, 60
	load := mixLoad{phones: 500, offices: 100, seconds: 60, think: 6 * time.Second}
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure against bare limits, on made-up companies in a private database",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for name, n := range map[string]*int{"companies": &companies, "certificates": &certificates, "phones": &load.phones, "offices": &load.offices, "seconds": &load.seconds, "round": &round} {
				variable := "BENCH_" + strings.ToUpper(name)
				if s := os.Getenv(variable); s != "" && !cmd.Flags().Changed(name) {
					if _, err := fmt.Sscanf(s, "%d", n); err != nil {
						return fmt.Errorf("%s=%q: %w", variable, s, err)
					}
				}
			}
			load.round = time.Duration(round) * time.Second
			return runBench(cmd.Context(), dir, only, bench{companies: companies, certificates: certificates, load: load})
		},
	}
	c.Flags().IntVar(&companies, "companies", companies, "how many besides the demo city's; BENCH_COMPANIES sets it, too")
	c.Flags().IntVar(&certificates, "certificates", certificates, "how many the daily scan has to look after; BENCH_CERTIFICATES sets it, too")
	c.Flags().IntVar(&load.phones, "phones", load.phones, "of the mixed load; BENCH_PHONES sets it, too")
	c.Flags().IntVar(&load.offices, "offices", load.offices, "regulators of the mixed load; BENCH_OFFICES sets it, too")
	c.Flags().IntVar(&load.seconds, "seconds", load.seconds, "how long each part of the mixed load is measured; BENCH_SECONDS sets it, too")
	c.Flags().IntVar(&round, "round", round, "seconds from one check of a phone of the mixed load to the next; BENCH_ROUND sets it, too")
	c.Flags().StringVar(&dir, "dir", "", "keep the database here and use it again; empty: thrown away afterwards")
	c.Flags().StringVar(&only, "only", "", "plans, reports, live, scan, board or mix: measure nothing else")
	return c
}

// bench is a program under measurement and what its bare limits run on.
type bench struct {
	house     *house
	ours      string        // address of our API
	owner     *pgxpool.Pool // past row security, plans kept: the bare limit
	http      http.Client
	companies int
	rows      []benchRow
	notes     []string // printed below the table

	certificates int
	load         mixLoad
	executable   string // of this program; empty: this process's
}

// benchRow is one line of the table.
type benchRow struct {
	Work       string
	Ours, Bare time.Duration
	P95        time.Duration // of single operations of ours; 0: not taken
	Ratio      float64
	Rows       string
}

// runBench measures and prints the table.
func runBench(ctx context.Context, dir, only string, b bench) (err error) {
	b.http = http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: time.Minute}
	if only == "" {
		if err := b.starts(ctx); err != nil {
			return fmt.Errorf("start-up: %w", err)
		}
	}
	if dir == "" {
		made, err := roomFor("anbiao-bench")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(made)) }()
		dir = made
	}
	cfg, err := config.Parse([]string{"DATA_DIR=" + dir, "DEMO=1", "TRUSTED_PROXIES=127.0.0.1/32"})
	if err != nil {
		return err
	}
	err = inHouse(ctx, cfg, func(ctx context.Context, h *house) error {
		b.house = h
		if err := b.fill(ctx); err != nil {
			return err
		}
		defer b.owner.Close()
		switch only {
		case "plans":
			return b.plans(ctx)
		case "reports":
			return b.quarterEnd(ctx)
		case "live":
			return b.liveScores(ctx)
		case "scan":
			return b.scans(ctx)
		case "mix":
			return b.mixes(ctx)
		}
		return b.serve(ctx, func() error {
			if only == "board" {
				return b.boards(ctx)
			}
			return errors.Join(b.lists(ctx), b.boards(ctx), b.checks(ctx), b.plans(ctx), b.quarterEnd(ctx), b.liveScores(ctx), b.footprint(ctx), b.mixes(ctx), b.scans(ctx))
		})
	})
	if err != nil {
		return err
	}
	return b.print(os.Stdout)
}

// roomFor makes a directory that the servers' own user can pass through.
func roomFor(name string) (string, error) {
	dir, err := os.MkdirTemp("", name)
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711) //nolint:gosec // see above
}

// fill brings the demo city and the other companies in, as far as they are missing.
func (b *bench) fill(ctx context.Context) error {
	if err := b.house.demo(ctx); err != nil {
		return err
	}
	var err error
	if b.owner, err = pgxpool.New(ctx, b.house.ground.dsn); err != nil {
		return err
	}
	var there int
	if err := b.owner.QueryRow(ctx, "SELECT count(*) FROM company").Scan(&there); err != nil {
		return err
	}
	if missing := b.companies - there; missing > 0 {
		if err := generate(ctx, b.house, missing, 1); err != nil {
			return err
		}
	}
	if _, err := b.owner.Exec(ctx, "SELECT oversight_fold(10000000)"); err != nil { // as the job runner does each second
		return err
	}
	_, err = b.owner.Exec(ctx, "VACUUM (ANALYZE)") // or it begins in the middle by itself
	return err
}

// serve runs our API on a port of its own while fn runs.
func (b *bench) serve(ctx context.Context, fn func() error) error {
	h, err := b.house.handler()
	if err != nil {
		return err
	}
	url, stop, err := listen(ctx, h)
	if err != nil {
		return err
	}
	b.ours = url
	return errors.Join(fn(), stop())
}

// listen serves h on a free port of this machine.
func listen(ctx context.Context, h http.Handler) (url string, stop func() error, err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	return "http://" + l.Addr().String(), func() error {
		err := s.Close()
		if serving := <-done; !errors.Is(serving, http.ErrServerClosed) {
			err = errors.Join(err, serving)
		}
		return err
	}, nil
}

// signIn returns a session of a demo account.
func (b *bench) signIn(ctx context.Context, login string) (token string, err error) {
	body := fmt.Sprintf(`{"login":%q,"password":%q}`, login, string(b.house.ground.cfg.DemoPassword))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.ours+"/api/account/sessions", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	got, err := b.http.Do(r)
	if err != nil {
		return "", err
	}
	defer got.Body.Close()
	for _, c := range got.Cookies() {
		return c.Value, nil
	}
	return "", fmt.Errorf("sign in as %s: %s", login, got.Status)
}

// call sends a request and reads the whole answer; anything but success is an error.
func (b *bench) call(ctx context.Context, method, url, token string, body io.Reader) (answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Forwarded-For", someAddress()) // the limit of requests is per client
	got, err := b.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	answer, err = io.ReadAll(got.Body)
	if err == nil && got.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %s", method, url, got.Status, answer)
	}
	return answer, err
}

// read reads a path of our API into v.
func (b *bench) read(ctx context.Context, token, path string, v any) error {
	answer, err := b.call(ctx, http.MethodGet, b.ours+path, token, http.NoBody)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, v)
}

func (b *bench) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "work\tours\tp95\tbare limit\tratio\trows")
	for _, r := range b.rows {
		p95 := "-"
		if r.P95 > 0 {
			p95 = short(r.P95)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%.2f\t%s\n", r.Work, short(r.Ours), p95, short(r.Bare), r.Ratio, r.Rows)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, n := range b.notes {
		fmt.Fprintln(out, n)
	}
	return nil
}

func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
