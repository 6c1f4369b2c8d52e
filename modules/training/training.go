// Package training keeps how people of a company are trained for safety (安全生产教育培训): the
// year's plan, courses, sessions and who was there, hours by kind of person (总局令第3号), the card of
// three-level education (三级安全教育卡) and one file a person (一人一档, 安全生产法 art. 28).
package training

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Noun is what messages and the trail call a session.
const Noun = "training"

// ClassHour is how many minutes count as one hour of training (学时); a choice of the platform.
const ClassHour = 45

// Levels of education, in their order (总局令第3号 arts. 14-16).
const (
	LevelFactory  = "factory"  // 厂级
	LevelWorkshop = "workshop" // 车间级
	LevelTeam     = "team"     // 班组级
)

// Phases that hours count for.
const (
	PhaseInitial  = "initial"  // 上岗前
	PhaseAnnual   = "annual"   // 每年再培训
	PhaseTransfer = "transfer" // 转岗
	PhaseReturn   = "return"   // 离岗后复岗
	PhaseSpecial  = "special"  // 专题: four-new, confined space, occupational health and others
)

// Record is training that one person had.
type Record struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Record]
	RegionPath    string
	OversightLine int16
	StaffID       id.Of[id.Staff]
	HeldOn        day.Date
	Phase         string
	Level         string // of three-level education; empty: none
	Kind          string // of the course; empty: not said
	Title         string
	Minutes       int
	Trainer       string
	Source        string // session, card, exam, import
	SourceID      int64  // of the row it comes from; 0: imported
	Score         *int   // of 100; nil: no exam
	Passed        *bool
	MadeAt        time.Time
}

// Sources of records.
const (
	sourceSession = "session"
	sourceCard    = "card"
	sourceImport  = "import"
)
