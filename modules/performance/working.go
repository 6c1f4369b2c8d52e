package performance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

// Working is how a score came about, down to the evidence. Its JSON is canonical: written by
// this type alone, fields in the order below, fractions in lowest terms.
type Working struct {
	RuleVersion string      `json:"ruleVersion"`
	Period      string      `json:"period"`
	From        day.Date    `json:"from"`
	Until       day.Date    `json:"until"`
	Cells       []CellWork  `json:"cells" nullable:"false" doc:"the person's scored cells of the matrix"`
	Checks      ChecksWork  `json:"checks" doc:"the checks he had to make: they measure per-shift and daily duties"`
	Deductions  []Deduction `json:"deductions" nullable:"false"`
	Vetoes      []Veto      `json:"vetoes" nullable:"false"`
	Due         int         `json:"due" doc:"hundredths: scores of the cells that had something due; the sum is rescaled to 100"`
	Earned      string      `json:"earned" doc:"exact fraction of points earned of these"`
	Raw         string      `json:"raw" doc:"exact fraction, 0 to 100, before deductions; empty: nothing was due or deducted"`
	Off         int         `json:"off" doc:"hundredths deducted"`
	Exact       string      `json:"exact" doc:"exact fraction after deductions; the score is this cut to hundredths"`
}

// CellWork is one cell's part of the score.
type CellWork struct {
	CellID    id.Of[Cell] `json:"cellId"`
	Duty      string      `json:"duty"`
	Kind      Kind        `json:"kind" enum:"main,direct,lead,supervise"`
	Frequency Frequency   `json:"frequency" enum:"per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event,per_use"`
	Post      string      `json:"post"`
	Score     int         `json:"score" doc:"hundredths"`
	Tasks     []TaskWork  `json:"tasks" nullable:"false"`
	ByChecks  bool        `json:"byChecks" doc:"measured by the checks below"`
	False     string      `json:"false" doc:"why its record is false (假记录): then it earns nothing"`
	Factor    string      `json:"factor" doc:"mean of the tasks' factors, exact; empty: nothing was due, the cell is left out"`
	Points    string      `json:"points" doc:"exact fraction of points it earned"`
}

// TaskWork is one task's part of a cell.
type TaskWork struct {
	ID       id.Of[Task]    `json:"id"`
	Period   string         `json:"period"`
	Occasion string         `json:"occasion"`
	Status   Status         `json:"status" enum:"done,late,missed,excused"`
	DueOn    day.Date       `json:"dueOn"`
	DoneOn   day.Date       `json:"doneOn"`
	Excuse   string         `json:"excuse"`
	Evidence []EvidenceWork `json:"evidence" nullable:"false"`
}

// EvidenceWork is one piece of evidence, to be opened.
type EvidenceWork struct {
	ID       id.Of[Evidence] `json:"id"`
	Kind     EvidenceKind    `json:"kind"`
	Noun     string          `json:"noun" doc:"record of this system; empty if handed in"`
	ObjectID id.Of[Object]   `json:"objectId"`
	On       day.Date        `json:"on"`
	Title    string          `json:"title"`
}

// ChecksWork are the check tasks of a person in the period.
type ChecksWork struct {
	Done   int         `json:"done"`
	Late   int         `json:"late" doc:"made after the last day"`
	Missed int         `json:"missed"`
	Rows   []CheckWork `json:"rows" nullable:"false" doc:"the latest of them, those missed first"`
}

// CheckWork is one check task.
type CheckWork struct {
	TaskID  id.Of[id.Task]  `json:"taskId"`
	CheckID id.Of[id.Check] `json:"checkId" doc:"0: none was made"`
	On      day.Date        `json:"on" doc:"day of the check, or the last day for it"`
	Title   string          `json:"title"`
	Status  Status          `json:"status" enum:"done,late,missed"`
}

// Kinds of deduction.
const (
	OffHazard = "hazard" // found in his area by others, not reported by his own people
	OffMajor  = "major"
	OffManual = "manual" // by his superior, with a reason
)

