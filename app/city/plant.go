package city

import (
	"fmt"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/staff"
)

// worker is a person of a company, as the city moves him about.
type worker struct {
	staff.Person
	unit string // name of his unit
	post string
	role string // post type, "" for none
}

// shop is a unit with its teams.
type shop struct {
	kind, name string
	teams      []string
}

// units of the worked company: 6 workshops with 20 teams, and the offices.
var units = []shop{
	{"department", "厂部", nil},
	{"department", "安全环保部", nil},
	{"department", "生产设备部", nil},
	{"department", "综合管理部", nil},
	{"department", "仓储物流部", nil},
	{"workshop", "冲压车间", []string{"下料班", "冲压甲班", "冲压乙班", "模具班"}},
	{"workshop", "抛光打磨车间", []string{"抛光一班", "抛光二班", "打磨班", "除尘运维班"}},
	{"workshop", "喷涂车间", []string{"前处理班", "喷涂一班", "喷涂二班", "调漆烘干班"}},
	{"workshop", "焊接车间", []string{"焊接一班", "焊接二班", "点焊班"}},
	{"workshop", "装配包装车间", []string{"装配一班", "装配二班", "包装班"}},
	{"workshop", "机修动力车间", []string{"机修班", "电工班"}},
}

// posts of the worked company: 40, each with the types the libraries speak of.
var posts = []struct {
	unit, name string
	types      []string
}{
	{"厂部", "总经理", []string{"principal"}},
	{"厂部", "安全副总", []string{"deputy_safety"}},
	{"安全环保部", "安全总监", []string{"safety_director"}},
	{"安全环保部", "安全员", []string{"safety_manager", "confined_space_supervisor"}},
	{"生产设备部", "生产经理", []string{"production_head"}},
	{"生产设备部", "设备主管", []string{"equipment_head", "contractor_manager"}},
	{"生产设备部", "技术品质主管", []string{"technology_head"}},
	{"综合管理部", "财务主管", []string{"finance_head"}},
	{"综合管理部", "行政人事主管", []string{"hr_head"}},
	{"综合管理部", "采购主管", []string{"procurement_head"}},
	{"综合管理部", "食堂厨师", []string{"canteen_operator"}},
	{"仓储物流部", "仓库保管员", []string{"warehouse_keeper"}},
	{"仓储物流部", "危化品保管员", []string{"hazchem_keeper"}},
	{"仓储物流部", "叉车司机", []string{"forklift_driver"}},
	{"冲压车间", "车间主任", []string{"workshop_director"}},
	{"冲压车间", "班组长", []string{"stamping_operator", "team_leader"}},
	{"冲压车间", "冲压工", []string{"stamping_operator"}},
	{"冲压车间", "下料工", []string{"stamping_operator"}},
	{"冲压车间", "模具调试工", []string{"crane_operator", "stamping_operator"}},
	{"抛光打磨车间", "车间主任", []string{"workshop_director"}},
	{"抛光打磨车间", "班组长", []string{"grinding_operator", "team_leader"}},
	{"抛光打磨车间", "抛光工", []string{"grinding_operator"}},
	{"抛光打磨车间", "打磨工", []string{"grinding_operator"}},
	{"抛光打磨车间", "除尘运维工", []string{"confined_space_worker", "grinding_operator"}},
	{"喷涂车间", "车间主任", []string{"workshop_director"}},
	{"喷涂车间", "班组长", []string{"spray_painter", "team_leader"}},
	{"喷涂车间", "前处理工", []string{"confined_space_worker"}},
	{"喷涂车间", "喷漆工", []string{"spray_painter"}},
	{"喷涂车间", "调漆工", []string{"hazchem_keeper", "spray_painter"}},
	{"焊接车间", "车间主任", []string{"workshop_director"}},
	{"焊接车间", "班组长", []string{"team_leader", "welder"}},
	{"焊接车间", "焊工", []string{"welder"}},
	{"装配包装车间", "车间主任", []string{"workshop_director"}},
	{"装配包装车间", "班组长", []string{"team_leader"}},
	{"装配包装车间", "装配工", []string{"general_employee"}},
	{"装配包装车间", "包装工", []string{"general_employee"}},
	{"机修动力车间", "车间主任", []string{"workshop_director"}},
	{"机修动力车间", "机修工", []string{"general_employee"}},
	{"机修动力车间", "电工", []string{"electrician"}},
	{"机修动力车间", "空压机操作工", []string{"boiler_operator"}},
}

