package training

import (
	"time"

	"anbiao/rbac"
)

// Setting is how a company trains; what it leaves open follows from the rules.
type Setting struct {
	CompanyID       rbac.CompanyID
	RegionPath      string
	OversightLine   int16
	Risk            Risk // empty: as its industry says
	WorkerMinutes   int  // a year, of ordinary workers outside hazardous industries (TH-17); 0: not asked
	LeaderMinutes   int  // a year, of team leaders (TH-18); 0: not asked
	Health          bool // hours of occupational health are asked
	FactoryMinutes  int  // of three-level education; all three 0: as the rules propose
	WorkshopMinutes int
	TeamMinutes     int
	AbsenceMonths   int16 // away from work, after which to train again; 0: as the region says
	BeforeMinutes   int16 // the code takes signatures this long before a session begins
	AfterMinutes    int16 // and after it ends
	ChangedByName   string
	ChangedAt       time.Time
}

// SettingForm is what a company chooses.
type SettingForm struct {
	Risk            Risk  `json:"risk" enum:",general,hazardous,construction" doc:"empty: as the industry says"`
	WorkerMinutes   int   `json:"workerMinutes" minimum:"0" maximum:"9000"`
	LeaderMinutes   int   `json:"leaderMinutes" minimum:"0" maximum:"9000"`
	Health          bool  `json:"health"`
	FactoryMinutes  int   `json:"factoryMinutes" minimum:"0" maximum:"14400"`
	WorkshopMinutes int   `json:"workshopMinutes" minimum:"0" maximum:"14400"`
	TeamMinutes     int   `json:"teamMinutes" minimum:"0" maximum:"14400"`
	AbsenceMonths   int16 `json:"absenceMonths" minimum:"0" maximum:"24" doc:"0: as the region says"`
	BeforeMinutes   int16 `json:"beforeMinutes" minimum:"0" maximum:"1440"`
	AfterMinutes    int16 `json:"afterMinutes" minimum:"0" maximum:"10080"`
}

// usual is the setting of a company that has changed nothing.
func usual(home rbac.Home) Setting {
	b := Books()[len(Books())-1]
	worker, _ := b.Rule("TH-17")
	leader, _ := b.Rule("TH-18")
	return Setting{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, WorkerMinutes: worker.Hours * ClassHour, LeaderMinutes: leader.Hours * ClassHour, Health: true,
		BeforeMinutes: 60, AfterMinutes: 120,
	}
}

// need is what a rule asks for, where the company may choose.
func (s Setting) need(r Rule, risk Risk) int {
	switch r.ID {
	case "TH-17":
		return s.WorkerMinutes
	case "TH-18":
		return s.LeaderMinutes
	}
	return r.minutes(risk)
}

func (s Setting) parted() bool { return s.FactoryMinutes+s.WorkshopMinutes+s.TeamMinutes > 0 }

// Split is how long each level of three-level education takes, in minutes.
func (s Setting) Split(b Book, risk Risk) map[string]int {
	if s.parted() {
		return map[string]int{LevelFactory: s.FactoryMinutes, LevelWorkshop: s.WorkshopMinutes, LevelTeam: s.TeamMinutes}
	}
	return b.Parted(risk)
}

// Absence is after how many months away from work somebody is trained again.
func (s Setting) Absence(b Book, region string) int {
	if s.AbsenceMonths > 0 {
		return int(s.AbsenceMonths)
	}
	return b.Absence(region)
}

// enter sets what a form says. Errors: ErrSplit.
func (s *Setting) enter(f SettingForm, b Book, risk Risk) error {
	if f.Risk != "" {
		risk = f.Risk
	}
	least := 0
	for _, n := range b.Parted(risk) {
		least += n
	}
	if sum := f.FactoryMinutes + f.WorkshopMinutes + f.TeamMinutes; sum > 0 && (sum < least || f.FactoryMinutes == 0 || f.WorkshopMinutes == 0 || f.TeamMinutes == 0) {
		return ErrSplit.At("body.factoryMinutes")
	}
	s.Risk, s.WorkerMinutes, s.LeaderMinutes, s.Health = f.Risk, f.WorkerMinutes, f.LeaderMinutes, f.Health
	s.FactoryMinutes, s.WorkshopMinutes, s.TeamMinutes = f.FactoryMinutes, f.WorkshopMinutes, f.TeamMinutes
	s.AbsenceMonths, s.BeforeMinutes, s.AfterMinutes = f.AbsenceMonths, f.BeforeMinutes, f.AfterMinutes
	return nil
}
