package emergency

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Permissions of this module.
const (
	ActionPlans   rbac.Action = "emergency.plan.list"
	ActionEdit    rbac.Action = "emergency.plan.edit"
	ActionDrills  rbac.Action = "emergency.drill.list"
	ActionDrill   rbac.Action = "emergency.drill.edit"
	ActionStores  rbac.Action = "emergency.store.list"
	ActionStore   rbac.Action = "emergency.store.edit"
	ActionFilings rbac.Action = "emergency.filing.list"
	ActionFile    rbac.Action = "emergency.filing.submit"
	ActionDecide  rbac.Action = "emergency.filing.decide" // the regulator's
	ActionSetting rbac.Action = "emergency.setting.edit"
)

// Service is what the rest of the program may ask about emergencies.
type Service struct {
	Gate     *rbac.Gate
	Plans    *register.Kind[Plan]
	Drills   *register.Kind[Drill]
	Teams    *register.Kind[Team]
	Supplies *register.Kind[Supply]

	Firm  Firm
	Raise Raise
	Claim Claim
	Due   Due
	Tell  Tell
}

// Finding is something a drill showed to be wrong.
type Finding struct {
	Ref         string // it is raised once
	Place       string
	Description string
	Photos      []id.Of[id.Attachment]
}

// Facts are what is to be known of a company.
type Facts struct {
	Name     string
	USCC     string
	Address  string
	Industry string // GB/T 4754
	Tags     []string
	Contact  string
}

// Note is a message about a filing to those of a company who hold one of some roles.
type Note struct {
	CompanyID rbac.CompanyID
	FilingID  id.Of[Filing]
	Roles     []string
	Code      string
	Params    map[string]string
}

// What this module needs of others, within the caller's transaction.
type (
	// Firm says what a company is.
	Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Facts, error)
	// Raise makes a hazard of a finding; one of the same Ref is the earlier hazard.
	Raise func(ctx context.Context, tx db.Tx, scope rbac.Scope, f Finding) (id.Of[id.Hazard], error)
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Due keeps what falls due for a company.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Tell writes messages. Called by the job runner.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
)

// New returns the module over gate, its registers declared.
func New(gate *rbac.Gate) *Service {
	s := &Service{Gate: gate}
	s.Plans = &register.Kind[Plan]{
		Gate: gate, Name: "emergency-plan", Route: "/emergency/plans", TitleZh: "应急预案", TitleEn: "Emergency plans", Read: ActionPlans, Write: ActionEdit,
		Faults: []*fault.Error{ErrDay, ErrTrigger}, Check: s.checkPlan, Saved: s.savedPlans, Due: planDue,
	}
	s.Drills = &register.Kind[Drill]{
		Gate: gate, Name: "emergency-drill", Route: "/emergency/drills", TitleZh: "应急演练", TitleEn: "Drills", Read: ActionDrills, Write: ActionDrill,
		Faults: []*fault.Error{ErrDay, ErrClock, ErrNumber, ErrRecord, ErrHeld}, Check: s.checkDrill, Saved: s.savedDrills, Due: drillDue, Paper: drillPaper,
	}
	s.Teams = &register.Kind[Team]{
		Gate: gate, Name: "emergency-team", Route: "/emergency/teams", TitleZh: "应急队伍", TitleEn: "Emergency teams", Read: ActionStores, Write: ActionStore,
		Faults: []*fault.Error{ErrDay, ErrNumber}, Check: checkTeam, Due: teamDue,
	}
	s.Supplies = &register.Kind[Supply]{
		Gate: gate, Name: "emergency-supply", Route: "/emergency/supplies", TitleZh: "应急物资", TitleEn: "Emergency supplies", Read: ActionStores, Write: ActionStore,
		Faults: []*fault.Error{ErrDay, ErrNumber}, Check: checkSupply, Due: supplyDue,
	}
	return s
}

// Registers are the registers of this module.
func (s *Service) Registers() []register.Register {
	return []register.Register{s.Plans, s.Drills, s.Teams, s.Supplies}
}

func (s *Service) put(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error {
	if s.Due == nil || len(items) == 0 {
		return nil
	}
	return s.Due(ctx, tx, home, items)
}
