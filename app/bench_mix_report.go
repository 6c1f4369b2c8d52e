package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// mixGroups are the lines of the table and what they count together.
var mixGroups = []struct {
	name string
	of   []string
}{
	{mixPhoto, []string{mixPhoto}},
	{mixCheck, []string{mixCheck}},
	{"phones", []string{mixPhoto, mixCheck}},
	{mixFirst, []string{mixFirst}},
	{mixFilter, []string{mixFilter}},
	{mixNext, []string{mixNext}},
	{mixDossier, []string{mixDossier}},
	{"offices", []string{mixFirst, mixFilter, mixNext, mixDossier}},
	{"all", []string{mixPhoto, mixCheck, mixFirst, mixFilter, mixNext, mixDossier}},
}

// mixReport adds a line for phones and for offices, and notes everything else below the table.
//
// Errors: nobody was answered.
func (b *bench) mixReport(ours, bare mixSide) error {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	for _, part := range []struct {
		name       string
		ours, bare *mixLog
	}{
		{fmt.Sprintf("%d phones and %d offices, %d s", b.load.phones, b.load.offices, b.load.seconds), ours.people, bare.people},
		{fmt.Sprintf("without pauses, %d at a time, %d s", min(mixHands, b.load.phones, b.load.offices), b.load.seconds), ours.full, bare.full},
	} {
		fmt.Fprintf(w, "mix: %s\trequests/s\tp50\tp95\tp99\terrors\tbare requests/s\tp50\tp95\tp99\terrors\tratio requests/s\tp50\tp95\n", part.name)
		for _, g := range mixGroups {
			x, y := part.ours.of(g.of), part.bare.of(g.of)
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", g.name, x.cells(b.load.seconds), y.cells(b.load.seconds), over(x.done, y.done), over(x.at(50), y.at(50)), over(x.at(95), y.at(95)))
			if part.ours == ours.people && (g.name == "phones" || g.name == "offices") {
				if len(x.took) == 0 || len(y.took) == 0 {
					return fmt.Errorf("%s: %s: %d and %d answers; %s %s", part.name, g.name, len(x.took), len(y.took), part.ours.odd, part.bare.odd)
				}
				b.add(benchRow{Work: "mixed load: " + g.name, Ours: x.at(50), P95: x.at(95), Bare: y.at(50), Ratio: float64(x.at(50)) / float64(y.at(50)), Rows: part.name})
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	b.notes = append(b.notes, strings.TrimRight(out.String(), "\n"))
	for _, side := range []struct {
		name string
		mixSide
	}{{"program", ours}, {"bare handlers", bare}} {
		b.notes = append(b.notes, fmt.Sprintf("mix: %s: %s; processor time with pauses %s, without %s; jobs waiting at the end %d and %d", side.name, side.memory,
			side.people.cost(), side.full.cost(), side.people.waiting, side.full.waiting))
		for _, l := range []*mixLog{side.people, side.full} {
			if l.odd != "" {
				b.notes = append(b.notes, "mix: "+side.name+": first error: "+l.odd)
			}
		}
	}
	return nil
}

// mixAnswers are those of one line of the table.
type mixAnswers struct {
	done   int
	took   []time.Duration // rising
	failed map[string]int
}

func (l *mixLog) of(kinds []string) mixAnswers {
	a := mixAnswers{failed: map[string]int{}}
	for _, k := range kinds {
		a.done += l.done[k]
		a.took = append(a.took, l.took[k]...)
		for status, n := range l.failed[k] {
			a.failed[status] += n
		}
	}
	slices.Sort(a.took)
	return a
}

// at is a percentile; 0 where there is none.
func (a mixAnswers) at(percent int) time.Duration {
	if len(a.took) == 0 {
		return 0
	}
	return a.took[len(a.took)*percent/100]
}

// over is a ratio as it is printed.
func over[T int | time.Duration](x, y T) string {
	if x == 0 || y == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(x)/float64(y))
}

func (a mixAnswers) cells(seconds int) string {
	errs := []string{}
	for _, status := range slices.Sorted(maps.Keys(a.failed)) {
		errs = append(errs, fmt.Sprintf("%d × %s", a.failed[status], status))
	}
	if len(errs) == 0 {
		errs = []string{"0"}
	}
	return fmt.Sprintf("%.1f\t%s\t%s\t%s\t%s", float64(a.done)/float64(seconds), short(a.at(50)), short(a.at(95)), short(a.at(99)), strings.Join(errs, ", "))
}

// cost is the processor time of a request, whatever else the machine did.
func (l *mixLog) cost() string {
	n := time.Duration(max(1, l.of(mixGroups[len(mixGroups)-1].of).done))
	return fmt.Sprintf("%s a request and %s of PostgreSQL", short(l.spent.program/n), short(l.spent.database/n))
}

// mixTree is a program and a PostgreSQL, each with the processes it has started.
type mixTree struct{ program, database int }

// postmaster is the process of PostgreSQL that has started all others; 0 if it runs on another machine.
func (b *bench) postmaster(ctx context.Context) (pid int, err error) {
	if err := b.owner.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		return 0, err
	}
	stat, ok := statOf(strconv.Itoa(pid))
	if !ok || !strings.Contains(stat.name, "postgres") {
		return 0, nil
	}
	return stat.parent, nil
}

// mixSpent is processor time.
type mixSpent struct{ program, database time.Duration }

func (s mixSpent) less(t mixSpent) mixSpent {
	return mixSpent{s.program - t.program, s.database - t.database}
}

// spent is what the trees have used so far, with what has ended in them.
func (t mixTree) spent() (s mixSpent) {
	for _, p := range processes() {
		switch {
		case t.program != 0 && (p.pid == t.program || p.parent == t.program):
			s.program += p.spent
		case t.database != 0 && (p.pid == t.database || p.parent == t.database):
			s.database += p.spent
		}
	}
	return s
}

// mixMemory is in bytes; 0 is unknown.
type mixMemory struct{ program, peak, database int }

func (t mixTree) memory() (m mixMemory) {
	status := filepath.Join("/proc", strconv.Itoa(t.program), "status")
	m.program, m.peak = kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:")
	for _, p := range processes() {
		if t.database != 0 && (p.pid == t.database || p.parent == t.database) {
			m.database += kilobytes(filepath.Join("/proc", strconv.Itoa(p.pid), "smaps_rollup"), "Pss:") // shared buffers once
		}
	}
	return m
}

func (m mixMemory) String() string {
	return fmt.Sprintf("RSS %d MB, at most %d MB; PostgreSQL %d MB", m.program>>20, m.peak>>20, m.database>>20)
}

// kilobytes reads a line of a file in /proc, in bytes; 0 where it cannot be read.
func kilobytes(name, field string) int {
	b, err := os.ReadFile(name)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if w := strings.Fields(line); len(w) > 1 && w[0] == field {
			n, _ := strconv.Atoi(w[1]) // the kernel's
			return n << 10
		}
	}
	return 0
}

// processStat is what the kernel counts of a process.
type processStat struct {
	name        string
	pid, parent int
	spent       time.Duration
}

func processes() (all []processStat) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // only a malformed pattern errs
	for _, s := range stats {
		if p, ok := statOf(filepath.Base(filepath.Dir(s))); ok {
			all = append(all, p)
		}
	}
	return all
}

// statOf reads /proc/<pid>/stat (proc(5)); not ok if the process has ended.
func statOf(pid string) (p processStat, ok bool) {
	b, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return p, false
	}
	before, rest, _ := strings.Cut(string(b), ") ") // the name may hold anything
	w := strings.Fields(rest)
	if len(w) < 15 {
		return p, false
	}
	p.name = before
	p.pid, _ = strconv.Atoi(pid)
	p.parent, _ = strconv.Atoi(w[1])
	for _, n := range w[11:15] { // own, and of children that have ended
		ticks, _ := strconv.Atoi(n)
		p.spent += time.Duration(ticks) * 10 * time.Millisecond // as the kernel counts for programs
	}
	return p, true
}