// seats say who works where: 120 people.
var seats = []struct {
	unit, post string
	n          int
}{
	{"厂部", "安全副总", 1},
	{"安全环保部", "安全总监", 1},
	{"安全环保部", "安全员", 1},
	{"生产设备部", "生产经理", 1},
	{"生产设备部", "设备主管", 1},
	{"生产设备部", "技术品质主管", 1},
	{"综合管理部", "行政人事主管", 1},
	{"综合管理部", "采购主管", 1},
	{"综合管理部", "食堂厨师", 2},
	{"仓储物流部", "仓库保管员", 2},
	{"仓储物流部", "危化品保管员", 1},
	{"仓储物流部", "叉车司机", 3},
	{"冲压车间", "车间主任", 1},
	{"下料班", "班组长", 1},
	{"下料班", "下料工", 3},
	{"冲压甲班", "班组长", 1},
	{"冲压甲班", "冲压工", 8},
	{"冲压乙班", "班组长", 1},
	{"冲压乙班", "冲压工", 8},
	{"模具班", "班组长", 1},
	{"模具班", "模具调试工", 3},
	{"抛光打磨车间", "车间主任", 1},
	{"抛光一班", "班组长", 1},
	{"抛光一班", "抛光工", 7},
	{"抛光二班", "班组长", 1},
	{"抛光二班", "抛光工", 7},
	{"打磨班", "班组长", 1},
	{"打磨班", "打磨工", 4},
	{"除尘运维班", "班组长", 1},
	{"除尘运维班", "除尘运维工", 1},
	{"喷涂车间", "车间主任", 1},
	{"前处理班", "班组长", 1},
	{"前处理班", "前处理工", 2},
	{"喷涂一班", "班组长", 1},
	{"喷涂一班", "喷漆工", 3},
	{"喷涂二班", "班组长", 1},
	{"喷涂二班", "喷漆工", 3},
	{"调漆烘干班", "班组长", 1},
	{"调漆烘干班", "调漆工", 1},
	{"焊接一班", "焊工", 4},
	{"焊接二班", "班组长", 1},
	{"焊接二班", "焊工", 4},
	{"点焊班", "班组长", 1},
	{"点焊班", "焊工", 2},
	{"装配包装车间", "车间主任", 1},
	{"装配一班", "班组长", 1},
	{"装配一班", "装配工", 4},
	{"装配二班", "班组长", 1},
	{"装配二班", "装配工", 4},
	{"包装班", "班组长", 1},
	{"包装班", "包装工", 3},
	{"机修动力车间", "车间主任", 1},
	{"机修班", "机修工", 2},
	{"机修班", "空压机操作工", 1},
	{"电工班", "电工", 2},
}

// plantPeople are those of the worked company who have a demo account.
var plantPeople = []struct{ login, name, unit, post string }{
	{"principal", "程安川", "厂部", "总经理"},
	{"safety", "沈静怡", "安全环保部", "安全员"},
	{"director", "应国强", "焊接车间", "车间主任"},
	{"leader", "楼成林", "焊接一班", "班组长"},
	{"worker", "施小龙", "焊接一班", "焊工"},
	{"finance", "金丽萍", "综合管理部", "财务主管"},
}

// crew makes up the people of the worked company, without ids.
func (b *builder) crew(f *firm, d dice) []*worker {
	var all []*worker
	add := func(name, unit, post string) *worker {
		n := len(all) + 1
		w := &worker{Person: b.employee(f, name, n, d), unit: unit, post: post}
		w.seal(b.deps.Box.Field(int64(f.CompanyID)), n)
		all = append(all, w)
		return w
	}
	for _, p := range plantPeople {
		add(p.name, p.unit, p.post).JoinedOn = b.today.AddYears(-6)
	}
	for _, s := range seats {
		for range s.n {
			add(d.person(), s.unit, s.post)
		}
	}
	for range 5 { // who has left
		w := add(d.person(), "冲压甲班", "冲压工")
		w.JoinedOn, w.LeftOn = b.today.AddDays(-800), b.today.AddDays(-d.between(30, 340))
	}
	return all
}

