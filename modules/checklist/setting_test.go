package checklist

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/fault"
)

var shop = []string{"press", "grinder", "electrical", "fire", "gongmao", "industry_machinery"}

func TestSettingsShapeWhatIsAsked(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	ohm := &Limit{Unit: "Ω", Max: "4"}
	d, err := l.Compose(shop, Draft{
		Settings: []Setting{
			{Code: "PRS-11", Requirement: "本厂冲床接地电阻每月测一次", Reason: "与设备台账的说法一致", Method: "接地电阻仪", Frequency: "weekly", Photo: PhotoAlways, Limit: ohm, Posts: []string{"electrician"}, Phrases: []string{"接地线松脱"}},
			{Code: "EVA-02", Level: Major, Reason: "去年曾因堆物受罚"},
			{Code: "EVA-06", Photo: PhotoNever},
			{Code: "EVA-07"},
		},
		Own: []OwnItem{
			{Code: "OWN-01", Requirement: "模具架限重牌清楚", Frequency: "weekly", Module: "PRS", Level: Major, Basis: "公司制度 AQ-12", Limit: &Limit{Unit: "t", Max: "5"}, Phrases: []string{"超重"}},
			{Code: "OWN-02", Requirement: "门卫登记外来车辆", Frequency: "daily", Group: "门卫"},
		},
	})
	require.NoError(t, err)
	require.Len(t, d.Settings, 3, "a setting that sets nothing is not kept")
	asks := d.index(l)
	a := asks["PRS-11"]
	require.Equal(t, "本厂冲床接地电阻每月测一次", a.Requirement)
	require.Equal(t, l.items["PRS-11"].Requirement, a.Original)
	require.Equal(t, "与设备台账的说法一致", a.Why)
	require.Equal(t, []any{"接地电阻仪", "weekly", true, true, ohm, []string{"electrician"}}, []any{a.Method, a.Frequency, a.PhotoAlways, a.MustPhoto, a.Limit, a.Posts})
	require.Equal(t, "接地线松脱", a.Phrases[0])
	up := asks["EVA-02"]
	require.True(t, up.Raised && up.MustReason && up.MustPhoto && up.Level == Major)
	require.Empty(t, up.MajorBasis)
	require.False(t, asks["EVA-06"].MustPhoto)
	mine := asks["OWN-01"]
	require.Equal(t, []any{"PRS", "机械冲压", Major, true, "5"}, []any{mine.Module, mine.ModuleName, mine.Level, mine.MustPhoto, mine.Limit.Max})
	require.Equal(t, "公司制度 AQ-12", mine.Basis[0].Ref)
	require.Equal(t, []string{own, "门卫"}, []string{asks["OWN-02"].Module, asks["OWN-02"].ModuleName})
	require.Equal(t, []string{"PRS-01", "OWN-01"}, d.codesAt(l, nil, []string{"OWN-01", "PRS-01"}), "own items stand after those of their module")
	require.Contains(t, d.codesAt(l, []string{"PRS"}, nil), "OWN-01")
	for code, a := range asks {
		one, ok := d.find(l, code)
		require.True(t, ok)
		require.Equal(t, a, one, code)
	}
}

func TestOwnItemsMayBeDisabled(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	mine := OwnItem{Code: "OWN-01", Requirement: "地面", Frequency: "daily", Level: Major}
	d, err := l.Compose(shop, Draft{Own: []OwnItem{mine}, Disabled: []Disabled{{"OWN-01", "并入班前会"}}})
	require.NoError(t, err)
	_, asked := d.find(l, "OWN-01")
	require.False(t, asked)
	require.Equal(t, d.enabled(l)+1, len(l.Expand(d)))
	require.Equal(t, d.Disabled, l.carry(d, shop).Disabled)
}

