package checklist_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/modules/checklist"
	"anbiao/testkit"
)

// newer is a second library version: MGT-05 in other words, another clause at MGT-01, EVA-02 a
// major hazard, PPE-08 gone, EBK-09 and a whole module XYZ new.
func newer(t *testing.T) *checklist.Library {
	t.Helper()
	b, err := checklist.LibraryBytes()
	require.NoError(t, err)
	s := string(b)
	swap := func(from, to string) {
		require.Contains(t, s, from)
		s = strings.Replace(s, from, to, 1)
	}
	swap("version: 2025.1-draft", "version: 2026.1-test")
	swap("每三年至少评审一次", "每两年至少评审一次")
	swap("clause: 第二十四条, confidence", "clause: 第二十四条第一款, confidence")
	i := strings.Index(s, "  - code: EVA-02")
	head, tail := s[:i], s[i:]
	tail = strings.Replace(tail, "    hazard_level_if_failed: general\n", `    hazard_level_if_failed: major
    major_basis:
    - {code: M10, ref: 判定标准, clause: 第三条, when_any_tag: [gongmao], confidence: design}
`, 1)
	s = head + tail
	before, _, found := strings.Cut(s, "  - code: PPE-08")
	if !found {
		panic("the library has no PPE-08")
	}
	s = before + `- id: XYZ
  name_zh: 数字化监测
  name_en: Monitoring
  kind: equipment
  applies_when_any_tag: [press]
  scope_note: ''
  items:
  - code: XYZ-01
    requirement: 监测终端在线
    basis:
    - {code: AWL, ref: 安全生产法, confidence: design}
    method: 查平台
    hazard_level_if_failed: general
    frequency: daily
    applicable_post_type: [safety_manager]
`
	swap("  modules: 31", "  modules: 32")
	swap("major_items: 33", "major_items: 34")
	l, err := checklist.ParseLibrary([]byte(s))
	require.NoError(t, err)
	return l
}

// upgradable is a world whose company has a published standard and whose program then comes
// with the newer library.
func upgradable(t *testing.T) *world {
	t.Helper()
	w := setup(t)
	d := rich()
	d.Settings = append(d.Settings, checklist.Setting{Code: "MGT-05", Requirement: "制度每年评审", Reason: "总部要求"}, checklist.Setting{Code: "EVA-02", Photo: checklist.PhotoNever})
	d.Disabled = append(d.Disabled, checklist.Disabled{Code: "PPE-07", Reason: "外包维护"})
	w.publish(t, w.safety, d)
	w.s.Shelf.Put(newer(t))
	require.NoError(t, w.s.Load(t.Context()))
	return w
}

func TestUpgradeShowsWhatANewerLibraryChanges(t *testing.T) {
	t.Parallel()
	w := upgradable(t)
	var up checklist.Upgrade
	w.api.As(w.safety).Get("/api/checklist/standard/upgrade").OK(t, &up)
	require.Equal(t, []string{"2025.1-draft", "2026.1-test"}, []string{up.From, up.To})
	type step struct {
		kind, fields string
		must, set    bool
	}
	said := map[string]step{}
	for _, s := range up.Steps {
		said[s.Code] = step{string(s.Kind), strings.Join(s.Fields, ","), s.Must, s.Set}
		require.Equal(t, "2025.1-draft", s.Library)
	}
	for code := range said {
		require.NotContains(t, []string{"OWN-01", "MGT-11", "PPE-07", "PRS-11"}, code, "what the company decided is no change of the library's")
	}
	require.Equal(t, step{"changed", "original", false, true}, said["MGT-05"], "the company's words stand; the library's differ")
	require.Equal(t, step{"changed", "basis", false, false}, said["MGT-01"])
	require.Equal(t, "added", said["XYZ-01"].kind)
	require.Equal(t, "removed", said["PPE-08"].kind)
	require.True(t, said["EVA-02"].must, "a major hazard cannot stay as it was")
	require.Contains(t, said["EVA-02"].fields, "level")

	var p struct {
		Document checklist.Document
		Removed  []string
	}
	w.api.As(w.safety).Get("/api/checklist/standard/proposal").OK(t, &p)
	require.Equal(t, "2025.1-draft", p.Document.Library, "no newer library is taken unasked")
	require.Empty(t, p.Removed)
	w.api.As(w.safety).Get("/api/checklist/standard/proposal?library=2026.1-test").OK(t, &p)
	require.Equal(t, "2026.1-test", p.Document.Library)
	require.Equal(t, []string{"PPE-08"}, p.Removed)
}

