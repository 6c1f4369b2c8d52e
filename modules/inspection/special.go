package inspection

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/library"
	words "anbiao/kit/text"
	"anbiao/rbac"
)

//go:embed library/special.yaml
var specialFile []byte

// Template is what a special check asks.
type Template struct {
	Code      string   `yaml:"code" json:"code"`
	Source    int16    `yaml:"source" json:"source" doc:"danger source (隐患来源) of the dual-prevention upload, 2–8"`
	NameZh    string   `yaml:"name_zh" json:"nameZh"`
	NameEn    string   `yaml:"name_en" json:"nameEn"`
	Modules   []string `yaml:"modules" json:"modules" nullable:"false" doc:"of the checklist library"`
	Tags      []string `yaml:"tags" json:"tags" nullable:"false" doc:"companies it is meant for; empty: all"`
	DaysAhead int      `yaml:"days_ahead" json:"daysAhead" doc:"working days before a holiday; 0: not tied to holidays"`
	Basis     struct {
		Ref        string `yaml:"ref" json:"ref"`
		Clause     string `yaml:"clause" json:"clause"`
		Confidence string `yaml:"confidence" json:"confidence" enum:"verified,reported,judgement"`
	} `yaml:"basis" json:"basis"`
	Choice string `yaml:"choice" json:"choice" enum:"verified,reported,judgement" doc:"how far the choice of modules is founded"`
}

type specialShape struct {
	Version   string     `yaml:"version"`
	Templates []Template `yaml:"templates"`
}

// templates reads the templates that the program carries.
var templates = sync.OnceValue(func() []Template {
	s := library.Must[specialShape]("inspection: special checks", specialFile)
	words.WideAll(&s)
	for i, t := range s.Templates {
		s.Templates[i].Modules, s.Templates[i].Tags = orNone(t.Modules), orNone(t.Tags)
	}
	return s.Templates
})

// Templates lists the templates of special checks.
func Templates() []Template { return templates() }

// templateOf returns a template. Errors: ErrTemplate.
func templateOf(code string) (Template, error) {
	i := slices.IndexFunc(templates(), func(t Template) bool { return t.Code == code })
	if i < 0 {
		return Template{}, ErrTemplate.At("body.template")
	}
	return templates()[i], nil
}

// Target is a point of a special check and who checks it.
type Target struct {
	PointID    id.Of[id.Point] `json:"pointId"`
	AssigneeID id.Of[id.Staff] `json:"assigneeId" required:"false" doc:"a person; left out where it is a post's"`
	PostID     id.Of[id.Post]  `json:"postId" required:"false"`
}

// SpecialForm is what is written about a special check.
type SpecialForm struct {
	Template string   `json:"template" maxLength:"40"`
	Title    string   `json:"title" required:"false" maxLength:"100" doc:"the template's name if left out"`
	Note     string   `json:"note" required:"false" maxLength:"500"`
	Modules  []string `json:"modules" required:"false" nullable:"false" maxItems:"60" doc:"the template's if left out"`
	DueOn    day.Date `json:"dueOn"`
	Targets  []Target `json:"targets" nullable:"false" minItems:"1" maxItems:"300"`
}

// IssueForm is how a proposed special check is given out.
type IssueForm struct {
	Modules []string `json:"modules" required:"false" nullable:"false" maxItems:"60" doc:"the proposed ones if left out"`
	DueOn   day.Date `json:"dueOn" required:"false" doc:"the proposed day if left out; never later than an authority ordered"`
	Targets []Target `json:"targets" nullable:"false" minItems:"1" maxItems:"300"`
}

// newSpecial makes a special check out of a template. Errors: ErrTemplate, ErrDays.
func newSpecial(home rbac.Home, f SpecialForm, by string, today day.Date) (SpecialCheck, error) {
	t, err := templateOf(f.Template)
	if err != nil {
		return SpecialCheck{}, err
	}
	if f.DueOn.Before(today) || f.DueOn.After(today.AddYears(1)) {
		return SpecialCheck{}, ErrDays.At("body.dueOn")
	}
	s := SpecialCheck{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Template: t.Code, Source: t.Source, Title: strings.TrimSpace(f.Title), Note: f.Note,
		Modules: db.Texts(f.Modules), DueOn: f.DueOn, State: Issued, MadeBy: by,
	}
	if s.Title == "" {
		s.Title = t.NameZh
	}
	if len(s.Modules) == 0 {
		s.Modules = t.Modules
	}
	return s, nil
}

// asks lists those of the codes that belong to the check's modules.
func (s SpecialCheck) asks(codes []string) db.Texts {
	out := db.Texts{}
	for _, c := range codes {
		if module, _, ok := strings.Cut(c, "-"); ok && slices.Contains(s.Modules, module) {
			out = append(out, c)
		}
	}
	return out
}