// Deduction takes points off.
type Deduction struct {
	Kind     string           `json:"kind" enum:"hazard,major,manual"`
	Points   int              `json:"points" doc:"hundredths"`
	Reason   string           `json:"reason"`
	HazardID id.Of[id.Hazard] `json:"hazardId" doc:"0: none"`
	By       string           `json:"by" doc:"who decided; empty: computed"`
	Struck   string           `json:"struck" doc:"why it no longer counts"`
}

// Veto makes the grade D whatever the score.
type Veto struct {
	Reason   string           `json:"reason"`
	HazardID id.Of[id.Hazard] `json:"hazardId" doc:"0: none"`
	By       string           `json:"by" doc:"who decided; empty: computed"`
	Struck   string           `json:"struck" doc:"why it no longer counts"`
}

// Result is a computed score.
type Result struct {
	Raw   *int // hundredths, cut; nil: nothing was due
	Score *int
	Grade Grade
}

var hundred = big.NewRat(100, 1)

// Compute works out the score under r and writes every figure into w. A cell with nothing due is
// left out, and the rest counts as 100. The score is cut to hundredths, not rounded, so that a
// printed 90.00 is never a B.
func (w *Working) Compute(r *Rules) Result {
	earned, due := new(big.Rat), 0
	for i := range w.Cells {
		c := &w.Cells[i]
		mean := w.mean(r, *c)
		c.Factor, c.Points = "", ""
		if mean == nil {
			continue
		}
		points := new(big.Rat).Mul(big.NewRat(int64(c.Score), 100), mean)
		c.Factor, c.Points = mean.RatString(), points.RatString()
		earned.Add(earned, points)
		due += c.Score
	}
	w.Due, w.Earned, w.Raw, w.Exact, w.Off = due, earned.RatString(), "", "", w.off()
	if due == 0 && (!r.FromFull || w.Off == 0) {
		return Result{Grade: w.vetoed(Ungraded)}
	}
	raw := new(big.Rat).Set(hundred)
	if due > 0 {
		raw.Mul(raw.Quo(earned, big.NewRat(int64(due), 100)), hundred)
	}
	exact := new(big.Rat).Sub(raw, big.NewRat(int64(w.Off), 100))
	if exact.Sign() < 0 {
		exact.SetInt64(0)
	}
	w.Raw, w.Exact = raw.RatString(), exact.RatString()
	before, after := Cut(raw), Cut(exact)
	return Result{&before, &after, w.vetoed(r.GradeOf(exact))}
}

// mean is the mean factor of a cell; nil where nothing was due.
func (w *Working) mean(r *Rules, c CellWork) *big.Rat {
	sum, n := new(big.Rat), int64(0)
	add := func(s Status, times int) {
		sum.Add(sum, new(big.Rat).Mul(r.factor(s), big.NewRat(int64(times), 1)))
		n += int64(times)
	}
	if c.ByChecks {
		add(Done, w.Checks.Done)
		add(Late, w.Checks.Late)
		add(Missed, w.Checks.Missed)
	}
	for _, t := range c.Tasks {
		if t.Status == Done || t.Status == Late || t.Status == Missed {
			add(t.Status, 1)
		}
	}
	switch {
	case n == 0:
		return nil
	case c.False != "":
		return new(big.Rat)
	}
	return sum.Quo(sum, big.NewRat(n, 1))
}

func (w *Working) off() (points int) {
	for _, d := range w.Deductions {
		if d.Struck == "" {
			points += d.Points
		}
	}
	return points
}

func (w *Working) vetoed(g Grade) Grade {
	for _, v := range w.Vetoes {
		if v.Struck == "" {
			return D
		}
	}
	return g
}

// Cut returns a score in hundredths, the rest cut off.
func Cut(score *big.Rat) int {
	h := new(big.Rat).Mul(score, hundred)
	return int(new(big.Int).Quo(h.Num(), h.Denom()).Int64())
}

// canonical renders w with the SHA-256 of it.
func (w *Working) canonical() (text, hash string) {
	b, err := json.Marshal(w)
	if err != nil {
		panic("performance: " + err.Error()) // strings, numbers and days
	}
	sum := sha256.Sum256(b)
	return string(b), hex.EncodeToString(sum[:])
}

// readWorking reads a stored working.
func readWorking(text string) (w Working, err error) {
	return w, json.Unmarshal([]byte(text), &w)
}