func TestUpgradeIsTakenItemByItem(t *testing.T) {
	t.Parallel()
	w := upgradable(t)
	safety := w.api.As(w.safety)
	d := rich()
	d.BasedOn, d.Photos, d.Library = 1, checklist.PhotoFailed, "2026.1-test"
	d.Disabled = append(d.Disabled, checklist.Disabled{Code: "XYZ-01", Reason: "尚未安装终端"})
	d.Older = []checklist.Older{{Code: "MGT-01", Library: "2025.1-draft"}, {Code: "PPE-08", Library: "2025.1-draft"}}

	left := d
	left.Older = append(left.Older, checklist.Older{Code: "EVA-02", Library: "2025.1-draft"})
	safety.Post("/api/checklist/standards", left).Refused(t, 422, "checklist.must-accept")
	left.Older = []checklist.Older{{Code: "MGT-01", Library: "2019"}}
	safety.Post("/api/checklist/standards", left).Refused(t, 422, "checklist.unknown-library")
	left.Older = []checklist.Older{{Code: "XYZ-01", Library: "2025.1-draft"}}
	safety.Post("/api/checklist/standards", left).Refused(t, 422, "checklist.unknown-library")
	w.publish(t, w.safety, d)

	var st struct {
		LibraryVersion string
		Own            []checklist.OwnItem
		Asks           []checklist.Asked
		Older          []checklist.Older
	}
	w.api.As(w.worker).Get("/api/checklist/standard").OK(t, &st)
	require.Equal(t, "2026.1-test", st.LibraryVersion)
	require.Equal(t, d.Older, st.Older)
	asks := map[string]checklist.Asked{}
	for _, a := range st.Asks {
		asks[a.Code] = a
	}
	require.Equal(t, "第二十四条", asks["MGT-01"].Basis[0].Clause, "not taken: as it was")
	require.Contains(t, asks["MGT-05"].Requirement, "每两年", "taken, and the company's words given up")
	require.Equal(t, "PPE", asks["PPE-08"].Module, "kept though the library dropped it")
	require.Equal(t, "尚未安装终端", asks["XYZ-01"].Disabled)
	require.Equal(t, checklist.Major, asks["EVA-02"].Level)
	require.Contains(t, asks, "OWN-01")

	// What was left can be taken later; what was answered keeps its text.
	var up checklist.Upgrade
	safety.Get("/api/checklist/standard/upgrade").OK(t, &up)
	require.Equal(t, "2026.1-test", up.From)
	codes := []string{}
	for _, s := range up.Steps {
		codes = append(codes, s.Code)
		require.Equal(t, "2025.1-draft", s.Library)
	}
	require.Equal(t, []string{"MGT-01", "PPE-08"}, codes)
	first := testkit.One[int64](t, w.W, "SELECT id FROM checklist_standard WHERE version = 1")
	w.api.As(w.worker).Get("/api/checklist/standards/"+itoa(first)).OK(t, &st)
	for _, a := range st.Asks {
		if a.Code == "MGT-05" {
			require.Equal(t, "制度每年评审", a.Requirement)
			require.Contains(t, a.Original, "每三年")
		}
	}
	var p struct{ Document checklist.Document }
	safety.Get("/api/checklist/standard/proposal").OK(t, &p)
	require.Equal(t, d.Older, p.Document.Older, "carried on")
	safety.Get("/api/checklist/standard/proposal?library=2025.1-draft").Refused(t, 422, "checklist.unknown-library")
}

func TestKeptItemsAreFoundAtPoints(t *testing.T) {
	t.Parallel()
	w := upgradable(t)
	d := checklist.Draft{BasedOn: 1, Library: "2026.1-test", Older: []checklist.Older{{Code: "PPE-08", Library: "2025.1-draft"}}}
	w.publish(t, w.safety, d)
	n := w.api.As(w.safety).Post("/api/checklist/points", checklist.PointForm{Name: "洗眼器", Modules: []string{}, Items: []string{"PPE-08", "XYZ-01"}}).Made(t)
	var f form
	w.api.As(w.safety).Get("/api/checklist/points/"+itoa(n)).OK(t, &f)
	require.Len(t, f.Asks, 2)
}
