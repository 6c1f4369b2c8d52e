package letter

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Order says whose letters of a year to make.
type Order struct {
	Year  int              `json:"year" minimum:"2000" maximum:"2100"`
	Units []id.Of[id.Unit] `json:"units,omitempty" maxItems:"200" nullable:"false" doc:"these units and what is below them; none: the whole company"`
}

// Make makes the drafts of a year along the signing chain: one for each person who has none
// yet. Asked again it makes what is missing. Errors: ErrYear, ErrUnitUnknown, ErrNobody.
func (s *Service) Make(ctx context.Context, o Order) (made id.Of[Round], err error) {
	err = s.Gate.Write(ctx, ActionMake, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if now := today(tx).Year(); o.Year < now-1 || o.Year > now+1 {
			return ErrYear.At("body.year")
		}
		tree, err := s.Tree(ctx, tx, home.CompanyID, today(tx))
		if err != nil {
			return err
		}
		for _, u := range o.Units {
			if _, ok := tree.Unit(u); !ok {
				return ErrUnitUnknown.At("body.units")
			}
		}
		links := within(tree, chain(tree), o.Units)
		if len(links) == 0 {
			return ErrNobody
		}
		r, err := open(ctx, tx, home, o.Year)
		if err != nil {
			return err
		}
		was := r
		fresh, err := r.draft(ctx, tx, tree, links)
		if err != nil {
			return err
		}
		made = r.ID
		scope.Made(int64(made))
		scope.Changed("letter_round", int64(r.ID), r.CompanyID, trailOf(was, 0), trailOf(r, len(fresh)))
		return s.settle(ctx, tx, &r, tree)
	})
	return made, err
}

// roundTrail is what the trail says of a round.
type roundTrail struct {
	Year    int
	Letters int // made in this step
	Goals   string
	Reward  string
	Penalty string
	From    string
	Until   string
}

func trailOf(r Round, made int) roundTrail {
	return roundTrail{r.Year, made, strings.Join(r.Goals, "\n"), r.Reward, r.Penalty, r.ValidFrom.String(), r.ValidUntil.String()}
}

// within keeps the links of people in one of the units or below it.
func within(t org.Tree, links []link, units []id.Of[id.Unit]) []link {
	if len(units) == 0 {
		return links
	}
	return slices.DeleteFunc(links, func(l link) bool {
		return !slices.ContainsFunc(units, func(u id.Of[id.Unit]) bool { return t.Within(l.unit.ID, u) })
	})
}

// open returns the company's round of a year, locked, making it with the usual wording where
// there is none.
func open(ctx context.Context, tx db.Tx, home rbac.Home, year int) (Round, error) {
	r, ok, err := roundOf(ctx, tx, home.CompanyID, year)
	if err != nil || ok {
		return r, err
	}
	t := templates[newest]
	r = Round{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Year: year, Template: newest, Goals: slices.Clone(t.Goals), Reward: t.Reward,
		Penalty: t.Penalty, ValidFrom: day.Of(year, time.January, 1), ValidUntil: day.Of(year, time.December, 31), MadeAt: tx.Now,
	}
	if err := insertRound(ctx, tx, &r); err != nil {
		return r, err
	}
	r, _, err = roundOf(ctx, tx, home.CompanyID, year)
	return r, err
}

// draft makes a draft for each link whose person has no letter in force, and gives the
// drafts there are the superior of today, unless he was chosen by hand.
func (r *Round) draft(ctx context.Context, tx db.Tx, tree org.Tree, links []link) (fresh []*Letter, err error) {
	staff := make([]id.Of[id.Staff], len(links))
	for i, l := range links {
		staff[i] = l.holder.StaffID
	}
	current, err := currentOf(ctx, tx, *r, staff)
	if err != nil {
		return nil, err
	}
	has := map[id.Of[id.Staff]]*Letter{}
	for i := range current {
		has[current[i].StaffID] = &current[i]
	}
	var touched []*Letter
	for _, k := range links {
		l := has[k.holder.StaffID]
		switch {
		case l == nil:
			fresh = append(fresh, r.letter(tree, k, tx.Now))
		case l.State == Draft && !l.SuperiorChosen:
			l.with(k.superior)
			touched = append(touched, l)
		}
	}
	if err := insertLetters(ctx, tx, fresh); err != nil {
		return nil, err
	}
	return fresh, updateLetters(ctx, tx, r.CompanyID, touched)
}

// letter is the draft of one link.
func (r *Round) letter(tree org.Tree, k link, now time.Time) *Letter {
	r.LastNumber++
	l := &Letter{
		CompanyID: r.CompanyID, RegionPath: r.RegionPath, OversightLine: r.OversightLine, RoundID: r.ID, Number: r.LastNumber, PublicID: uuid.Must(uuid.NewV7()),
		StaffID: k.holder.StaffID, StaffName: k.holder.Name, UnitName: strings.Join(tree.Names(k.unit.ID), "·"), PostID: k.post.ID, PostName: k.post.Name,
		State: Draft, TextHash: []byte{}, MadeAt: now,
	}
	if k.unit.ID != 0 {
		unit := k.unit.ID
		l.UnitID = &unit
	}
	l.with(k.superior)
	return l
}

// with names the superior of a draft.
func (l *Letter) with(s *seat) {
	if s == nil {
		l.SuperiorID, l.SuperiorName, l.SuperiorPost = nil, "", ""
		return
	}
	who := s.holder.StaffID
	l.SuperiorID, l.SuperiorName, l.SuperiorPost = &who, s.holder.Name, s.post.Name
}