// employee is the n-th person of a company.
func (b *builder) employee(f *firm, name string, n int, d dice) staff.Person {
	return staff.Person{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Name: name, EmployeeNo: fmt.Sprintf("A%03d", n),
		Phone: phone(500_000 + b.nextPhone()), IdentitySealed: []byte{}, IdentityIndex: []byte{}, JoinedOn: b.today.AddDays(-d.between(380, 3200)), CreatedAt: f.CreatedAt,
	}
}

func (b *builder) nextPhone() int { b.phone++; return b.phone }

// resident is an identity number that was never given out: its sequence is 000.
func resident(n int) code.Resident {
	return code.MakeResident("330784", day.Of(1968, 1, 5).AddDays(n*83), 0)
}

type sealer interface {
	Seal(plain, column string) []byte
	Index(plain, column string) []byte
}

func (w *worker) seal(keys sealer, n int) {
	const column = "staff_person.identity"
	number := string(resident(n))
	w.IdentitySealed, w.IdentityIndex = keys.Seal(number, column), keys.Index(number, column)
}

// settle gives the worked company its units, posts and people, with who holds which post.
func (b *builder) settle(f *firm, d dice) error {
	unitOf, err := b.raiseUnits(f)
	if err != nil {
		return err
	}
	rows := make([]staff.Post, len(posts))
	for i, p := range posts {
		rows[i] = staff.Post{CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, UnitID: unitOf[p.unit].ID, Name: p.name, Types: db.Texts(p.types)}
	}
	if err := fill(b.ctx, b.tx, rows); err != nil {
		return err
	}
	byName := map[string]staff.Post{}
	for i, p := range posts {
		byName[p.unit+p.name] = rows[i]
	}
	f.staff = b.crew(f, d)
	people := make([]*staff.Person, len(f.staff))
	for i, w := range f.staff {
		u := unitOf[w.unit].ID
		w.UnitID, people[i] = &u, &w.Person
	}
	if err := fillRefs(b.ctx, b.tx, people); err != nil {
		return err
	}
	var held []staff.Assignment
	for _, w := range f.staff {
		p, ok := byName[w.unit+w.post]
		if !ok {
			p = byName[parentOf[w.unit]+w.post]
		}
		if p.ID == 0 {
			return fmt.Errorf("no post %s in %s", w.post, w.unit)
		}
		w.role = p.Types[0]
		a := staff.Assignment{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, StaffID: w.ID, PostID: p.ID, Main: true, FromOn: w.JoinedOn, UntilOn: w.LeftOn,
		}
		if p.UnitID != *w.UnitID { // a team shares the posts of its workshop
			a.UnitID = w.UnitID
		}
		held = append(held, a)
	}
	return fill(b.ctx, b.tx, held)
}

// parentOf names the workshop of a team.
var parentOf = func() map[string]string {
	of := map[string]string{}
	for _, s := range units {
		for _, t := range s.teams {
			of[t] = s.name
		}
	}
	return of
}()

// raiseUnits enters the units, workshops before their teams.
func (b *builder) raiseUnits(f *firm) (map[string]staff.Unit, error) {
	unit := func(kind, name string, number int, parent *staff.Unit) staff.Unit {
		u := staff.Unit{CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: kind, Name: name, Number: number, UnitPath: fmt.Sprintf("%04d", number)}
		if parent != nil {
			p := parent.ID
			u.ParentID, u.UnitPath = &p, parent.UnitPath+u.UnitPath
		}
		return u
	}
	var tops, teams []staff.Unit
	for i, s := range units {
		tops = append(tops, unit(s.kind, s.name, i+1, nil))
	}
	if err := fill(b.ctx, b.tx, tops); err != nil {
		return nil, err
	}
	of := map[string]staff.Unit{}
	for i, s := range units {
		of[s.name] = tops[i]
		for _, t := range s.teams {
			teams = append(teams, unit("team", t, len(tops)+len(teams)+1, &tops[i]))
		}
	}
	err := fill(b.ctx, b.tx, teams)
	for _, t := range teams {
		of[t.Name] = t
	}
	return of, err
}

func staffID(w *worker) *id.Of[id.Staff] { return some(w.ID) }
