package city

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// officers are the demo accounts of people who work for an organisation.
var officers = []struct {
	login, name, role, organisation string
	kind                            rbac.Kind
	areas                           []string
}{
	{"platform", "安标管理员", "admin", "安标平台", rbac.Platform, nil},
	{"city", "陆文远", "city", "金华市应急管理局", rbac.Regulator, []string{"3307"}},
	{"county", "钱立新", "county", "永康市应急管理局", rbac.Regulator, []string{"330784"}},
	{"town", "范晓岚", "town", "芝英镇应急消防管理站", rbac.Regulator, []string{town}},
	{"grid", "楼小军", "grid", "芝英一片网格", rbac.Regulator, []string{town + "Z01"}},
	{"reviewer", "江思平", "reviewer", "婺川安全评审中心", rbac.Agency, nil},
	{"service", "姜浩然", "consultant", "金华安屿安全技术服务有限公司", rbac.Service, nil},
	{"other-county", "潘志鹏", "county", "东阳市应急管理局", rbac.Regulator, []string{"330783"}},
}

// what each login is for, in the order in which Accounts prints them.
var printed = [][2]string{
	{"safety", "安全员（重点企业）"},
	{"principal", "主要负责人（重点企业）"},
	{"director", "车间主任（重点企业）"},
	{"leader", "班组长（重点企业）"},
	{"worker", "焊工（重点企业）"},
	{"finance", "财务（重点企业）"},
	{"micro", "微型企业负责人兼安全员"},
	{"other-safety", "另一家企业的安全员"},
	{"service", "安全服务机构顾问"},
	{"city", "金华市监管"},
	{"county", "永康市监管"},
	{"town", "芝英镇监管"},
	{"grid", "芝英一片网格员"},
	{"other-county", "东阳市监管"},
	{"reviewer", "评审机构"},
	{"platform", "平台管理员"},
}

// Accounts is the table of demo accounts that the console prints.
func Accounts(password string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "Demo accounts, password %s\n", password)
	for _, p := range printed {
		fmt.Fprintf(&s, "  %-13s %s\n", p[0], p[1])
	}
	fmt.Fprintf(&s, "Activation slip of a company nobody has signed in for: /field/activate/%s (code %s)\n", DemoSlip, demoCode)
	return s.String()
}

// people enters everybody: staff of the companies, logins, memberships and engagements.
func (b *builder) people() error {
	d := newDice(seed, streamPeople)
	if err := b.settle(b.index["safety"], d); err != nil {
		return err
	}
	members, err := b.employ(d)
	if err != nil {
		return err
	}
	members, err = b.appoint(members)
	if err != nil {
		return err
	}
	if err := fill(b.ctx, b.tx, members); err != nil {
		return err
	}
	return b.signIn(members)
}

// employ enters the staff of the other companies that somebody has signed in for, with the
// logins of all companies, and returns the memberships to be entered.
func (b *builder) employ(d dice) (members []account.Membership, err error) {
	var people []*staff.Person
	for _, f := range b.firms {
		if !f.activated || f == b.index["safety"] {
			continue
		}
		for n := range heads(f, f == b.index["micro"] || f == b.index["other-safety"]) {
			w := &worker{Person: b.employee(f, d.person(), n+1, d), role: roleOf(f, n)}
			if n == 0 {
				w.Name = f.ContactName
			}
			f.staff, people = append(f.staff, w), append(people, &w.Person)
		}
	}
	b.index["micro"].staff[0].Name, b.index["other-safety"].staff[1].Name = "胡大勇", "卢晓燕"
	b.index["micro"].ContactName = "胡大勇"
	var logins []*account.Person
	var owners []*worker
	var homes []*firm
	for i, f := range b.firms {
		for n, w := range f.staff {
			if login := b.loginOf(f, i, n); login != "" {
				logins, owners, homes = append(logins, b.person(login, w.Name, w.Phone)), append(owners, w), append(homes, f)
			}
		}
	}
	if err := fillRefs(b.ctx, b.tx, logins); err != nil {
		return nil, err
	}
	for i, p := range logins {
		owners[i].PersonID, b.login[p.Login] = some(p.ID), p.ID
	}
	if err := fillRefs(b.ctx, b.tx, people); err != nil {
		return nil, err
	}
	for i, p := range logins {
		members = append(members, account.Membership{
			PersonID: p.ID, Kind: rbac.Company, CompanyID: some(homes[i].CompanyID), StaffID: some(owners[i].ID), Roles: rolesOf(p.Login, owners[i].role), CreatedAt: homes[i].CreatedAt,
		})
	}
	return members, b.link(owners)
}

// roleOf is the post type of a company's n-th person.
func roleOf(f *firm, n int) string {
	switch {
	case n == 0:
		return "principal"
	case n == 1 && *f.StaffCount >= 20:
		return "safety_manager"
	}
	return "general_employee"
}

