package emergency

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web/register"
)

// States of a drill.
const (
	Planned = "planned"
	Held    = "held"
)

var clock = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// checkDrill holds a drill against its rules. Errors: ErrDay, ErrClock, ErrRecord where a drill
// that was held does not say what a record must (应急演练 records: place, scenario, evaluation),
// ErrHeld where one that was held is to be planned again.
func (*Service) checkDrill(_ context.Context, tx db.Tx, _ rbac.Scope, was, is *Drill) error {
	held := !is.HeldOn.IsZero()
	switch {
	case is.HeldOn.After(today(tx)):
		return ErrDay.At("body.heldOn")
	case !is.ReportedOn.IsZero() && (!held || is.ReportedOn.Before(is.HeldOn) || is.ReportedOn.After(today(tx))):
		return ErrDay.At("body.reportedOn")
	case is.StartTime != "" && !clock.MatchString(is.StartTime):
		return ErrClock.At("body.startTime")
	case is.EndTime != "" && (!clock.MatchString(is.EndTime) || is.EndTime < is.StartTime):
		return ErrClock.At("body.endTime")
	case is.Participants < 0:
		return ErrNumber.At("body.participants")
	case held && is.Place == "":
		return ErrRecord.At("body.place")
	case held && is.Evaluation == "":
		return ErrRecord.At("body.evaluation")
	case was != nil && was.State == Held && !held:
		return ErrHeld.At("body.heldOn")
	}
	is.State = Planned
	if held {
		is.State = Held
	}
	return nil
}

// drillDue is a planned drill until it is held.
func drillDue(d *Drill) []due.Item {
	it := due.Item{Kind: "emergency.drill", Title: d.Name, On: d.PlannedOn, OwnerID: d.CommanderID, Before: []int{15, 3, 0}}
	if d.State == Held {
		it.On = day.Date{}
	}
	return []due.Item{it}
}

// savedDrills links drills to the plans they name and makes hazards of what they showed. A file of
// old records makes none: the people who hold the drill raise them.
func (s *Service) savedDrills(ctx context.Context, tx db.Tx, scope rbac.Scope, rows []register.Change[Drill]) error {
	if len(rows) == 0 {
		return nil
	}
	home := rows[0].Is.Home()
	if err := linkPlans(ctx, tx, home.CompanyID, rowIDs(rows)); err != nil {
		return err
	}
	if scope.Actor().Kind == rbac.System || s.Raise == nil {
		return nil
	}
	for _, r := range rows {
		if r.Is.State != Held || !r.Is.EndedOn.IsZero() {
			continue
		}
		if err := s.raise(ctx, tx, scope, r.Is); err != nil {
			return err
		}
	}
	return nil
}

// raise makes a hazard of each finding of a drill, once.
func (s *Service) raise(ctx context.Context, tx db.Tx, scope rbac.Scope, d *Drill) error {
	before := len(d.HazardIDs)
	for _, line := range findings(d.Problems) {
		mark := sha256.Sum256([]byte(line))
		h, err := s.Raise(ctx, tx, scope, Finding{
			Ref: fmt.Sprintf("emergency_drill/%s/%s/%s", d.CompanyID, d.ID, hex.EncodeToString(mark[:8])), Place: d.Place, Description: "演练“" + d.Name + "”发现：" + line,
		})
		if err != nil {
			return err
		}
		if !slices.Contains(d.HazardIDs, int64(h)) {
			d.HazardIDs = append(d.HazardIDs, int64(h))
		}
	}
	if len(d.HazardIDs) == before {
		return nil
	}
	return updateHazards(ctx, tx, d)
}

// findings are the lines of a text that say something.
func findings(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" && line != "无" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

func rowIDs(rows []register.Change[Drill]) []id.Of[id.Row] {
	out := make([]id.Of[id.Row], len(rows))
	for i, r := range rows {
		out[i] = r.Is.ID
	}
	return out
}

// drillPaper is the attendance sheet and the places to sign, below a drill's record.
func drillPaper(d *doc.Doc, t *Drill, l text.Lang) {
	say := func(code string) string { return text.Say(l, code, nil) }
	if list := findings(t.Problems); len(list) > 0 {
		d.Heading(say("emergency.print-findings"))
		rows := make([][]string, len(list))
		for i, line := range list {
			rows[i] = []string{fmt.Sprint(i + 1), line, ""}
			if i < len(t.HazardIDs) {
				rows[i][2] = fmt.Sprint(t.HazardIDs[i])
			}
		}
		d.Table([]doc.Column{{Title: say("emergency.print-number"), Width: 12, Align: "C"}, {Title: say("emergency.print-finding")}, {Title: say("emergency.print-hazard"), Width: 30}}, rows)
	}
	d.Heading(say("emergency.print-attendance"))
	rows := make([][]string, 8)
	for i := range rows {
		rows[i] = make([]string, 6)
	}
	name, sign := say("emergency.print-name"), say("emergency.print-sign")
	d.Table([]doc.Column{{Title: name}, {Title: sign}, {Title: name}, {Title: sign}, {Title: name}, {Title: sign}}, rows)
	d.Gap(6)
	d.Fields([][2]string{{say("emergency.print-commander"), ""}, {say("emergency.print-evaluator"), ""}, {say("emergency.print-recorder"), ""}, {say("emergency.print-date"), ""}})
}
