package training

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// cardRisk is the risk that a company's cards go by, and how it parts the hours of the new; nil: as proposed.
func (s *Service) cardRisk(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home) (string, map[string]int, error) {
	set, firm, err := s.cardFirm(ctx, tx, scope, home)
	if err != nil || !set.parted() {
		return string(firm.Risk), nil, err
	}
	return string(firm.Risk), set.Split(BookOn(cardDay(tx)), firm.Risk), nil
}

// cardFirm is the setting of a company and what its hours follow from, with the risk in force.
func (s *Service) cardFirm(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home) (set Setting, f Firm, err error) {
	f = Firm{Risk: General, RegionPath: home.RegionPath}
	if s.Firm != nil {
		if f, err = s.Firm(ctx, tx, scope, home.CompanyID); err != nil {
			return set, f, err
		}
	}
	if set, err = settingOf(ctx, tx, scope, home.CompanyID); err == nil && set.Risk != "" {
		f.Risk = set.Risk
	}
	return set, f, err
}

// cardAbsence is after how many months away somebody is educated again.
func (s *Service) cardAbsence(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home) (int, error) {
	set, _, err := s.cardFirm(ctx, tx, scope, home)
	return set.Absence(BookOn(cardDay(tx)), home.RegionPath), err
}

// cardFollows counts the hours of somebody anew whose card is complete or void.
func (s *Service) cardFollows(ctx context.Context, tx db.Tx, scope rbac.Scope, c Card) error {
	if s.People == nil {
		return nil
	}
	return s.reckon(ctx, tx, scope, c.home(), cardDay(tx).Year(), []id.Of[id.Staff]{c.StaffID})
}

// Examination is the result of an exam on paper.
type Examination struct {
	On     day.Date `json:"on"`
	Score  int      `json:"score" minimum:"0" maximum:"100"`
	Passed bool     `json:"passed"`
}

// ExamineCard records an exam on paper. Errors: rbac.ErrNotFound, ErrCardClosed, ErrCardDay.
func (s *Service) ExamineCard(ctx context.Context, n id.Of[id.Education], in Examination) (id.Of[id.Education], error) {
	return n, s.withCard(ctx, ActionCardDecide, n, func(tx db.Tx, scope rbac.Scope, c *Card, had []CardLevel) error {
		if in.On.After(cardDay(tx)) || in.On.Before(cardDay(tx).AddYears(-5)) {
			return ErrCardDay.At("body.on")
		}
		return s.examined(ctx, tx, scope, c, had, Sat{in.On, in.Score, in.Passed, 0})
	})
}

// Sat is how somebody did in the exam of his card.
type Sat struct {
	On        day.Date
	Score     int
	Passed    bool
	SittingID int64 // 0: on paper
}

// CardSat is told of an exam that was sat for a card; one that is closed by then stays as it is.
func (s *Service) CardSat(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[id.Education], r Sat) error {
	c, had, err := cardWithLevels(ctx, tx, company, n)
	if errors.Is(err, rbac.ErrNotFound) || (err == nil && c.State != CardOpen) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.examined(ctx, tx, scope, &c, had, r)
}

func (s *Service) examined(ctx context.Context, tx db.Tx, scope rbac.Scope, c *Card, had []CardLevel, r Sat) error {
	if c.State != CardOpen {
		return ErrCardClosed
	}
	if !c.ExamPassedOn.IsZero() && !r.Passed {
		return nil
	}
	c.ExamScore, c.ExamSittingID = &r.Score, r.SittingID
	if r.Passed {
		c.ExamPassedOn = r.On
	}
	return s.settleCard(ctx, tx, scope, c, had)
}