// settle stores a round and its figures.
func (s *Service) settle(ctx context.Context, tx db.Tx, r *Round, tree org.Tree) error {
	r.People = people(tree)
	if err := updateRound(ctx, tx, r); err != nil {
		return err
	}
	return recount(ctx, tx, r.CompanyID, r.ID)
}

// Wording is what all letters of a round say. It goes into letters sent from now on.
type Wording struct {
	Goals      []string `json:"goals" minItems:"1" maxItems:"20" nullable:"false" maxLength:"300"`
	Reward     string   `json:"reward" minLength:"1" maxLength:"1000"`
	Penalty    string   `json:"penalty" minLength:"1" maxLength:"1000"`
	ValidFrom  day.Date `json:"validFrom"`
	ValidUntil day.Date `json:"validUntil"`
}

// Edit changes the wording of letters not sent yet. Errors: rbac.ErrNotFound, ErrBlank, ErrValidity.
func (s *Service) Edit(ctx context.Context, n id.Of[Round], w Wording) (id.Of[Round], error) {
	err := s.Gate.Write(ctx, ActionMake, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		r, err := roundByID(ctx, tx, scope, n, locked)
		if err != nil {
			return err
		}
		if err := w.check(); err != nil {
			return err
		}
		was := trailOf(r, 0)
		r.Goals, r.Reward, r.Penalty, r.ValidFrom, r.ValidUntil = w.Goals, strings.TrimSpace(w.Reward), strings.TrimSpace(w.Penalty), w.ValidFrom, w.ValidUntil
		scope.Made(int64(n))
		scope.Changed("letter_round", int64(n), r.CompanyID, was, trailOf(r, 0))
		return updateRound(ctx, tx, &r)
	})
	return n, err
}

// oneLine refuses what would change the shape of the frozen text.
func oneLine(s string) bool { return strings.TrimSpace(s) != "" && !strings.ContainsAny(s, "\r\n") }

func (w Wording) check() error {
	for _, g := range w.Goals {
		if !oneLine(g) || len([]rune(g)) > 300 {
			return ErrBlank.At("body.goals")
		}
	}
	switch {
	case !oneLine(w.Reward):
		return ErrBlank.At("body.reward")
	case !oneLine(w.Penalty):
		return ErrBlank.At("body.penalty")
	case w.ValidFrom.IsZero() || w.ValidUntil.Before(w.ValidFrom) || w.ValidUntil.After(w.ValidFrom.AddYears(3)):
		return ErrValidity.At("body.validUntil")
	}
	return nil
}

// Sending says which drafts to send.
type Sending struct {
	UnitID id.Of[id.Unit] `json:"unitId,omitempty" doc:"this unit and what is below it; empty: all"`
}

// Send freezes the text of drafts and asks both sides to sign. Drafts without a superior or
// whose post has no duties stay behind. Errors: rbac.ErrNotFound, ErrNothingDraft.
func (s *Service) Send(ctx context.Context, n id.Of[Round], in Sending) (id.Of[Round], error) {
	err := s.Gate.Write(ctx, ActionSend, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		r, err := roundByID(ctx, tx, scope, n, locked)
		if err != nil {
			return err
		}
		tree, err := s.Tree(ctx, tx, r.CompanyID, today(tx))
		if err != nil {
			return err
		}
		all, err := currentOf(ctx, tx, r, nil)
		if err != nil {
			return err
		}
		var drafts []*Letter
		for i := range all {
			if all[i].State == Draft && (in.UnitID == 0 || (all[i].UnitID != nil && tree.Within(*all[i].UnitID, in.UnitID))) {
				drafts = append(drafts, &all[i])
			}
		}
		sent, err := s.send(ctx, tx, scope, r, drafts)
		if err != nil {
			return err
		}
		if sent == 0 {
			return ErrNothingDraft
		}
		scope.Made(int64(n))
		scope.Changed("letter_round", int64(n), r.CompanyID, sentTrail{}, sentTrail{sent})
		return s.settle(ctx, tx, &r, tree)
	})
	return n, err
}

type sentTrail struct{ Sent int }

// send freezes those of drafts that can be sent and returns how many they are.
func (s *Service) send(ctx context.Context, tx db.Tx, scope rbac.Scope, r Round, drafts []*Letter) (int, error) {
	var posts []id.Of[id.Post]
	for _, l := range drafts {
		posts = append(posts, l.PostID)
	}
	slices.Sort(posts)
	if posts = slices.Compact(posts); len(posts) == 0 {
		return 0, nil
	}
	duties, version, err := s.Duties(ctx, tx, r.CompanyID, posts, today(tx))
	if err != nil {
		return 0, err
	}
	name, err := s.Firm(ctx, tx, scope, r.CompanyID)
	if err != nil {
		return 0, err
	}
	var sent []*Letter
	for _, l := range drafts {
		if l.freeze(r, name, duties[l.PostID], version, tx.Now) == nil {
			sent = append(sent, l)
		}
	}
	if len(sent) == 0 {
		return 0, nil
	}
	if err := updateLetters(ctx, tx, r.CompanyID, sent); err != nil {
		return 0, err
	}
	return len(sent), jobs.Enqueue(ctx, tx, RemindCompany{CompanyID: r.CompanyID})
}

// RoundFilter says which rounds to list.
type RoundFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Year      int            `query:"year" minimum:"0" maximum:"2100"`
}

// Named is a round with its company's name.
type Named struct {
	Round
	CompanyName string
}

const sortNew = "new"

// Rounds returns one page of rounds, newest first, with their figures. Errors: page.ErrCursor.
func (s *Service) Rounds(ctx context.Context, f RoundFilter) (rows []Named, k page.Key, err error) {
	if k, err = f.Start(sortNew, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRounds, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = rounds(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}
