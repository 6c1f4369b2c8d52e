package training

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Lesson is one level of education that people had together.
type Lesson struct {
	Level     string
	On        day.Date
	Minutes   int
	Trainer   string
	SessionID int64
	Who       []id.Of[id.Staff]
}

// cardDue is what an open card is called among what falls due.
const cardDue = "training.card"

func cardDay(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// teach writes a lesson on the open cards of those who were there. What was recorded by hand stays.
func (s *Service) teach(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, l Lesson) error {
	cards, err := openCards(ctx, tx, home.CompanyID, l.Who)
	if err != nil || len(cards) == 0 {
		return err
	}
	ids := make([]id.Of[id.Education], len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	all, err := levelsOf(ctx, tx, home.CompanyID, ids)
	if err != nil {
		return err
	}
	for i := range cards {
		c := &cards[i]
		if !slices.Contains(c.Levels, l.Level) {
			continue
		}
		had := all[c.ID]
		at := slices.IndexFunc(had, func(x CardLevel) bool { return x.Level == l.Level })
		if at >= 0 && had[at].SessionID != l.SessionID {
			continue
		}
		x := CardLevel{
			CompanyID: c.CompanyID, RegionPath: c.RegionPath, OversightLine: c.OversightLine, CardID: c.ID, Level: l.Level, HeldOn: l.On, Minutes: l.Minutes,
			Content: cardContent(l.Level, c.Risk), Trainer: l.Trainer, SessionID: l.SessionID, MadeByName: scope.Actor().Name, ChangedAt: tx.Now,
		}
		if at >= 0 {
			x.TraineeStrokes, x.TraineeSignedAt, x.TrainerStrokes = had[at].TraineeStrokes, had[at].TraineeSignedAt, had[at].TrainerStrokes
		}
		if err := s.recordLevel(ctx, tx, scope, c, had, x); err != nil {
			return err
		}
	}
	return nil
}

// cardContent is what a level is about (总局令第3号 arts. 14-16), in our own words, until somebody says better.
func cardContent(level, risk string) string {
	key := "training.content-" + level
	if level == LevelFactory && risk == "hazardous" {
		key += "-hazardous"
	}
	return text.Say(text.Chinese, key, nil)
}

// recordLevel keeps one level of an open card and completes the card when nothing is missing.
func (s *Service) recordLevel(ctx context.Context, tx db.Tx, scope rbac.Scope, c *Card, had []CardLevel, x CardLevel) error {
	if err := saveLevel(ctx, tx, x); err != nil {
		return err
	}
	levels := slices.DeleteFunc(slices.Clone(had), func(l CardLevel) bool { return l.Level == x.Level })
	levels = append(levels, x)
	return s.settleCard(ctx, tx, scope, c, levels)
}

// cardTrail is what the trail keeps of a card.
type cardTrail struct {
	Reason, State string
	Minutes       int
	StartsOn      day.Date
	ExamScore     *int
	ExamPassedOn  day.Date
	CompletedOn   day.Date
	ReasonVoid    string
}

func (c Card) trail() cardTrail {
	return cardTrail{c.Reason, c.State, c.Minutes, c.StartsOn, c.ExamScore, c.ExamPassedOn, c.CompletedOn, c.ReasonVoid}
}

// settleCard saves a card with what its levels come to. A complete one writes the hours of its person.
func (s *Service) settleCard(ctx context.Context, tx db.Tx, scope rbac.Scope, c *Card, levels []CardLevel) error {
	was := c.trail()
	was.Minutes-- // a level may change without its minutes
	done := c.settle(levels)
	c.ChangedAt = tx.Now
	scope.Changed(NounCard, int64(c.ID), c.CompanyID, was, c.trail())
	if err := updateCard(ctx, tx, c); err != nil || !done {
		return err
	}
	if err := insertRecords(ctx, tx, c.records(levels)); err != nil {
		return err
	}
	if err := s.cardFollows(ctx, tx, scope, *c); err != nil {
		return err
	}
	return s.cardFalls(ctx, tx, *c, day.Date{})
}

// records are the hours that a card gives its person.
func (c Card) records(levels []CardLevel) []Record {
	out := []Record{}
	passed := true
	for _, l := range levels {
		if !slices.Contains(c.Levels, l.Level) {
			continue
		}
		out = append(out, Record{
			CompanyID: c.CompanyID, RegionPath: c.RegionPath, OversightLine: c.OversightLine, StaffID: c.StaffID, HeldOn: l.HeldOn, Phase: phaseOf(c.Reason), Level: l.Level,
			Title: text.Say(text.Chinese, "training.card-record-"+l.Level, nil), Minutes: l.Minutes, Trainer: l.Trainer, Source: "card", SourceID: int64(c.ID), Score: c.ExamScore, Passed: &passed,
		})
	}
	return out
}

// cardFalls opens what falls due for an open card, or settles it where on is no day.
func (s *Service) cardFalls(ctx context.Context, tx db.Tx, c Card, on day.Date) error {
	if s.Cards.Due == nil {
		return nil
	}
	rows, err := cardsOfStaff(ctx, tx, c.CompanyID, c.StaffID)
	if err != nil {
		return err
	}
	i := due.Item{Kind: cardDue, Ref: int64(c.ID), On: on, OwnerID: c.StaffID, Before: []int{3, 0}, Path: fmt.Sprintf("/training/cards/%d", c.ID)}
	if len(rows) > 0 {
		i.Title = text.Say(text.Chinese, "training.card-due", map[string]string{"name": rows[0].Name})
	}
	if c.UnitID != nil {
		i.UnitID = *c.UnitID
	}
	return s.Cards.Due(ctx, tx, c.home(), []due.Item{i})
}

// openCard opens a card for a person, unless one is open. Returns the card that is open then.
func (s *Service) openCard(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who id.Of[id.Staff], unit *id.Of[id.Unit], reason string, starts day.Date) (Card, bool, error) {
	open, err := openCards(ctx, tx, home.CompanyID, []id.Of[id.Staff]{who})
	if err != nil {
		return Card{}, false, err
	}
	if len(open) > 0 {
		return open[0], false, nil
	}
	risk, split, err := s.cardRisk(ctx, tx, scope, home)
	if err != nil {
		return Card{}, false, err
	}
	c := cardOf(reason, risk, split)
	c.CompanyID, c.RegionPath, c.OversightLine, c.StaffID, c.UnitID = home.CompanyID, home.RegionPath, home.Line, who, unit
	c.OpenedOn, c.StartsOn, c.OpenedByName, c.ChangedAt = cardDay(tx), starts, scope.Actor().Name, tx.Now
	if err := insertCard(ctx, tx, &c); err != nil {
		return c, false, err
	}
	scope.Changed(NounCard, int64(c.ID), c.CompanyID, cardTrail{}, c.trail())
	on := c.OpenedOn.AddDays(7)
	if !starts.IsZero() {
		on = starts.AddDays(-1)
	}
	return c, true, s.cardFalls(ctx, tx, c, on)
}

// Opening opens a card by hand.
type Opening struct {
	StaffID  id.Of[id.Staff] `json:"staffId"`
	Reason   string          `json:"reason" enum:"new,transfer,return"`
	StartsOn day.Date        `json:"startsOn,omitempty" doc:"first day of work; empty: not known yet"`
}

// OpenCard opens a card. Errors: ErrCardStaff, ErrCardOpen, ErrCardReason, ErrCardDay.
func (s *Service) OpenCard(ctx context.Context, in Opening) (n id.Of[id.Education], err error) {
	err = s.Gate.Write(ctx, ActionCardKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if phaseOf(in.Reason) == "" {
			return ErrCardReason.At("body.reason")
		}
		if !in.StartsOn.IsZero() && (in.StartsOn.Before(cardDay(tx).AddYears(-5)) || in.StartsOn.After(cardDay(tx).AddYears(1))) {
			return ErrCardDay.At("body.startsOn")
		}
		unit, err := staffUnit(ctx, tx, scope, home, in.StaffID)
		if errors.Is(err, rbac.ErrNotFound) {
			return ErrCardStaff.At("body.staffId")
		}
		if err != nil {
			return err
		}
		c, fresh, err := s.openCard(ctx, tx, scope, home, in.StaffID, unit, in.Reason, in.StartsOn)
		if err == nil && !fresh {
			err = ErrCardOpen
		}
		n = c.ID
		scope.Made(int64(n))
		return err
	})
	return n, err
}

// Taught is one level as it is recorded by hand.
type Taught struct {
	On      day.Date `json:"on"`
	Minutes int      `json:"minutes" minimum:"1" maximum:"14400"`
	Content string   `json:"content,omitempty" maxLength:"1000" doc:"empty: what the level is about"`
	Trainer string   `json:"trainer" minLength:"1" maxLength:"40"`
	Trained string   `json:"traineeStrokes,omitempty" maxLength:"300000" doc:"his signature as PNG, in base64 or as a data URL; empty: what is there stays"`
	Teaches string   `json:"trainerStrokes,omitempty" maxLength:"300000" doc:"the trainer's"`
}

// Teach records a level of an open card. Errors: rbac.ErrNotFound, ErrCardClosed, ErrCardLevel, ErrCardDay, ErrCardTrainer, ErrCardStrokes.
func (s *Service) Teach(ctx context.Context, n id.Of[id.Education], level string, in Taught) (id.Of[id.Education], error) {
	return n, s.withCard(ctx, ActionCardKeep, n, func(tx db.Tx, scope rbac.Scope, c *Card, had []CardLevel) error {
		x, err := c.taught(level, in, had, tx, scope.Actor().Name)
		if err != nil {
			return err
		}
		return s.recordLevel(ctx, tx, scope, c, had, x)
	})
}

func (c *Card) taught(level string, in Taught, had []CardLevel, tx db.Tx, by string) (x CardLevel, err error) {
	today := cardDay(tx)
	switch {
	case c.State != CardOpen:
		return x, ErrCardClosed
	case !slices.Contains(c.Levels, level):
		return x, ErrCardLevel.At("path.level")
	case in.On.After(today) || in.On.Before(today.AddYears(-5)):
		return x, ErrCardDay.At("body.on")
	case strings.TrimSpace(in.Trainer) == "":
		return x, ErrCardTrainer.At("body.trainer")
	}
	x = CardLevel{CompanyID: c.CompanyID, RegionPath: c.RegionPath, OversightLine: c.OversightLine, CardID: c.ID, Level: level}
	if i := slices.IndexFunc(had, func(l CardLevel) bool { return l.Level == level }); i >= 0 {
		x = had[i]
		if x.HeldOn != in.On || x.Minutes != in.Minutes { // he signed something else
			x.TraineeStrokes, x.TraineeSignedAt = nil, nil
		}
	}
	x.HeldOn, x.Minutes, x.Content, x.Trainer, x.MadeByName, x.ChangedAt, x.SessionID = in.On, in.Minutes, strings.TrimSpace(in.Content), strings.TrimSpace(in.Trainer), by, tx.Now, 0
	if x.Content == "" {
		x.Content = cardContent(level, c.Risk)
	}
	strokes, err := readStrokes(in.Trained, "body.traineeStrokes")
	if err != nil {
		return x, err
	}
	if strokes != nil {
		x.TraineeStrokes, x.TraineeSignedAt = strokes, &tx.Now
	}
	if strokes, err = readStrokes(in.Teaches, "body.trainerStrokes"); err == nil && strokes != nil {
		x.TrainerStrokes = strokes
	}
	return x, err
}

// withCard locks a card that the actor sees and lets fn change it.
func (s *Service) withCard(ctx context.Context, action rbac.Action, n id.Of[id.Education], fn func(tx db.Tx, scope rbac.Scope, c *Card, had []CardLevel) error) error {
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		row, err := cardOne(ctx, tx, scope, n, action == ActionCardOwn)
		if err != nil {
			return err
		}
		c, had, err := cardWithLevels(ctx, tx, row.CompanyID, n)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		return fn(tx, scope, &c, had)
	})
}

