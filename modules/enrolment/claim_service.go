package enrolment

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// ClaimForm is a claim as the company sends it.
type ClaimForm struct {
	AwardID     id.Of[id.Award]        `json:"awardId" doc:"the level it is for"`
	AccountName string                 `json:"accountName" minLength:"1" maxLength:"100" doc:"of the company's bank account"`
	Bank        string                 `json:"bank" minLength:"1" maxLength:"100"`
	AccountNo   string                 `json:"accountNo" minLength:"6" maxLength:"40" pattern:"^[0-9 -]+$"`
	Files       []id.Of[id.Attachment] `json:"files" required:"false" maxItems:"10" nullable:"false"`
}

// Claimable is a level that the company was awarded, and what it could claim for it.
type Claimable struct {
	Award
	AmountFen fen.Amount // 0: nobody pays for it
	Basis     string
	Taken     bool // claimed before, by this award or an earlier one of the level
}

// Claimables lists what the company could claim, one a level: a renewal does not pay again.
func (s *Service) Claimables(ctx context.Context) (out []Claimable, err error) {
	err = s.Gate.Read(ctx, ActionClaim, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil || s.Sources.Awards == nil {
			return err
		}
		awards, err := s.Sources.Awards(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		taken, err := levelsClaimed(ctx, tx, scope)
		if err != nil {
			return err
		}
		for _, a := range firstOfEach(awards) {
			r, _, err := rateFor(ctx, tx, home.RegionPath, a.Level, a.AnnouncedOn)
			if err != nil {
				return err
			}
			out = append(out, Claimable{a, r.AmountFen, r.Basis, slices.Contains(taken, a.Level)})
		}
		return nil
	})
	return out, err
}

// firstOfEach keeps the first award of each level: the amount is that of its day.
func firstOfEach(awards []Award) (out []Award) {
	for _, a := range awards { // latest first
		i := slices.IndexFunc(out, func(o Award) bool { return o.Level == a.Level })
		if i >= 0 {
			out[i] = a
		} else {
			out = append(out, a)
		}
	}
	return out
}

// Claim claims the reward of a level for the own company. Errors: ErrNoAward, ErrNoRate, ErrClaimed.
func (s *Service) Claim(ctx context.Context, f ClaimForm) (n id.Of[id.Claim], err error) {
	err = s.Gate.Write(ctx, ActionClaim, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		c, err := s.claimOf(ctx, tx, scope, home, f)
		if err != nil {
			return err
		}
		if err := insertClaim(ctx, tx, &c); err != nil {
			return err
		}
		if err := s.attach(ctx, tx, scope, c); err != nil {
			return err
		}
		n = c.ID
		scope.Made(int64(n))
		scope.Changed("enrolment_claim", int64(n), c.CompanyID, Claim{}, c)
		return nil
	})
	return n, err
}

func (s *Service) claimOf(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, f ClaimForm) (c Claim, err error) {
	var awards []Award
	if s.Sources.Awards != nil {
		if awards, err = s.Sources.Awards(ctx, tx, scope, home.CompanyID); err != nil {
			return c, err
		}
	}
	awards = firstOfEach(awards)
	i := slices.IndexFunc(awards, func(a Award) bool { return a.ID == f.AwardID })
	if i < 0 {
		return c, ErrNoAward.At("body.awardId")
	}
	a := awards[i]
	r, ok, err := rateFor(ctx, tx, home.RegionPath, a.Level, a.AnnouncedOn)
	if err != nil {
		return c, err
	}
	if !ok {
		return c, ErrNoRate.At("body.awardId")
	}
	card, err := cardOf(ctx, tx, scope, home.CompanyID)
	c = Claim{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CompanyName: card.Name, Level: a.Level, AwardID: a.ID, CertificateNo: a.CertificateNo,
		AwardedOn: a.AnnouncedOn, AmountFen: r.AmountFen, RateArea: r.Area, RateBasis: r.Basis, State: Claimed, ClaimedAt: tx.Now, ClaimedBy: scope.Actor().Name,
	}
	c.account(f)
	return c, err
}

func (c *Claim) account(f ClaimForm) {
	c.AccountName, c.Bank, c.AccountNo, c.Files = strings.TrimSpace(f.AccountName), strings.TrimSpace(f.Bank), strings.TrimSpace(f.AccountNo), plain(f.Files)
}

func (s *Service) attach(ctx context.Context, tx db.Tx, scope rbac.Scope, c Claim) error {
	if s.Sources.Claim == nil || len(c.Files) == 0 {
		return nil
	}
	files := make([]id.Of[id.Attachment], len(c.Files))
	for i, n := range c.Files {
		files[i] = id.Of[id.Attachment](n)
	}
	return s.Sources.Claim(ctx, tx, scope, c.CompanyID, files, "enrolment_claim", int64(c.ID))
}

// AccountForm mends a claim that came back.
type AccountForm struct {
	AccountName string                 `json:"accountName" minLength:"1" maxLength:"100"`
	Bank        string                 `json:"bank" minLength:"1" maxLength:"100"`
	AccountNo   string                 `json:"accountNo" minLength:"6" maxLength:"40" pattern:"^[0-9 -]+$"`
	Files       []id.Of[id.Attachment] `json:"files" required:"false" maxItems:"10" nullable:"false"`
}

