package exam

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// sortNew is the order of every list here: the newest first.
const sortNew = "new"

// Heading is what is entered of a bank.
type Heading struct {
	Title   string `json:"title" minLength:"1" maxLength:"60"`
	Subject string `json:"subject,omitempty" maxLength:"60"`
}

// Banks returns one page of the banks in use.
func (s *Service) Banks(ctx context.Context, q page.Query) (rows []Bank, k page.Key, err error) {
	if k, err = q.Start(sortNew, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionBanks, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = banksOf(ctx, tx, scope, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Shelf is the ready banks, those taken over, and the tags in use.
type Shelf struct {
	Ready []ReadyBank
	Taken []string
	Tags  []string
}

// Shelf returns what can be taken over.
func (s *Service) Shelf(ctx context.Context) (o Shelf, err error) {
	err = s.Gate.Read(ctx, ActionBanks, func(tx db.Tx, scope rbac.Scope) (err error) {
		o.Ready = Ready
		if o.Taken, err = readyTaken(ctx, tx, scope); err != nil {
			return err
		}
		o.Tags, err = tagsOf(ctx, tx, scope)
		return err
	})
	return o, err
}

// MakeBank opens a bank. Errors: ErrTitle, ErrTitleTaken.
func (s *Service) MakeBank(ctx context.Context, h Heading) (n id.Of[id.Bank], err error) {
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		b, err := bankAt(home, h, scope.Actor().Name, tx)
		if err != nil {
			return err
		}
		if err := insertBank(ctx, tx, &b); err != nil {
			return err
		}
		n = b.ID
		scope.Changed("exam_bank", int64(n), home.CompanyID, Bank{}, b)
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

func bankAt(home rbac.Home, h Heading, by string, tx db.Tx) (Bank, error) {
	b := Bank{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Title: strings.TrimSpace(h.Title), Subject: strings.TrimSpace(h.Subject),
		MadeByName: by, ChangedAt: tx.Now,
	}
	if b.Title == "" {
		return b, ErrTitle.At("body.title")
	}
	return b, nil
}

// NameBank gives a bank another name. Errors: rbac.ErrNotFound, ErrTitle, ErrTitleTaken.
func (s *Service) NameBank(ctx context.Context, n id.Of[id.Bank], h Heading) (id.Of[id.Bank], error) {
	return n, s.changeBank(ctx, n, func(b *Bank) error {
		b.Title, b.Subject = strings.TrimSpace(h.Title), strings.TrimSpace(h.Subject)
		if b.Title == "" {
			return ErrTitle.At("body.title")
		}
		return nil
	})
}

// RetireBank takes a bank and its questions out of use; papers draw from it no more. Errors: rbac.ErrNotFound.
func (s *Service) RetireBank(ctx context.Context, n id.Of[id.Bank]) (id.Of[id.Bank], error) {
	return n, s.changeBank(ctx, n, func(b *Bank) error {
		b.Retired = true
		return nil
	})
}

func (s *Service) changeBank(ctx context.Context, n id.Of[id.Bank], change func(*Bank) error) error {
	return s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		b, err := bankByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		was := b
		if err := change(&b); err != nil {
			return err
		}
		b.ChangedAt = tx.Now
		scope.Changed("exam_bank", int64(n), b.CompanyID, was, b)
		scope.Made(int64(n))
		return updateBank(ctx, tx, &b)
	})
}

// TakeOver copies a ready bank into the company's own, or the questions that are new in it since.
// Errors: ErrReady, ErrTitleTaken.
func (s *Service) TakeOver(ctx context.Context, code string) (n id.Of[id.Bank], err error) {
	at := slices.IndexFunc(Ready, func(r ReadyBank) bool { return r.Code == code })
	if at < 0 {
		return 0, ErrReady
	}
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		n, err = takeOver(ctx, tx, scope, home, Ready[at])
		scope.Made(int64(n))
		return err
	})
	return n, err
}

func takeOver(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, r ReadyBank) (id.Of[id.Bank], error) {
	by := scope.Actor().Name
	b, found, err := bankReady(ctx, tx, home.CompanyID, r.Code)
	if err != nil {
		return 0, err
	}
	was := b
	if !found {
		if b, err = bankAt(home, Heading{r.Title, r.Subject}, by, tx); err != nil {
			return 0, err
		}
		b.ReadyCode = r.Code
		err = insertBank(ctx, tx, &b)
	} else if b.Retired {
		b.Retired, b.ChangedAt = false, tx.Now
		err = updateBank(ctx, tx, &b)
	}
	if err != nil {
		return 0, err
	}
	fresh, err := r.lacking(ctx, tx, b, by)
	if err != nil {
		return 0, err
	}
	if err := insertQuestions(ctx, tx, fresh); err != nil {
		return 0, err
	}
	b.Questions += len(fresh)
	scope.Changed("exam_bank", int64(b.ID), home.CompanyID, was, b)
	return b.ID, recount(ctx, tx, home.CompanyID)
}

// lacking are the questions of a ready bank that a bank does not hold in any version.
func (r ReadyBank) lacking(ctx context.Context, tx db.Tx, b Bank, by string) ([]*Question, error) {
	have, err := foldsEver(ctx, tx, b)
	if err != nil {
		return nil, err
	}
	var fresh []*Question
	for _, rq := range r.Questions {
		q := Question{CompanyID: b.CompanyID, RegionPath: b.RegionPath, OversightLine: b.OversightLine, BankID: b.ID, Version: 1, State: current, MadeByName: by, MadeAt: tx.Now, Confidence: rq.Confidence}
		if err := q.Say(rq.Entry()); err != nil {
			return nil, err
		}
		if !have[q.StemFold] {
			fresh = append(fresh, &q)
		}
	}
	return fresh, nil
}