func cardWithLevels(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Education]) (Card, []CardLevel, error) {
	c, err := lockCard(ctx, tx, company, n)
	if err != nil {
		return c, nil, err
	}
	all, err := levelsOf(ctx, tx, company, []id.Of[id.Education]{n})
	return c, all[n], err
}

// CardSigning is a person's signature under what was recorded of him.
type CardSigning struct {
	Strokes string `json:"strokes" minLength:"20" maxLength:"300000" doc:"PNG, in base64 or as a data URL"`
}

// SignCard puts one's signature under the levels of one's own card that lack it.
// Errors: rbac.ErrNotFound, ErrCardClosed, ErrCardNothing, ErrCardStrokes.
func (s *Service) SignCard(ctx context.Context, n id.Of[id.Education], in CardSigning) (id.Of[id.Education], error) {
	return n, s.withCard(ctx, ActionCardOwn, n, func(tx db.Tx, scope rbac.Scope, c *Card, had []CardLevel) error {
		return s.signCard(ctx, tx, scope, c, had, in)
	})
}

func (s *Service) signCard(ctx context.Context, tx db.Tx, scope rbac.Scope, c *Card, had []CardLevel, in CardSigning) error {
	if c.State != CardOpen {
		return ErrCardClosed
	}
	strokes, err := readStrokes(in.Strokes, "body.strokes")
	if err != nil {
		return err
	}
	if strokes == nil {
		return ErrCardStrokes.At("body.strokes")
	}
	signed := 0
	for i := range had {
		if len(had[i].TraineeStrokes) > 0 {
			continue
		}
		had[i].TraineeStrokes, had[i].TraineeSignedAt, had[i].ChangedAt = strokes, &tx.Now, tx.Now
		signed++
		if err := saveLevel(ctx, tx, had[i]); err != nil {
			return err
		}
	}
	if signed == 0 {
		return ErrCardNothing
	}
	return s.settleCard(ctx, tx, scope, c, had)
}
