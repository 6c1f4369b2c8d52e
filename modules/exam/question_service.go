package exam

import (
	"context"
	"errors"
	"fmt"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// QuestionFilter says which questions to list.
type QuestionFilter struct {
	page.Query
	BankID id.Of[id.Bank] `query:"bankId"`
	Kind   Kind           `query:"kind" enum:"single,multiple,judge"`
	State  string         `query:"state" enum:"archived,all" doc:"empty: in use"`
	Tag    string         `query:"tag" maxLength:"20"`
	Words  string         `query:"words" maxLength:"50" doc:"part of the stem"`
}

// Questions returns one page of questions, the newest first.
func (s *Service) Questions(ctx context.Context, f QuestionFilter) (rows []Question, k page.Key, err error) {
	if k, err = f.Start(sortNew, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionBanks, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = questionsOf(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Question returns the versions of a question, the newest first. Errors: rbac.ErrNotFound.
func (s *Service) Question(ctx context.Context, n id.Of[id.Question]) (rows []Question, err error) {
	err = s.Gate.Read(ctx, ActionBanks, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		found, err := versions(ctx, tx, home.CompanyID, []id.Of[id.Question]{n})
		if err != nil {
			return err
		}
		q, ok := found[n]
		if !ok {
			return rbac.ErrNotFound
		}
		rows, err = versionsOf(ctx, tx, home.CompanyID, q.Number)
		return err
	})
	return rows, err
}

// AddQuestion adds a question to a bank. Errors: ErrBank, ErrStem, ErrStemTaken, ErrKind, ErrOptions, ErrSameOption, ErrAnswer, ErrPoints.
func (s *Service) AddQuestion(ctx context.Context, e Entry) (n id.Of[id.Question], err error) {
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		b, err := bankByID(ctx, tx, scope, e.BankID)
		if errors.Is(err, rbac.ErrNotFound) {
			return ErrBank.At("body.bankId")
		}
		if err != nil {
			return err
		}
		q := Question{CompanyID: b.CompanyID, RegionPath: b.RegionPath, OversightLine: b.OversightLine, BankID: b.ID, Version: 1, State: current, MadeByName: scope.Actor().Name, MadeAt: tx.Now}
		if err := q.Say(e); err != nil {
			return err
		}
		if err := insertQuestions(ctx, tx, []*Question{&q}); err != nil {
			return err
		}
		n = q.ID
		scope.Changed("exam_question", int64(n), b.CompanyID, Question{}, q)
		scope.Made(int64(n))
		return recount(ctx, tx, b.CompanyID)
	})
	return n, err
}

// Correct replaces a question by a new version of it and returns that. Errors: rbac.ErrNotFound, ErrReplaced, those of AddQuestion.
func (s *Service) Correct(ctx context.Context, n id.Of[id.Question], e Entry) (fresh id.Of[id.Question], err error) {
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		was, err := questionByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if was.State == replaced {
			return ErrReplaced
		}
		q := was
		q.ID, q.Version, q.State, q.MadeByName, q.MadeAt, q.Confidence = 0, was.Version+1, current, scope.Actor().Name, tx.Now, ""
		if err := q.Say(e); err != nil {
			return err
		}
		if err := turnQuestion(ctx, tx, was, replaced); err != nil {
			return err
		}
		if err := insertQuestions(ctx, tx, []*Question{&q}); err != nil {
			return err
		}
		fresh = q.ID
		scope.Changed("exam_question", int64(q.Number), q.CompanyID, was, q)
		scope.Made(int64(fresh))
		return recount(ctx, tx, q.CompanyID)
	})
	return fresh, err
}

// Shelve takes a question out of use, or back into it. Errors: rbac.ErrNotFound, ErrReplaced, ErrStemTaken.
func (s *Service) Shelve(ctx context.Context, n id.Of[id.Question], away bool) (id.Of[id.Question], error) {
	err := s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		q, err := questionByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if q.State == replaced {
			return ErrReplaced
		}
		was := q
		q.State = current
		if away {
			q.State = archived
		}
		scope.Changed("exam_question", int64(q.Number), q.CompanyID, was, q)
		scope.Made(int64(n))
		if err := turnQuestion(ctx, tx, q, q.State); err != nil {
			return err
		}
		return recount(ctx, tx, q.CompanyID)
	})
	return n, err
}

// PaperEntry is what is entered of a paper.
type PaperEntry struct {
	Title string `json:"title" minLength:"1" maxLength:"60"`
	Terms
}

