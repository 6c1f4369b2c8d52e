package training

import (
	"bytes"
	"context"
	"encoding/base64"
	"image/png"
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/rbac"
)

// NounCard is what messages and the trail call a card.
const NounCard = "training_card"

// Permissions of cards, newcomers and files.
const (
	ActionCards      rbac.Action = "training.card.list"
	ActionCardKeep   rbac.Action = "training.card.keep" // open, record levels
	ActionCardDecide rbac.Action = "training.card.decide"
	ActionCardOwn    rbac.Action = "training.card.own"
	ActionNewcomers  rbac.Action = "training.newcomer.list"
	ActionNewcomer   rbac.Action = "training.newcomer.decide"
	ActionJoin       rbac.Action = "training.newcomer.join" // by the company's code
	ActionFiles      rbac.Action = "training.file.list"
	ActionFileOwn    rbac.Action = "training.file.own"
)

// Faults of cards.
var (
	ErrCardOpen    = fault.New(fault.Conflict, "training.card-open")
	ErrCardClosed  = fault.New(fault.Conflict, "training.card-closed")
	ErrCardLevel   = fault.New(fault.Invalid, "training.card-level")
	ErrCardDay     = fault.New(fault.Invalid, "training.card-day")
	ErrCardTrainer = fault.New(fault.Invalid, "training.card-trainer")
	ErrCardStaff   = fault.New(fault.Invalid, "training.card-staff")
	ErrCardNothing = fault.New(fault.Conflict, "training.card-nothing-to-sign")
	ErrCardReason  = fault.New(fault.Invalid, "training.card-reason")
	ErrCardStrokes = fault.New(fault.Invalid, "training.card-strokes")
	ErrCardPaper   = fault.New(fault.Invalid, "training.card-paper")
)

// Reasons for a card.
const (
	CardNew      = "new"      // 新上岗: three levels
	CardTransfer = "transfer" // 转岗: workshop and team (总局令第3号 art. 17)
	CardReturn   = "return"   // 离岗后复岗: the same
)

// States of a card.
const (
	CardOpen     = "open"
	CardComplete = "complete"
	CardVoid     = "void"
)

// Card is one person's education before work (三级安全教育卡).
type Card struct {
	CompanyID       rbac.CompanyID
	ID              id.Of[id.Education]
	RegionPath      string
	OversightLine   int16
	StaffID         id.Of[id.Staff]
	UnitID          *id.Of[id.Unit]
	Reason          string `gorm:"column:occasion"`
	Risk            string
	Levels          db.Texts
	Proposed        db.Int4s
	RequiredMinutes int
	OpenedOn        day.Date
	StartsOn        day.Date
	State           string
	Minutes         int
	ExamScore       *int
	ExamPassedOn    day.Date
	ExamSittingID   int64
	CompletedOn     day.Date
	ReasonVoid      string
	OpenedByName    string
	ChangedAt       time.Time
}

// CardLevel is one level of a card as it was taught.
type CardLevel struct {
	CompanyID       rbac.CompanyID
	RegionPath      string
	OversightLine   int16
	CardID          id.Of[id.Education]
	Level           string
	HeldOn          day.Date
	Minutes         int
	Content         string
	Trainer         string
	TrainerStrokes  []byte
	TraineeStrokes  []byte
	TraineeSignedAt *time.Time
	SessionID       int64
	MadeByName      string
	ChangedAt       time.Time
}

// CardSetting is how a company keeps its cards.
type CardSetting struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	AutoOpen      bool
	PaperID       id.Of[id.Paper]
	RegisterToken string
	RegisterOpen  bool
	Contact       string
	ChangedByName string
	ChangedAt     time.Time
}

// CardNeeds is what cards, newcomers and files need of others. Each works within the caller's transaction.
type CardNeeds struct {
	Box *seal.Box
	// Firm names a company.
	Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (string, error)
	// Papers names exam papers in use, or those asked for.
	Papers func(ctx context.Context, tx db.Tx, scope rbac.Scope, ids []id.Of[id.Paper]) (map[id.Of[id.Paper]]string, error)
	// Hire enters a newcomer into the staff, or finds him there.
	Hire func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, h Hiring) (id.Of[id.Staff], error)
	// Due opens, moves and settles what falls due, also for the job runner.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Exams are the exams of people that have ended.
	Exams func(ctx context.Context, tx db.Tx, company rbac.CompanyID, who []id.Of[id.Staff]) ([]FileExam, error)
	// Certificates are what people hold and held.
	Certificates func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, who []id.Of[id.Staff]) ([]FileCertificate, error)
}

