package rbac

import (
	"context"
	"maps"
	"slices"
	"time"

	"anbiao/kit/fault"
)

// ErrConfirm asks a person to show again that it is he: by his second factor, else his password.
var ErrConfirm = fault.New(fault.Forbidden, "rbac.confirm")

// ConfirmFor is how long a confirmation holds.
const ConfirmFor = 10 * time.Minute

// dangerous are the actions whose writes and witnessed views want a fresh confirmation, and why.
// Reading a list under the same action does not.
var dangerous = map[Action]string{
	"account.factor.lift":        "takes somebody's second factor off",
	"account.member.invite":      "lets people in, gives and takes roles",
	"account.organisation.keep":  "says which area an authority sees",
	"account.engagement.keep":    "lets a service agency into the company's rows",
	"activation.access.reissue":  "gives a company's login to somebody",
	"archive.bundle.order":       "takes all data of a company out",
	"archive.erasure.ask":        "ends in the loss of a company's data",
	"archive.erasure.decide":     "ends in the loss of a company's data",
	"award.level.confirm":        "grants or refuses a level (标准化等级)",
	"award.level.revoke":         "takes a level away",
	"award.name.decide":          "puts a level on another name",
	"certificate.number.reveal":  "shows an identity number",
	"company.register.move":      "hands a company to another authority",
	"division.area.keep":         "moves whole areas between authorities",
	"feature.profile.keep":       "turns functions of a city on and off",
	"fund.rule.correct":          "changes what every company must accrue",
	"grading.application.decide": "accepts or refuses an application for a level",
	"hazard.bulk.run":            "changes many hazards at once",
	"listing.supervision.decide": "lists a major hazard, or takes it off",
	"notice.hook.edit":           "sends a company's messages elsewhere",
	"notice.template.edit":       "words what is sent in the platform's name",
	"notice.valve.turn":          "stops a channel of messages",
	"oversight.bulk.run":         "acts on many companies at once",
	"penalty.record.decide":      "lists a company as dishonest",
	"queue.job.drop":             "gives work up for good",
	"queue.job.requeue":          "does work again that had failed",
	"rubric.table.publish":       "changes what companies are graded by",
	"staff.person.reveal":        "shows an identity number",
	"upload.receiver.keep":       "sends a company's records elsewhere",
}

// Dangerous reports whether an action wants a fresh confirmation. Nobody confirms for an API token or a
// link: they may do such an action only where they name it.
func Dangerous(action Action) bool { _, ok := dangerous[action]; return ok }

// Confirmed reports nil if the actor of ctx has confirmed lately, for use cases that are dangerous
// although their action is not. Errors: ErrUnauthenticated, ErrConfirm; ErrForbidden for a token.
func (g *Gate) Confirmed(ctx context.Context) error {
	a, ok := ActorOf(ctx)
	if !ok {
		return ErrUnauthenticated
	}
	return g.fresh(a)
}

func (g *Gate) fresh(a Actor) error {
	switch {
	case a.Kind == System || (!a.ConfirmedAt.IsZero() && g.now().Sub(a.ConfirmedAt) < ConfirmFor):
		return nil
	case a.Token || (len(a.Only) > 0 && !a.Held):
		return ErrForbidden
	}
	return ErrConfirm
}

// confirmed reports nil unless action is dangerous and nobody has confirmed lately.
func (g *Gate) confirmed(a Actor, action Action) error {
	if !Dangerous(action) || slices.Contains(a.Only, action) {
		return nil
	}
	return g.fresh(a)
}

// DangerousActions lists them, in order.
func DangerousActions() []Action { return slices.Sorted(maps.Keys(dangerous)) }
