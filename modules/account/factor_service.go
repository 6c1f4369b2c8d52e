package account

import (
	"context"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// ErrFactorElsewhere refuses to take a second factor off somebody who belongs to others as well.
var ErrFactorElsewhere = fault.New(fault.Conflict, "account.factor-elsewhere")

// lifted is what the trail keeps of a second factor that somebody else took off.
type lifted struct{ SecondFactor, Reason string }

// LiftTOTP takes the second factor off a member who has lost it, or with login off anybody, which the platform may. All his
// sessions and tokens end, and he is told. Who does it has seen to it that it is he: the reason says how.
// Errors: rbac.ErrNotFound, rbac.ErrForbidden, rbac.ErrConfirm, ErrTOTPState, ErrLastAdmin, ErrFactorElsewhere.
func (s *Service) LiftTOTP(ctx context.Context, m id.Of[id.Membership], login, reason string) (n id.Of[id.Person], err error) {
	err = s.Gate.Write(ctx, ActionFactor, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if (login != "") != (a.Kind == rbac.Platform) {
			return rbac.ErrForbidden
		}
		var outcome string
		if outcome, n, err = lift(ctx, tx, m, normal(login)); err != nil {
			return err
		}
		switch outcome {
		case "lifted":
		case "off":
			return ErrTOTPState
		case "own":
			return ErrLastAdmin
		case "elsewhere":
			return ErrFactorElsewhere
		default:
			return rbac.ErrNotFound
		}
		scope.Made(int64(n))
		scope.Changed("account", int64(n), a.CompanyID, lifted{SecondFactor: "on"}, lifted{Reason: reason})
		return jobs.Enqueue(ctx, tx, TellLifted{PersonID: n, CompanyID: a.CompanyID, OrganisationID: a.OrganisationID, At: clockDay(tx)})
	})
	return n, err
}

func clockDay(tx db.Tx) string { return tx.Now.In(day.Shanghai).Format("2006-01-02 15:04") }

// EndSessions ends all sessions and tokens of somebody's membership, and leaves the membership. It returns how many those were.
// Errors: rbac.ErrNotFound, ErrLastAdmin for one's own.
func (s *Service) EndSessions(ctx context.Context, m id.Of[id.Membership]) (n int64, err error) {
	err = s.Gate.Write(ctx, ActionInvite, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := membershipSeen(ctx, tx, m); err != nil {
			return err
		}
		if m == scope.Actor().MembershipID {
			return ErrLastAdmin
		}
		if n, err = endSessions(ctx, tx, m); err != nil {
			return err
		}
		scope.Made(n)
		scope.Changed("membership", int64(m), scope.Actor().CompanyID, struct{ SessionsEnded int64 }{}, struct{ SessionsEnded int64 }{n})
		return nil
	})
	return n, err
}

// TellLifted lets a person know that somebody took his second factor off, in case he did not ask for it.
type TellLifted struct {
	PersonID       id.Of[id.Person]       `json:"personId"`
	CompanyID      rbac.CompanyID         `json:"companyId,omitempty"`
	OrganisationID id.Of[id.Organisation] `json:"organisationId,omitempty"`
	At             string                 `json:"at"`
}

// Kind names the job.
func (TellLifted) Kind() string { return "account.tell-lifted" }

func (s *Service) tellLifted(ctx context.Context, tx db.Tx, t TellLifted) error {
	p, err := personLocked(ctx, tx, t.PersonID)
	if err != nil {
		return err
	}
	said := map[string]string{"at": t.At}
	if s.Tell != nil {
		if err := s.Tell(ctx, tx, t, "account.totp-lifted", said); err != nil {
			return err
		}
	}
	if s.Send == nil || (p.Phone == nil && p.Email == "") {
		return nil
	}
	return s.Send(ctx, tx, recipient(p), "account.totp-lifted", said)
}

// Sweep drops what need not be kept any longer.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "account.sweep" }

const sweepBatch = 5000