// heads is how many people of a company the city makes up, beside the worked one: enough
// that nobody need accept what he mended himself.
func heads(f *firm, fully bool) int {
	if fully {
		return min(int(*f.StaffCount), 24)
	}
	return 2
}

// loginOf names the account of a company's n-th person, "" for none.
func (b *builder) loginOf(f *firm, i, n int) string {
	switch {
	case f == b.index["safety"]:
		if n < len(plantPeople) {
			return plantPeople[n].login
		}
		return ""
	case f == b.index["micro"] && n == 0:
		return "micro"
	case f == b.index["other-safety"] && n == 1:
		return "other-safety"
	case n == 0 || (n == 1 && *f.StaffCount >= 20):
		return fmt.Sprintf("qy%05d-%d", i+1, n+1)
	}
	return ""
}

func rolesOf(login, role string) db.Texts {
	switch {
	case login == "micro":
		return db.Texts{"principal", "safety"}
	case login == "other-safety" || role == "safety_manager":
		return db.Texts{"safety"}
	}
	for _, p := range plantPeople {
		if p.login == login {
			return db.Texts{login}
		}
	}
	return db.Texts{"principal", "safety"}
}

// person is an account. Those that only fill the city have no password.
func (b *builder) person(login, name, phone string) *account.Person {
	p := &account.Person{Login: login, Name: name, Phone: &phone, Lang: "zh-CN", CreatedAt: b.tx.Now.AddDate(0, -14, 0)}
	if !strings.HasPrefix(login, "qy") {
		p.PasswordHash, p.Email = b.hash, login+"@anbiao.example"
	}
	return p
}

// link writes the logins of the worked company's people, entered before, into their rows.
func (b *builder) link(owners []*worker) error {
	var ids, persons db.Ints
	for _, w := range owners {
		ids, persons = append(ids, int64(w.ID)), append(persons, int64(*w.PersonID))
	}
	q := `UPDATE staff_person s SET person_id = x.person FROM unnest(?::bigint[], ?::bigint[]) AS x(id, person)
		WHERE s.company_id = ? AND s.id = x.id AND s.person_id IS NULL`
	return b.tx.WithContext(b.ctx).Exec(q, ids, persons, b.index["safety"].CompanyID).Error
}

// appoint enters the organisations and their officers, and engages the service agency.
func (b *builder) appoint(members []account.Membership) ([]account.Membership, error) {
	orgs, logins := make([]account.Organisation, len(officers)), make([]account.Person, len(officers))
	for i, o := range officers {
		orgs[i] = account.Organisation{Kind: o.kind, Name: o.organisation, Areas: o.areas, CreatedAt: b.tx.Now}
		logins[i] = *b.person(o.login, o.name, phone(i+1))
	}
	if err := fill(b.ctx, b.tx, orgs); err != nil {
		return nil, err
	}
	if err := fill(b.ctx, b.tx, logins); err != nil {
		return nil, err
	}
	for i, o := range officers {
		b.login[o.login] = logins[i].ID
		members = append(members, account.Membership{
			PersonID: logins[i].ID, Kind: o.kind, OrganisationID: some(orgs[i].ID), Roles: db.Texts{o.role}, CreatedAt: b.tx.Now,
		})
		if o.kind == rbac.Service {
			if err := b.engage(orgs[i].ID); err != nil {
				return nil, err
			}
		}
	}
	return members, nil
}

// engage lets the agency work for the worked company and some others.
func (b *builder) engage(agency id.Of[id.Organisation]) error {
	var rows []account.Engagement
	for i, f := range b.firms {
		if i < 2 || (f.activated && i%50 == 7 && len(rows) < 12) {
			rows = append(rows, account.Engagement{CompanyID: f.CompanyID, OrganisationID: agency, FromOn: b.today.AddDays(-200 - i%50), UntilOn: b.today.AddYears(1)})
		}
	}
	return fill(b.ctx, b.tx, rows)
}

// signIn gives each company's people an ended session: somebody has signed in before. Its
// token is nobody's.
func (b *builder) signIn(members []account.Membership) error {
	var rows []account.Session
	for _, m := range members {
		if m.Kind != rbac.Company {
			continue
		}
		at := b.tx.Now.AddDate(0, 0, -20-int(m.ID)%200)
		hash := make([]byte, 32)
		_, _ = rand.Read(hash) // never fails
		rows = append(rows, account.Session{
			TokenHash: hash, PersonID: m.PersonID, MembershipID: m.ID, Address: "192.0.2.1", Agent: "demo", CreatedAt: at, SeenOn: day.In(at, day.Shanghai),
			ExpiresAt: at.Add(time.Hour), RevokedAt: some(at.Add(time.Hour)),
		})
	}
	return fill(b.ctx, b.tx, rows)
}
