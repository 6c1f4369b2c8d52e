package city

import (
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/training"
	"anbiao/rbac"
)

// streamTraining is the stream of dice for training.
const streamTraining = streamHazards + 400

// lesson is a session to be made up: of a ready course, in a month of this year or some days from today.
type lesson struct {
	code  string
	month int // 0: ahead says when
	ahead int // days from today
	unit  string
	state training.State
	there int // percent of those expected who came
}

// lessons of the worked company: a year by the plan, one that is open today and what is planned.
var lessons = []lesson{
	{"first-class", 2, 0, "", training.Closed, 97},
	{"annual-worker", 3, 0, "", training.Closed, 90},
	{"annual-manager", 3, 0, "", training.Closed, 100},
	{"health-annual", 4, 0, "", training.Closed, 86},
	{"press", 5, 0, "冲压车间", training.Closed, 93},
	{"safety-month", 6, 0, "", training.Closed, 94},
	{"confined-space", 7, 0, "", training.Closed, 100},
	{"accident", 8, 0, "", training.Closed, 84},
	{"dust", 9, 0, "抛光打磨车间", training.Closed, 96},
	{"emergency", 10, 0, "", training.Closed, 90},
	{"team-leader", 4, 0, "", training.Closed, 82},
	{"press", 0, 0, "冲压车间", training.Open, 30},
	{"fire", 0, 3, "", training.Planned, 0},
	{"accident", 0, 12, "喷涂车间", training.Planned, 0},
	{"dust", 0, -6, "抛光打磨车间", training.Cancelled, 0},
}

// school is the training of one firm as it is made up.
type school struct {
	b       *builder
	f       *firm
	dice    dice
	trainer *worker
	units   map[string]int64
	courses map[string]*training.Course
}

// train makes up a year of training of the worked company, and less of some others.
func (b *builder) train() error {
	if b.deps.Training == nil {
		return nil
	}
	worked := b.index["safety"]
	if err := b.schoolOf(worked, lessons); err != nil {
		return err
	}
	for i, f := range b.others() {
		if i >= 24 || len(f.staff) < 3 {
			continue
		}
		few := []lesson{{"first-class", 2, 0, "", training.Closed, 60 + i%40}, {"annual-worker", 3 + i%3, 0, "", training.Closed, 40 + i*2}, {"safety-month", 6, 0, "", training.Closed, 70 + i}}
		if err := b.schoolOf(f, few[:1+i%3]); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

func (b *builder) schoolOf(f *firm, list []lesson) error {
	s := &school{b: b, f: f, dice: newDice(seed, streamTraining+uint64(f.CompanyID)), trainer: f.staff[min(1, len(f.staff)-1)], units: map[string]int64{}, courses: map[string]*training.Course{}}
	var rows []struct {
		ID   int64
		Name string
	}
	if err := b.tx.WithContext(b.ctx).Raw("SELECT id, name FROM staff_unit WHERE company_id = ? ORDER BY id", int64(f.CompanyID)).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		s.units[r.Name] = r.ID
	}
	if err := s.settle(); err != nil {
		return err
	}
	items, err := s.plan(list)
	if err != nil {
		return err
	}
	if err := s.hold(list, items); err != nil {
		return err
	}
	if err := s.before(); err != nil {
		return err
	}
	who := make([]id.Of[id.Staff], len(f.staff))
	for i, w := range f.staff {
		who[i] = w.ID
	}
	home := rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}
	return b.deps.Training.Seated(b.ctx, b.tx, b.scope, home, who)
}

// settle keeps the usual setting, and the courses.
func (s *school) settle() error {
	year := s.b.today.Year()
	set := training.Setting{
		CompanyID: s.f.CompanyID, RegionPath: s.f.RegionPath, OversightLine: s.f.OversightLine, WorkerMinutes: 8 * training.ClassHour, LeaderMinutes: 24 * training.ClassHour, Health: true, BeforeMinutes: 60,
		AfterMinutes: 120, ChangedByName: s.trainer.Name, ChangedAt: at(day.Of(year, 1, 6), 9, 30),
	}
	if err := fill(s.b.ctx, s.b.tx, []training.Setting{set}); err != nil {
		return err
	}
	var all []*training.Course
	for _, r := range training.ReadyCourses() {
		c := &training.Course{
			CompanyID: s.f.CompanyID, RegionPath: s.f.RegionPath, OversightLine: s.f.OversightLine, Code: r.Code, Kind: r.Kind, Phase: r.Phase, Level: r.Level, Title: r.Zh, Minutes: r.Hours * training.ClassHour,
			Outline: r.Outline, Source: r.Source, Types: db.Texts(r.Types), Files: db.Ints{}, MadeByName: s.trainer.Name, ChangedAt: at(day.Of(year, 1, 6), 10, 0),
		}
		s.courses[r.Code] = c
		all = append(all, c)
	}
	return fillRefs(s.b.ctx, s.b.tx, all)
}