// cardHours are class hours by risk: required of the new, proposed for each level; and for transfer and return, where the law
// fixes no number, proposed by the platform.
var cardHours = map[string]struct{ Total, Factory, Workshop, Team, Again int }{
	"general":      {24, 8, 8, 8, 8},     // 总局令第3号 art. 13
	"hazardous":    {72, 24, 24, 24, 24}, // the same
	"construction": {50, 15, 15, 20, 8},  // 建教〔1997〕83号
}

// cardOf makes the card that a reason asks for. split says what the company gives each level, in minutes; nil: as proposed.
func cardOf(reason, risk string, split map[string]int) Card {
	h, ok := cardHours[risk]
	if !ok {
		risk, h = "general", cardHours["general"]
	}
	c := Card{Reason: reason, Risk: risk, State: CardOpen}
	if reason != CardNew {
		c.Levels, c.RequiredMinutes = db.Texts{LevelWorkshop, LevelTeam}, h.Again*ClassHour
		c.Proposed = db.Int4s{int32(c.RequiredMinutes / 2), int32(c.RequiredMinutes - c.RequiredMinutes/2)}
		return c
	}
	c.Levels, c.RequiredMinutes = db.Texts{LevelFactory, LevelWorkshop, LevelTeam}, h.Total*ClassHour
	c.Proposed = db.Int4s{int32(h.Factory * ClassHour), int32(h.Workshop * ClassHour), int32(h.Team * ClassHour)}
	for i, l := range c.Levels {
		if n := split[l]; n > 0 {
			c.Proposed[i] = int32(n)
		}
	}
	return c
}

// lacks says what a card still misses: level.…, trainer.…, signature.…, minutes, exam.
func (c *Card) lacks(levels []CardLevel) []string {
	out, sum := []string{}, 0
	for _, want := range c.Levels {
		i := slices.IndexFunc(levels, func(l CardLevel) bool { return l.Level == want })
		if i < 0 {
			out = append(out, "level."+want)
			continue
		}
		sum += levels[i].Minutes
		if levels[i].Trainer == "" {
			out = append(out, "trainer."+want)
		}
		if len(levels[i].TraineeStrokes) == 0 {
			out = append(out, "signature."+want)
		}
	}
	if sum < c.RequiredMinutes {
		out = append(out, "minutes")
	}
	if c.ExamPassedOn.IsZero() {
		out = append(out, "exam")
	}
	return out
}

// settle counts the levels of an open card, and completes it when nothing is missing.
func (c *Card) settle(levels []CardLevel) (done bool) {
	c.Minutes = 0
	last := c.ExamPassedOn
	for _, l := range levels {
		if !slices.Contains(c.Levels, l.Level) {
			continue
		}
		c.Minutes += l.Minutes
		if l.HeldOn.After(last) {
			last = l.HeldOn
		}
	}
	if c.State != CardOpen || len(c.lacks(levels)) > 0 {
		return false
	}
	c.State, c.CompletedOn = CardComplete, last
	return true
}

// late reports whether work began before the education was over: it has to end on an earlier day. today decides for open cards.
func (c *Card) late(today day.Date) bool {
	if c.StartsOn.IsZero() || c.State == CardVoid {
		return false
	}
	if c.State == CardComplete {
		return !c.CompletedOn.Before(c.StartsOn)
	}
	return !today.Before(c.StartsOn)
}

func (c *Card) home() rbac.Home {
	return rbac.Home{CompanyID: c.CompanyID, RegionPath: c.RegionPath, Line: c.OversightLine}
}

// phaseOf is what the hours of a card count for.
func phaseOf(reason string) string {
	return map[string]string{CardNew: PhaseInitial, CardTransfer: PhaseTransfer, CardReturn: PhaseReturn}[reason]
}

// maxStrokes is how large the picture of a signature may be.
const maxStrokes = 200 << 10

// readStrokes reads the picture that a signature pad draws; nil where nothing is sent. Errors: ErrCardStrokes.
func readStrokes(url, field string) ([]byte, error) {
	if url == "" {
		return nil, nil
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(url, "data:image/png;base64,"))
	if err != nil || len(b) > maxStrokes {
		return nil, ErrCardStrokes.At(field)
	}
	size, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil || size.Width*size.Height > 8_000_000 || size.Width < 20 || size.Height < 20 {
		return nil, ErrCardStrokes.At(field)
	}
	if _, err := png.Decode(bytes.NewReader(b)); err != nil { // papers print it
		return nil, ErrCardStrokes.At(field)
	}
	return b, nil
}