// AllPapers returns one page of the papers in use.
func (s *Service) AllPapers(ctx context.Context, q page.Query) (rows []Paper, k page.Key, err error) {
	if k, err = q.Start(sortNew, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionPapers, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = papersOf(ctx, tx, scope, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Paper returns one paper. Errors: rbac.ErrNotFound.
func (s *Service) Paper(ctx context.Context, n id.Of[id.Paper]) (p Paper, err error) {
	err = s.Gate.Read(ctx, ActionPapers, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err == nil {
			p, err = paperIn(ctx, tx, home.CompanyID, n, false)
		}
		return err
	})
	return p, err
}

// Trial is a paper as somebody might draw it, answers shown: for who makes it.
type Trial struct {
	Paper     Paper
	Drawn     []Drawn
	Questions map[id.Of[id.Question]]Question
}

// Try draws a paper once, for a look. Errors: rbac.ErrNotFound, ErrPool, ErrFixed.
func (s *Service) Try(ctx context.Context, n id.Of[id.Paper], seed int64) (o Trial, err error) {
	err = s.Gate.Read(ctx, ActionPaper, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if o.Paper, err = paperIn(ctx, tx, home.CompanyID, n, false); err != nil {
			return err
		}
		pool, err := candidatesOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if o.Drawn, err = Draw(o.Paper.Terms.V, pool, seed); err != nil {
			return err
		}
		o.Questions, err = versions(ctx, tx, home.CompanyID, idsOf(o.Drawn))
		return err
	})
	return o, err
}

func idsOf(drawn []Drawn) []id.Of[id.Question] {
	out := make([]id.Of[id.Question], len(drawn))
	for i, d := range drawn {
		out[i] = d.ID
	}
	return out
}

// MakePaper makes a paper. Errors: ErrTitle, ErrTitleTaken, ErrParts, ErrPool, ErrFixed, ErrBank.
func (s *Service) MakePaper(ctx context.Context, e PaperEntry) (n id.Of[id.Paper], err error) {
	err = s.Gate.Write(ctx, ActionPaper, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p := Paper{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Version: 1, MadeByName: scope.Actor().Name, ChangedAt: tx.Now}
		if err := p.say(ctx, tx, e); err != nil {
			return err
		}
		if err := insertPaper(ctx, tx, &p); err != nil {
			return err
		}
		n = p.ID
		scope.Changed("exam_paper", int64(n), home.CompanyID, Paper{}, p)
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

// EditPaper changes a paper; sittings under way keep its version. Errors: rbac.ErrNotFound, ErrRetired, those of MakePaper.
func (s *Service) EditPaper(ctx context.Context, n id.Of[id.Paper], e PaperEntry) (id.Of[id.Paper], error) {
	return n, s.changePaper(ctx, n, func(tx db.Tx, p *Paper) error {
		p.Version++
		return p.say(ctx, tx, e)
	})
}

// RetirePaper takes a paper out of use. Errors: rbac.ErrNotFound, ErrRetired.
func (s *Service) RetirePaper(ctx context.Context, n id.Of[id.Paper]) (id.Of[id.Paper], error) {
	return n, s.changePaper(ctx, n, func(_ db.Tx, p *Paper) error {
		p.Retired = true
		return nil
	})
}

func (s *Service) changePaper(ctx context.Context, n id.Of[id.Paper], change func(db.Tx, *Paper) error) error {
	return s.Gate.Write(ctx, ActionPaper, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p, err := paperIn(ctx, tx, home.CompanyID, n, true)
		if err != nil {
			return err
		}
		if p.Retired {
			return ErrRetired
		}
		was := p
		if err := change(tx, &p); err != nil {
			return err
		}
		p.ChangedAt = tx.Now
		scope.Changed("exam_paper", int64(n), home.CompanyID, was, p)
		scope.Made(int64(n))
		return updatePaper(ctx, tx, &p)
	})
}

// say puts what e says into p and draws it once, so that nobody finds it impossible at his exam.
func (p *Paper) say(ctx context.Context, tx db.Tx, e PaperEntry) (err error) {
	h := Heading{Title: e.Title}
	b, err := bankAt(rbac.Home{}, h, "", tx)
	if err != nil {
		return err
	}
	t := e.Terms
	for i := range t.Parts {
		t.Parts[i].Tags = tidy(t.Parts[i].Tags)
		if t.Parts[i].BankIDs == nil {
			t.Parts[i].BankIDs = []id.Of[id.Bank]{}
		}
	}
	t.Parts, t.Fixed = append([]Part{}, t.Parts...), append([]Fixed{}, t.Fixed...)
	p.Title, p.Terms.V = b.Title, t
	if p.Questions, p.Total, err = t.size(); err != nil {
		return err
	}
	pool, err := candidatesOf(ctx, tx, p.CompanyID)
	if err != nil {
		return err
	}
	banks := map[id.Of[id.Bank]]bool{}
	for _, c := range pool {
		banks[c.BankID] = true
	}
	for i, part := range t.Parts {
		for j, n := range part.BankIDs {
			if !banks[n] {
				return ErrBank.At(fmt.Sprintf("body.parts[%d].bankIds[%d]", i, j))
			}
		}
	}
	_, err = Draw(t, pool, 1)
	return err
}