// plan is the year's plan, approved in January, with an item for each lesson that has a month.
func (s *school) plan(list []lesson) (map[string]*training.PlanItem, error) {
	year := s.b.today.Year()
	made := at(day.Of(year, 1, 12), 15, 0)
	if made.After(s.b.tx.Now) {
		made = s.b.tx.Now
	}
	boss := s.f.staff[0].Name
	p := training.Plan{
		CompanyID: s.f.CompanyID, RegionPath: s.f.RegionPath, OversightLine: s.f.OversightLine, Year: int32(year), State: "approved", MadeByName: s.trainer.Name, MadeAt: made, ApprovedByName: boss, ApprovedAt: &made,
		Note: "依据年度安全工作计划编制",
	}
	if err := fill(s.b.ctx, s.b.tx, []training.Plan{p}); err != nil {
		return nil, err
	}
	items := map[string]*training.PlanItem{}
	var rows []*training.PlanItem
	for _, l := range append([]lesson{{code: "fire", month: 11}, {code: "three-level-factory", month: 3}}, list...) {
		c := s.courses[l.code]
		if l.month == 0 || items[l.code] != nil {
			continue
		}
		i := &training.PlanItem{
			CompanyID: s.f.CompanyID, RegionPath: s.f.RegionPath, OversightLine: s.f.OversightLine, Year: int32(year), Month: int16(l.month), Topic: c.Title, Kind: c.Kind, Types: c.Types, Units: db.Ints{},
			Minutes: c.Minutes, Trainer: s.trainer.Name, CourseID: &c.ID,
		}
		if n := s.units[l.unit]; n != 0 {
			i.Units = db.Ints{n}
		}
		items[l.code], rows = i, append(rows, i)
	}
	return items, fillRefs(s.b.ctx, s.b.tx, rows)
}

// hold makes up the sessions with who was there, and their records.
func (s *school) hold(list []lesson, items map[string]*training.PlanItem) error {
	var sessions []*training.Session
	var crowds [][]*worker
	for i, l := range list {
		on := s.b.today.AddDays(l.ahead)
		if l.month > 0 {
			if on = day.Of(s.b.today.Year(), 1, 1).AddMonths(l.month - 1).AddDays(7 + s.dice.IntN(14)); !on.Before(s.b.today) {
				continue
			}
		}
		ses, crowd := s.session(l, i, on, items[l.code])
		sessions, crowds = append(sessions, ses), append(crowds, crowd)
	}
	if err := fillRefs(s.b.ctx, s.b.tx, sessions); err != nil {
		return err
	}
	var people []training.Attendance
	var records []training.Record
	for i, ses := range sessions {
		a, r := s.attend(ses, crowds[i])
		people, records = append(people, a...), append(records, r...)
	}
	if err := fill(s.b.ctx, s.b.tx, people); err != nil {
		return err
	}
	if err := fill(s.b.ctx, s.b.tx, records); err != nil {
		return err
	}
	return s.b.tx.WithContext(s.b.ctx).Exec(`UPDATE training_session s SET attended = n.there, expected = CASE WHEN s.state = 'closed' THEN n.people ELSE 0 END
		FROM (SELECT session_id, count(*) AS people, count(*) FILTER (WHERE how <> 'absent') AS there FROM training_attendance WHERE company_id = ? GROUP BY session_id) n
		WHERE s.company_id = ? AND s.id = n.session_id`, int64(s.f.CompanyID), int64(s.f.CompanyID)).Error
}

func (s *school) session(l lesson, n int, on day.Date, item *training.PlanItem) (*training.Session, []*worker) {
	c := s.courses[l.code]
	ses := &training.Session{
		CompanyID: s.f.CompanyID, RegionPath: s.f.RegionPath, OversightLine: s.f.OversightLine, CourseID: &c.ID, Kind: c.Kind, Phase: c.Phase, Level: c.Level, Title: c.Title, Outline: c.Outline, HeldOn: on,
		Starts: int16(8*60 + 30*s.dice.IntN(16)), Minutes: c.Minutes, Place: pickOf([]string{"二楼培训室", "职工食堂", "车间现场", "会议室"}, n), Trainer: s.trainer.Name, TrainerID: &s.trainer.ID, Types: c.Types,
		Units: db.Ints{}, People: db.Ints{}, State: l.state, Token: fmt.Sprintf("demo%d-%d-%016x", int64(s.f.CompanyID), n, s.dice.Uint64()), Files: db.Ints{}, MadeByName: s.trainer.Name, MadeAt: at(on.AddDays(-14), 9, 0),
	}
	if ses.MadeAt.After(s.b.tx.Now) {
		ses.MadeAt = s.b.tx.Now
	}
	if item != nil {
		ses.PlanItemID = &item.ID
	}
	if u := s.units[l.unit]; u != 0 {
		ses.Units = db.Ints{u}
	}
	switch l.state {
	case training.Closed:
		done := at(on, 17, 20)
		ses.ClosedAt, ses.ClosedByName, ses.Summary = &done, s.trainer.Name, pickOf([]string{"现场提问和考试结果良好，个别新员工对应急处置不熟悉，已安排班组补训。", "参训人员能说出岗位主要风险，建议增加实操时间。", "案例教学效果好，缺席人员另行补训。"}, n)
	case training.Planned:
		ses.RemindOn = s.b.today
	case training.Open:
		ses.Starts = int16(13*60 + 30)
	case training.Cancelled:
		ses.Reason = "讲师外出，改期举行"
	}
	return ses, s.expected(ses, l)
}