// MaySitFor checks that a person may sit a paper for a card: it is his, open, and the company's setting names the paper.
// Errors: rbac.ErrNotFound, ErrCardClosed, ErrCardPaper.
func MaySitFor(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff], paper id.Of[id.Paper], n id.Of[id.Education]) error {
	c, err := lockCard(ctx, tx, company, n)
	if err != nil {
		return err
	}
	set, err := cardSettingOf(ctx, tx, company)
	switch {
	case err != nil:
		return err
	case c.StaffID != who:
		return rbac.ErrNotFound
	case c.State != CardOpen:
		return ErrCardClosed
	case set.PaperID == 0 || set.PaperID != paper:
		return ErrCardPaper
	}
	return nil
}

// MaySitSession checks that a person may sit a paper for a session: he is noted there, and the session ends with it.
// Errors: rbac.ErrNotFound, ErrCardPaper.
func MaySitSession(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff], paper id.Of[id.Paper], n id.Of[id.Session]) error {
	ses, err := sessionHeld(ctx, tx, company, n)
	if err != nil {
		return err
	}
	own, err := attendedBy(ctx, tx, company, who, db.Ints{int64(n)})
	a, there := own[n]
	switch {
	case err != nil:
		return err
	case !there || a.How == notThere:
		return rbac.ErrNotFound
	case int64(ses.PaperID) != int64(paper):
		return ErrCardPaper
	}
	return nil
}

// Voiding says why a card does not count.
type Voiding struct {
	Reason string `json:"reason" minLength:"2" maxLength:"200"`
}

// VoidCard takes a card back with the hours it gave. Errors: rbac.ErrNotFound, ErrCardClosed.
func (s *Service) VoidCard(ctx context.Context, n id.Of[id.Education], in Voiding) (id.Of[id.Education], error) {
	return n, s.withCard(ctx, ActionCardDecide, n, func(tx db.Tx, scope rbac.Scope, c *Card, had []CardLevel) error {
		if c.State == CardVoid {
			return ErrCardClosed
		}
		was, complete := c.trail(), c.State == CardComplete
		c.State, c.ReasonVoid, c.ChangedAt = CardVoid, strings.TrimSpace(in.Reason), tx.Now
		scope.Changed(NounCard, int64(n), c.CompanyID, was, c.trail())
		if err := updateCard(ctx, tx, c); err != nil {
			return err
		}
		if err := s.cardFalls(ctx, tx, *c, day.Date{}); err != nil || !complete {
			return err
		}
		none := c.records(had)
		for i := range none {
			none[i].Minutes, none[i].Passed, none[i].Score = 0, nil, nil
		}
		if err := insertRecords(ctx, tx, none); err != nil {
			return err
		}
		return s.cardFollows(ctx, tx, scope, *c)
	})
}

// Beginning says when somebody begins to work.
type Beginning struct {
	StartsOn day.Date `json:"startsOn" doc:"empty: not known"`
}

// BeginCard sets the first day of work, by which a card is in time or late. Errors: rbac.ErrNotFound, ErrCardClosed, ErrCardDay.
func (s *Service) BeginCard(ctx context.Context, n id.Of[id.Education], in Beginning) (id.Of[id.Education], error) {
	return n, s.withCard(ctx, ActionCardDecide, n, func(tx db.Tx, scope rbac.Scope, c *Card, _ []CardLevel) error {
		if c.State == CardVoid {
			return ErrCardClosed
		}
		if !in.StartsOn.IsZero() && (in.StartsOn.Before(c.OpenedOn.AddYears(-5)) || in.StartsOn.After(cardDay(tx).AddYears(1))) {
			return ErrCardDay.At("body.startsOn")
		}
		was := c.trail()
		c.StartsOn, c.ChangedAt = in.StartsOn, tx.Now
		scope.Changed(NounCard, int64(n), c.CompanyID, was, c.trail())
		return updateCard(ctx, tx, c)
	})
}

