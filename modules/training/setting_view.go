package training

import "time"

type ruleView struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	KindZh     string   `json:"kindZh"`
	KindEn     string   `json:"kindEn"`
	Risk       Risk     `json:"risk" enum:"general,hazardous,construction,any"`
	Phase      string   `json:"phase"`
	Hours      int      `json:"hours" doc:"class hours; 0: no number is fixed"`
	Usual      int      `json:"usual" doc:"class hours that are proposed where none are fixed"`
	Exam       bool     `json:"exam"`
	Levels     []string `json:"levels" nullable:"false"`
	Basis      string   `json:"basis"`
	Confidence string   `json:"confidence" enum:"verified,memory,design,mixed"`
}

type levelsView struct {
	Factory  int `json:"factory"`
	Workshop int `json:"workshop"`
	Team     int `json:"team"`
}

type settingView struct {
	SettingForm
	ChangedBy     string     `json:"changedBy"`
	ChangedAt     time.Time  `json:"changedAt"`
	RiskProposed  Risk       `json:"riskProposed" enum:"general,hazardous,construction" doc:"by the industry"`
	RiskInForce   Risk       `json:"riskInForce" enum:"general,hazardous,construction"`
	Split         levelsView `json:"split" doc:"minutes a level, in force"`
	AbsenceRegion int        `json:"absenceRegion" doc:"months, as the region says"`
	Version       string     `json:"version"`
	From          string     `json:"from"`
	Rules         []ruleView `json:"rules" nullable:"false"`
}

func settingAs(p SettingPage) settingView {
	s := p.Setting
	v := settingView{
		SettingForm:   SettingForm{s.Risk, s.WorkerMinutes, s.LeaderMinutes, s.Health, s.FactoryMinutes, s.WorkshopMinutes, s.TeamMinutes, s.AbsenceMonths, s.BeforeMinutes, s.AfterMinutes},
		ChangedBy:     s.ChangedByName,
		ChangedAt:     s.ChangedAt,
		RiskProposed:  p.Proposed,
		RiskInForce:   p.Risk,
		Split:         levelsView{p.Split[LevelFactory], p.Split[LevelWorkshop], p.Split[LevelTeam]},
		AbsenceRegion: p.Absence,
		Version:       p.Book.Version,
		From:          p.Book.From,
		Rules:         make([]ruleView, len(p.Book.Rules)),
	}
	for i, r := range p.Book.Rules {
		usual := r.Usual[p.Risk]
		if usual == 0 {
			usual = r.Usual[General]
		}
		v.Rules[i] = ruleView{ID: r.ID, Kind: r.Kind, Risk: r.Risk, Phase: r.Phase, Hours: r.Hours, Usual: usual, Exam: r.Exam, Levels: texts(r.Levels), Basis: r.Basis, Confidence: r.Confidence}
		for _, k := range p.Book.Kinds {
			if k.ID == r.Kind {
				v.Rules[i].KindZh, v.Rules[i].KindEn = k.Zh, k.En
			}
		}
	}
	return v
}