func TestSettingsRefused(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	of := func(x Setting) Draft { return Draft{Settings: []Setting{x}} }
	mine := func(change func(*OwnItem)) Draft {
		x := OwnItem{Code: "OWN-01", Requirement: "地面无油", Frequency: "daily"}
		change(&x)
		return Draft{Own: []OwnItem{x}}
	}
	long := "这句短语实在太长了以至于没有人会在手机上去点它因为根本看不完整"
	for name, c := range map[string]struct {
		draft Draft
		want  *fault.Error
		at    string
	}{
		"not in the standard": {of(Setting{Code: "BLR-01", Method: "看"}), ErrUnknownItem, "body.settings[0].code"},
		"twice":               {Draft{Settings: []Setting{{Code: "MGT-01", Method: "看"}, {Code: "MGT-01", Method: "问"}}}, ErrItemTwice, "body.settings[1].code"},
		"major reworded":      {of(Setting{Code: "EDU-03", Requirement: "有证就行", Reason: "省事"}), ErrMajorReworded, "body.settings[0].requirement"},
		"level lowered":       {of(Setting{Code: "EDU-03", Level: General}), ErrLevelLowered, "body.settings[0].level"},
		"major without photo": {of(Setting{Code: "EDU-03", Photo: PhotoNever}), ErrMajorPhoto, "body.settings[0].photo"},
		"raised, no photo":    {of(Setting{Code: "MGT-01", Level: Major, Reason: "甲", Photo: PhotoNever}), ErrMajorPhoto, "body.settings[0].photo"},
		"reworded, no reason": {of(Setting{Code: "MGT-01", Requirement: "有安全员"}), ErrChangeReason, "body.settings[0].reason"},
		"raised, no reason":   {of(Setting{Code: "MGT-01", Level: Major, Reason: " "}), ErrChangeReason, "body.settings[0].reason"},
		"blank words":         {of(Setting{Code: "MGT-01", Requirement: " 　", Reason: "甲"}), ErrBlank, "body.settings[0].requirement"},
		"blank method":        {of(Setting{Code: "MGT-01", Method: " "}), ErrBlank, "body.settings[0].method"},
		"limit without bound": {of(Setting{Code: "MGT-01", Limit: &Limit{Unit: "Ω"}}), ErrLimitEmpty, "body.settings[0].limit.max"},
		"limit upside down":   {of(Setting{Code: "MGT-01", Limit: &Limit{Unit: "Ω", Min: "10", Max: "9.5"}}), ErrLimitOrder, "body.settings[0].limit.max"},
		"limit without unit":  {of(Setting{Code: "MGT-01", Limit: &Limit{Unit: " ", Max: "4"}}), ErrBlank, "body.settings[0].limit.unit"},
		"unknown post":        {of(Setting{Code: "MGT-01", Posts: []string{"principal", "king"}}), ErrUnknownPost, "body.settings[0].posts[1]"},
		"blank phrase":        {of(Setting{Code: "MGT-01", Phrases: []string{"未任命", " "}}), ErrBlank, "body.settings[0].phrases[1]"},
		"long phrase":         {of(Setting{Code: "MGT-01", Phrases: []string{long}}), ErrPhraseLong, "body.settings[0].phrases[0]"},
		"own: module":         {mine(func(x *OwnItem) { x.Module = "BLR" }), ErrUnknownModule, "body.own[0].module"},
		"own: photo":          {mine(func(x *OwnItem) { x.Level, x.Photo = Major, PhotoNever }), ErrMajorPhoto, "body.own[0].photo"},
		"own: limit":          {mine(func(x *OwnItem) { x.Limit = &Limit{Unit: "m"} }), ErrLimitEmpty, "body.own[0].limit.max"},
		"own: post":           {mine(func(x *OwnItem) { x.Posts = []string{"x"} }), ErrUnknownPost, "body.own[0].posts[0]"},
		"raised is no law":    {Draft{Settings: []Setting{{Code: "EDU-03", Level: Major, Photo: PhotoNever}}}, ErrMajorPhoto, "body.settings[0].photo"},
	} {
		_, err := l.Compose(shop, c.draft)
		require.ErrorIs(t, err, c.want, name)
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Equal(t, c.at, f.Fields[0].Path, name)
	}
	_, err := l.Compose(shop, Draft{Settings: []Setting{{Code: "MGT-01", Level: Major, Reason: "总部要求"}}, Disabled: []Disabled{{"MGT-01", "无"}}})
	require.NoError(t, err, "what only the company made major it may put aside")
}

func TestCarryKeepsWhatStands(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	last, err := l.Compose([]string{"press"}, Draft{
		Settings: []Setting{
			{Code: "EDU-03", Requirement: "证件齐全", Reason: "简明", Photo: PhotoNever, Frequency: "weekly"},
			{Code: "MGT-01", Level: Major, Reason: "总部要求"},
			{Code: "PRS-02", Method: "遮光棒"},
		},
		Own: []OwnItem{{Code: "OWN-01", Requirement: "模具架", Frequency: "daily", Module: "PRS"}},
	})
	require.NoError(t, err)
	next := l.carry(last, []string{"gongmao"})
	require.Equal(t, []Setting{{Code: "EDU-03", Frequency: "weekly"}, {Code: "MGT-01", Level: Major, Reason: "总部要求"}}, next.Settings,
		"EDU-03 is major now: its text and photo are the law's; PRS is gone")
	require.Equal(t, "机械冲压", next.Own[0].Group)
	require.Empty(t, next.Own[0].Module)
	_, err = l.Compose([]string{"gongmao"}, next)
	require.NoError(t, err)
}

// TestOldDocumentsRead: what was stored before there were settings reads as it was answered.
func TestOldDocumentsRead(t *testing.T) {
	t.Parallel()
	l := shelf(t).Newest()
	const stored = `{"library":"2025.1-draft","tags":["gongmao"],"modules":["MGT","EDU"],"disabled":[{"code":"MGT-01","reason":"无"}],
		"own":[{"code":"OWN-01","requirement":"地面无油","method":"","frequency":"daily"}],"photos":"none"}`
	var d Document
	require.NoError(t, json.Unmarshal([]byte(stored), &d))
	asks := d.index(l)
	require.Len(t, asks, 12+11-1+1)
	require.False(t, asks["EDU-03"].MustPhoto, "no photo was asked then")
	require.Nil(t, asks["EDU-03"].Limit)
	require.Equal(t, General, asks["OWN-01"].Level)
	next := l.carry(d, d.Tags)
	require.Equal(t, PhotoMajor, next.Photos, "now a major item needs one")
	again, err := json.Marshal(d)
	require.NoError(t, err)
	require.JSONEq(t, stored, string(again))
}