// expected are those for whom a session is, by their posts and the unit's name.
func (s *school) expected(ses *training.Session, l lesson) (out []*worker) {
	for _, w := range s.f.staff {
		if !w.LeftOn.IsZero() || w.JoinedOn.After(ses.HeldOn) {
			continue
		}
		ok := len(ses.Types) == 0
		for _, t := range ses.Types {
			ok = ok || t == w.role
		}
		if ok && (l.unit == "" || s.units[l.unit] == 0 || len(ses.Types) > 0 || w.unit == l.unit) {
			out = append(out, w)
		}
	}
	return out
}

// attend makes up who was there.
func (s *school) attend(ses *training.Session, crowd []*worker) (people []training.Attendance, records []training.Record) {
	percent := map[string]int{}
	for _, l := range lessons {
		percent[l.code+string(l.state)] = l.there
	}
	share := 88
	if n := percent[s.code(ses)+string(ses.State)]; n > 0 {
		share = n
	}
	if ses.State != training.Closed && ses.State != training.Open {
		return nil, nil
	}
	for i, w := range crowd {
		a := training.Attendance{
			CompanyID: ses.CompanyID, RegionPath: ses.RegionPath, OversightLine: ses.OversightLine, SessionID: ses.ID, StaffID: w.ID, StaffName: w.Name, UnitName: w.unit, PostName: w.post,
			How: pickOf([]string{"qr", "qr", "sheet", "signature"}, i), At: at(ses.HeldOn, int(ses.Starts)/60, int(ses.Starts)%60+i%20), Minutes: ses.Minutes, ByName: s.trainer.Name,
		}
		if a.At.After(s.b.tx.Now) {
			a.At = s.b.tx.Now
		}
		if !s.dice.of(share) {
			if ses.State == training.Open {
				continue
			}
			a.How, a.Minutes = "absent", 0
		}
		if ses.State == training.Closed && a.How != "absent" {
			s.judge(&a)
			records = append(records, recordOf(ses, a))
		}
		people = append(people, a)
	}
	return people, records
}

func (s *school) code(ses *training.Session) string {
	for code, c := range s.courses {
		if c.ID == *ses.CourseID {
			return code
		}
	}
	return ""
}

// judge gives a score to two of three, and lets every third say what he thinks.
func (s *school) judge(a *training.Attendance) {
	if s.dice.of(66) {
		score := int16(s.dice.between(68, 100))
		a.Score, a.Passed = &score, some(true)
	}
	if s.dice.of(33) {
		when := a.At
		a.Rating, a.RatedAt = some(int16(s.dice.between(3, 5))), &when
		a.Remark = pickOf([]string{"", "案例贴近岗位", "希望多些实操", ""}, int(a.StaffID))
	}
}

func recordOf(ses *training.Session, a training.Attendance) training.Record {
	r := training.Record{
		CompanyID: ses.CompanyID, RegionPath: ses.RegionPath, OversightLine: ses.OversightLine, StaffID: a.StaffID, HeldOn: ses.HeldOn, Phase: ses.Phase, Level: ses.Level, Kind: ses.Kind, Title: ses.Title,
		Minutes: a.Minutes, Trainer: ses.Trainer, Source: "session", SourceID: int64(ses.ID), Passed: a.Passed, MadeAt: at(ses.HeldOn, 17, 20),
	}
	if a.Score != nil {
		r.Score = some(int(*a.Score))
	}
	return r
}

// before is education before work of those who joined this year, brought in from a list; the last ones lack a part.
func (s *school) before() error {
	var rows []training.Record
	for i, w := range s.f.staff {
		if w.JoinedOn.IsZero() || w.JoinedOn.Year() != s.b.today.Year() || !w.LeftOn.IsZero() {
			continue
		}
		levels := []string{training.LevelFactory, training.LevelWorkshop, training.LevelTeam}
		if i%5 == 0 {
			levels = levels[:2]
		}
		for n, l := range levels {
			c := s.courses["three-level-"+l]
			rows = append(rows, training.Record{
				CompanyID: s.f.CompanyID, RegionPath: s.f.RegionPath, OversightLine: s.f.OversightLine, StaffID: w.ID, HeldOn: w.JoinedOn.AddDays(n - 3), Phase: training.PhaseInitial, Level: l, Kind: c.Kind, Title: c.Title,
				Minutes: c.Minutes, Trainer: s.trainer.Name, Source: "import", Score: some(86), Passed: some(true), MadeAt: at(w.JoinedOn, 10, 0),
			})
		}
	}
	return fill(s.b.ctx, s.b.tx, rows)
}