// CardFilter says which cards to list.
type CardFilter struct {
	page.Query
	State   string          `query:"state" enum:"open,complete,void"`
	Reason  string          `query:"reason" enum:"new,transfer,return"`
	UnitID  id.Of[id.Unit]  `query:"unitId" doc:"with the units below"`
	StaffID id.Of[id.Staff] `query:"staffId"`
	Late    bool            `query:"late" doc:"work began before the education was over"`
	Words   string          `query:"words" maxLength:"40" doc:"part of the name, or the whole employee number"`
}

// CardFile is a card with its levels and what it misses.
type CardFile struct {
	CardRow
	Had     []CardLevel
	Today   day.Date
	Company string
	PaperID id.Of[id.Paper]
	Paper   string
}

// CardList returns one page of cards of one's part of the company, the newest first.
func (s *Service) CardList(ctx context.Context, f CardFilter) (rows []CardFile, k page.Key, err error) {
	if k, err = f.Start("new", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionCards, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		found, err := cardsOf(ctx, tx, scope, f, cardDay(tx), k)
		if err != nil {
			return err
		}
		rows, err = s.cardFiles(ctx, tx, scope, home.CompanyID, found)
		return err
	})
	return rows, k, err
}

// cardFiles adds the levels to cards of one company.
func (s *Service) cardFiles(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, rows []CardRow) ([]CardFile, error) {
	ids := make([]id.Of[id.Education], len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	all, err := levelsOf(ctx, tx, company, ids)
	if err != nil {
		return nil, err
	}
	set, err := cardSettingOf(ctx, tx, company)
	if err != nil {
		return nil, err
	}
	out := make([]CardFile, len(rows))
	for i, r := range rows {
		out[i] = CardFile{CardRow: r, Had: all[r.ID], Today: cardDay(tx), PaperID: set.PaperID}
	}
	if set.PaperID == 0 || s.Cards.Papers == nil {
		return out, nil
	}
	names, err := s.Cards.Papers(ctx, tx, scope, []id.Of[id.Paper]{set.PaperID})
	for i := range out {
		out[i].Paper = names[set.PaperID]
	}
	return out, err
}

// CardFileOf returns one card; own: one's own. Errors: rbac.ErrNotFound.
func (s *Service) CardFileOf(ctx context.Context, n id.Of[id.Education], own bool) (o CardFile, err error) {
	action := ActionCards
	if own {
		action = ActionCardOwn
	}
	err = s.Gate.Read(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		row, err := cardOne(ctx, tx, scope, n, own)
		if err != nil {
			return err
		}
		files, err := s.cardFiles(ctx, tx, scope, row.CompanyID, []CardRow{row})
		if err != nil {
			return err
		}
		o = files[0]
		if s.Cards.Firm != nil {
			o.Company, err = s.Cards.Firm(ctx, tx, scope, row.CompanyID)
		}
		return err
	})
	return o, err
}

// MyCards returns one's own cards, the newest first.
func (s *Service) MyCards(ctx context.Context) (rows []CardFile, err error) {
	err = s.Gate.Read(ctx, ActionCardOwn, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		found, err := cardsOfStaff(ctx, tx, home.CompanyID, scope.Actor().StaffID)
		if err != nil {
			return err
		}
		rows, err = s.cardFiles(ctx, tx, scope, home.CompanyID, found)
		return err
	})
	return rows, err
}

// Barred is a card that keeps its person from being put on a post.
type Barred struct {
	CardID id.Of[id.Education]
	Reason string
	Lacks  []string
}

// CardBar tells whether an open card keeps a person from work; nil: nothing does. Who has no card is not barred.
func CardBar(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (*Barred, error) {
	c, err := openCardOf(ctx, tx, company, who)
	if err != nil || c == nil {
		return nil, err
	}
	all, err := levelsOf(ctx, tx, company, []id.Of[id.Education]{c.ID})
	return &Barred{c.ID, c.Reason, c.lacks(all[c.ID])}, err
}

// number is what a card is called on paper.
func (c Card) number() string { return fmt.Sprintf("SJ%d-%d", c.OpenedOn.Year(), c.ID) }
