// Package meeting keeps the safety meetings of a company (安全会议): of the safety committee
// (安委会), of its management, of workshops, before a shift (班前会), about an accident. How often
// which is held are rules kept as data; what was resolved has somebody who sees to it and a day.
package meeting

import (
	_ "embed"
	"sync"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/library"
	"anbiao/web/register"
)

// Faults.
var (
	ErrFuture = fault.New(fault.Invalid, "meeting.future")
	ErrDates  = fault.New(fault.Invalid, "meeting.dates")
)

// Kind is what sort of meeting it is.
type Kind string

// Kinds of meetings.
const (
	Committee  Kind = "committee"
	Management Kind = "management"
	Workshop   Kind = "workshop"
	Shift      Kind = "shift"
	Special    Kind = "special"
	Accident   Kind = "accident"
)

// Meeting is one that was held.
type Meeting struct {
	register.Base
	Kind         Kind            `json:"kind" enum:"committee,management,workshop,shift,special,accident" choice:"committee=安委会会议/Safety committee;management=安全例会/Management safety meeting;workshop=车间安全会议/Workshop meeting;shift=班前会/Before a shift;special=专题会议/Special meeting;accident=事故分析会/About an accident" zh:"会议类型" en:"Kind" also:"类型,会议类别" filter:"1" list:"1" key:"1"`
	Title        string          `json:"title" minLength:"1" maxLength:"100" zh:"会议主题" en:"Subject" also:"主题,会议名称" list:"1" key:"1"`
	HeldOn       day.Date        `json:"heldOn" zh:"召开日期" en:"Held on" also:"会议日期,日期,会议时间" list:"1" key:"1"`
	Place        string          `json:"place" required:"false" maxLength:"60" zh:"地点" en:"Place" also:"会议地点"`
	ChairID      id.Of[id.Staff] `json:"chairId" required:"false" zh:"主持人" en:"Chaired by" name:"ChairName" list:"1" mine:"1"`
	ChairName    string          `json:"chairName" readOnly:"true"`
	RecorderID   id.Of[id.Staff] `json:"recorderId" required:"false" zh:"记录人" en:"Recorded by" name:"RecorderName" mine:"1"`
	RecorderName string          `json:"recorderName" readOnly:"true"`
	Present      int             `json:"present" required:"false" minimum:"0" maximum:"100000" zh:"参会人数" en:"People present" also:"人数,实到人数" list:"1"`
	Attendees    db.Texts        `json:"attendees" required:"false" maxItems:"300" nullable:"false" zh:"参会人员" en:"Attendees" also:"参加人员,与会人员" note:"多人用顿号分开；签到表拍照作为附件/several, separated by commas; the signed sheet goes with the files"`
	Agenda       string          `json:"agenda" required:"false" maxLength:"2000" area:"1" zh:"会议议程" en:"Agenda" also:"议程"`
	Minutes      string          `json:"minutes" required:"false" maxLength:"10000" area:"1" zh:"会议内容" en:"Minutes" also:"会议纪要,会议记录,内容"`
	Resolutions  string          `json:"resolutions" required:"false" maxLength:"4000" area:"1" zh:"议定事项" en:"Resolutions" also:"决议,会议决定" note:"每项写明做什么、谁负责、何时完成/of each: what, who, until when"`
	FollowerID   id.Of[id.Staff] `json:"followerId" required:"false" zh:"督办人" en:"Seen to by" name:"FollowerName" mine:"1"`
	FollowerName string          `json:"followerName" readOnly:"true"`
	FollowDueOn  day.Date        `json:"followDueOn" required:"false" zh:"落实期限" en:"Resolutions due" list:"1"`
	FollowDoneOn day.Date        `json:"followDoneOn" required:"false" zh:"落实关闭日期" en:"Resolutions closed" list:"1"`
	NextOn       day.Date        `json:"nextOn" readOnly:"true" zh:"下次应召开日期" en:"Next due" list:"1"`
}

// Rule is how often a kind of meeting is held, by whose words, and how sure that is.
type Rule struct {
	Kind       Kind   `yaml:"kind" json:"kind"`
	Months     int    `yaml:"months" json:"months" doc:"between two; 0: no day is due"`
	Source     string `yaml:"source" json:"source"`
	SourceEn   string `yaml:"source_en" json:"sourceEn"`
	Confidence string `yaml:"confidence" json:"confidence" enum:"verified,practice"`
}

//go:embed rules.yaml
var file []byte

// Rules are those built into the program, read once.
var Rules = sync.OnceValue(func() []Rule {
	return library.Must[struct {
		Rules []Rule `yaml:"rules"`
	}]("meeting: rules", file).Rules
})

// next is the day by which the next meeting of a kind is due after one; zero: none by rule.
func next(k Kind, held day.Date) day.Date {
	for _, r := range Rules() {
		if r.Kind == k && r.Months > 0 {
			return held.AddMonths(r.Months)
		}
	}
	return day.Date{}
}

// hold holds a meeting against the rules and fills what follows. Errors: ErrFuture, ErrDates.
func hold(is *Meeting, today day.Date) error {
	switch {
	case is.HeldOn.After(today):
		return ErrFuture.At("body.heldOn")
	case !is.FollowDueOn.IsZero() && is.FollowDueOn.Before(is.HeldOn):
		return ErrDates.At("body.followDueOn")
	case !is.FollowDoneOn.IsZero() && is.FollowDoneOn.Before(is.HeldOn):
		return ErrDates.At("body.followDoneOn")
	case is.FollowDoneOn.After(today):
		return ErrFuture.At("body.followDoneOn")
	}
	if is.Present == 0 {
		is.Present = len(is.Attendees)
	}
	is.NextOn = next(is.Kind, is.HeldOn)
	return nil
}

// dues are what of a meeting falls due: its resolutions, until they are closed.
func dues(m *Meeting) []due.Item {
	it := due.Item{Kind: "meeting.follow", Title: m.Title, OwnerID: m.FollowerID}
	if m.FollowDoneOn.IsZero() {
		it.On = m.FollowDueOn
	}
	return []due.Item{it}
}