// Mend hands a returned claim in again. Errors: rbac.ErrNotFound, ErrState.
func (s *Service) Mend(ctx context.Context, n id.Of[id.Claim], f AccountForm) (id.Of[id.Claim], error) {
	return s.move(ctx, n, ActionClaim, []ClaimState{Returned}, func(tx db.Tx, scope rbac.Scope, c *Claim) ([]string, error) {
		kept := c.Files
		c.account(ClaimForm{AccountName: f.AccountName, Bank: f.Bank, AccountNo: f.AccountNo, Files: f.Files})
		c.State, c.ClaimedAt, c.ClaimedBy = Claimed, tx.Now, scope.Actor().Name
		fresh := *c
		fresh.Files = slices.DeleteFunc(slices.Clone(c.Files), func(n int64) bool { return slices.Contains(kept, n) })
		return []string{"state", "account_name", "bank", "account_no", "files", "claimed_at", "claimed_by"}, s.attach(ctx, tx, scope, fresh)
	})
}

// Verdict is what an office says of a claim.
type Verdict struct {
	Pass bool   `json:"pass"`
	Note string `json:"note" required:"false" maxLength:"500" doc:"reason; needed where it does not pass"`
}

// Check is the town's or the county's look at a claim: passed on, or back to the company.
// Errors: rbac.ErrNotFound, ErrState, ErrReason.
func (s *Service) Check(ctx context.Context, n id.Of[id.Claim], v Verdict) (id.Of[id.Claim], error) {
	return s.move(ctx, n, ActionCheck, []ClaimState{Claimed}, func(tx db.Tx, scope rbac.Scope, c *Claim) ([]string, error) {
		note := strings.TrimSpace(v.Note)
		if !v.Pass && note == "" {
			return nil, ErrReason.At("body.note")
		}
		person := scope.Actor().PersonID
		c.State, c.CheckedAt, c.CheckedBy, c.CheckerID, c.CheckNote = Checked, &tx.Now, scope.Actor().Name, &person, note
		if !v.Pass {
			c.State, c.Reason = Returned, note
		}
		return []string{"state", "reason", "checked_at", "checked_by", "checker_id", "check_note"}, nil
	})
}

// Approve is the decision of the city's finance: to be paid, or refused. It is another person
// than who checked. Errors: rbac.ErrNotFound, ErrState, ErrReason, ErrSame.
func (s *Service) Approve(ctx context.Context, n id.Of[id.Claim], v Verdict) (id.Of[id.Claim], error) {
	return s.move(ctx, n, ActionApprove, []ClaimState{Checked}, func(tx db.Tx, scope rbac.Scope, c *Claim) ([]string, error) {
		note := strings.TrimSpace(v.Note)
		if !v.Pass && note == "" {
			return nil, ErrReason.At("body.note")
		}
		if c.CheckerID != nil && *c.CheckerID == scope.Actor().PersonID {
			return nil, ErrSame
		}
		c.State, c.DecidedAt, c.DecidedBy = Approved, &tx.Now, scope.Actor().Name
		if !v.Pass {
			c.State, c.Reason = Refused, note
		}
		return []string{"state", "reason", "decided_at", "decided_by"}, nil
	})
}

// Payment notes that a claim was paid.
type Payment struct {
	PaidOn  day.Date `json:"paidOn" doc:"not before it was approved, not after today"`
	Voucher string   `json:"voucher" required:"false" maxLength:"60" doc:"number of the payment"`
}

// Pay notes that an approved claim was paid. Errors: rbac.ErrNotFound, ErrState, ErrPaidOn.
func (s *Service) Pay(ctx context.Context, n id.Of[id.Claim], p Payment) (id.Of[id.Claim], error) {
	return s.move(ctx, n, ActionPay, []ClaimState{Approved}, func(tx db.Tx, scope rbac.Scope, c *Claim) ([]string, error) {
		if p.PaidOn.After(today(tx)) || p.PaidOn.Before(day.In(*c.DecidedAt, day.Shanghai)) {
			return nil, ErrPaidOn.At("body.paidOn")
		}
		c.State, c.PaidOn, c.PaidBy, c.Voucher = Paid, p.PaidOn, scope.Actor().Name, strings.TrimSpace(p.Voucher)
		return []string{"state", "paid_on", "paid_by", "voucher"}, nil
	})
}

// move changes a claim that is in one of some states, and tells the company what an office did.
func (s *Service) move(ctx context.Context, n id.Of[id.Claim], action rbac.Action, from []ClaimState, do func(db.Tx, rbac.Scope, *Claim) ([]string, error)) (id.Of[id.Claim], error) {
	return n, s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		before, err := lockClaim(ctx, tx, scope, n, from)
		if err != nil {
			return err
		}
		after := before
		columns, err := do(tx, scope, &after)
		if err != nil {
			return err
		}
		if err := saveClaim(ctx, tx, &after, columns); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("enrolment_claim", int64(n), after.CompanyID, before, after)
		if scope.Actor().Kind != rbac.Regulator {
			return nil
		}
		return tell(ctx, tx, Note{after.CompanyID, "enrolment_claim", int64(n), "enrolment.note-claim-" + string(after.State), map[string]string{"amount": after.AmountFen.Yuan(), "reason": after.Reason}})
	})
}

// ClaimFilter narrows the list of claims.
type ClaimFilter struct {
	page.Query
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$"`
	State     string         `query:"state" enum:",claimed,returned,checked,approved,paid,refused"`
	Level     string         `query:"level" enum:",1,2,3,pass"`
	CompanyID rbac.CompanyID `query:"companyId"`
}

// Claims lists claims in scope, latest first. Errors: page.ErrCursor.
func (s *Service) Claims(ctx context.Context, f ClaimFilter) (rows []Claim, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionClaims, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = claimsBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// ClaimByID reads a claim. Errors: rbac.ErrNotFound.
func (s *Service) ClaimByID(ctx context.Context, n id.Of[id.Claim]) (c Claim, err error) {
	err = s.Gate.Read(ctx, ActionClaims, func(tx db.Tx, scope rbac.Scope) (err error) {
		c, err = claimByID(ctx, tx, scope, n)
		return err
	})
	return c, err
}
