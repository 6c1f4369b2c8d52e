package city

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/modules/attachment"
	"anbiao/modules/hazard"
	"anbiao/rbac"
)

// inPlant is how many hazards the worked company has found in the year.
const inPlant = 150

// endanger makes up the hazards of all firms and enters them.
func (b *builder) endanger() error {
	d := newDice(seed, streamHazards)
	b.fromChecks(d)
	b.current()
	b.byAuthority()
	b.asked()
	b.copied()
	b.fromEyes(d)
	b.campaign()
	for i, f := range b.firms {
		if i > 0 && f.activated {
			b.ordinary(f, d)
		}
	}
	b.fewFixed()
	var all []*story
	for _, f := range b.firms {
		all = append(all, f.found...)
	}
	slices.SortStableFunc(all, func(x, y *story) int { return x.FoundAt.Compare(y.FoundAt) })
	if err := b.enterStories(all); err != nil {
		return err
	}
	return b.bulked()
}

// fromChecks tells what became of the failed answers.
func (b *builder) fromChecks(d dice) {
	for _, x := range b.fails {
		by := x.point.assignee
		p := plot{
			firm: x.firm, by: by, boss: b.bossOf(x.firm, by), at: x.check.FinishedAt, phrase: phrases[x.asked.Code], place: x.point.Place, point: x.point,
			failure: x, source: hazard.SelfCheck, category: hazard.CategoryOf(x.asked.Module), code: x.asked.Code, clause: clauseOf(x), level: hazard.General, photos: true,
		}
		p.owner = b.ownerOf(x.firm, by, p.boss, d)
		b.fate(&p, d, 6)
		x.firm.found = append(x.firm.found, b.tell(p))
	}
}

func clauseOf(x *failure) string {
	if len(x.asked.Basis) == 0 {
		return ""
	}
	c := x.asked.Basis[0]
	return strings.TrimSpace(c.Ref + " " + c.Clause)
}

// fromEyes adds what people of the worked company saw in passing (随手拍), up to the year's number.
func (b *builder) fromEyes(d dice) {
	f := b.index["safety"]
	codes := codesOf(f)
	boss := b.named("safety")
	for len(f.found) < inPlant {
		code := pick(d, codes)
		by := pick(d, f.staff[:60])
		if by == boss || !by.LeftOn.IsZero() {
			continue
		}
		p := plot{
			firm: f, by: by, boss: boss, at: at(b.today.AddDays(-d.between(16, 360)), d.between(8, 16), d.IntN(60)), phrase: phrases[code], place: placeOf(by),
			source: hazard.Snap, category: hazard.CategoryOf(code[:3]), level: hazard.General, photos: true,
		}
		p.owner = b.ownerOf(f, by, boss, d)
		b.fate(&p, d, 3)
		f.found = append(f.found, b.tell(p))
	}
}

// current are hazards of the worked company in every state there is, so that each of its
// demo accounts finds something to do.
func (b *builder) current() {
	f := b.index["safety"]
	for _, x := range []struct {
		code         string
		by, owner    string
		days, left   int // since it was found, until the deadline
		ending       ending
		fixedDaysAgo int
	}{
		{"WLD-07", "worker", "", 1, 0, registered, 0},
		{"ELE-01", "leader", "", 2, 0, registered, 0},
		{"EVA-06", "director", "", 2, 0, graded, 0},
		{"GCY-03", "worker", "leader", 4, 6, assigned, 0},
		{"WLD-02", "leader", "worker", 5, 3, assigned, 0},
		{"FIR-09", "finance", "director", 3, 9, assigned, 0},
		{"GCY-08", "worker", "leader", 7, 2, rectifying, 0},
		{"MCH-07", "leader", "director", 9, 5, rectifying, 0},
		{"WLD-04", "director", "worker", 8, 4, waiting, 2},
		{"ELE-04", "worker", "director", 10, 1, waiting, 1},
		{"FLT-05", "leader", "director", 12, 3, waiting, 3},
		{"CRN-08", "director", "leader", 26, -9, assigned, 0},
		{"WLD-06", "worker", "director", 33, -14, rectifying, 0},
		{"EVA-02", "finance", "director", 21, -3, rectifying, 0},
	} {
		p := plot{
			firm: f, by: b.named(x.by), boss: b.named("safety"), at: at(b.today.AddDays(-x.days), 9, 40), phrase: phrases[x.code], place: placeOf(b.named(x.by)),
			source: hazard.Snap, category: hazard.CategoryOf(x.code[:3]), level: hazard.General, deadline: b.today.AddDays(x.left), fixedOn: b.today.AddDays(-x.fixedDaysAgo),
			ending: x.ending, photos: true,
		}
		if x.owner != "" {
			p.owner = b.named(x.owner)
		}
		f.found = append(f.found, b.tell(p))
	}
	f.found = append(f.found, b.tell(plot{
		firm: f, by: b.named("safety"), owner: b.named("director"), boss: b.post("安全总监"), at: at(b.today.AddDays(-18), 14, 10), phrase: majorPhrase, place: "抛光打磨车间外侧",
		point: f.points[6], source: hazard.SelfCheck, category: "B02", code: majorItem, clause: "工贸企业重大事故隐患判定标准（应急管理部令第10号） 第十一条", level: hazard.Major,
		deadline: b.today.AddDays(25), ending: rectifying, photos: true, whole: true,
	}), b.tell(plot{
		firm: f, by: b.named("safety"), owner: b.post("设备主管"), boss: b.post("安全总监"), at: at(b.today.AddDays(-140), 9, 30), phrase: closedPhrase, place: "喷涂车间喷漆房",
		source: hazard.SelfCheck, category: "B02", clause: "工贸企业重大事故隐患判定标准（应急管理部令第10号）", level: hazard.Major,
		deadline: b.today.AddDays(-95), fixedOn: b.today.AddDays(-104), ending: closed, photos: true, whole: true,
	}))
}

func placeOf(w *worker) string {
	if top := parentOf[w.unit]; top != "" {
		return top
	}
	return w.unit
}

// byAuthority adds what the county's officer found: one waits for his review.
func (b *builder) byAuthority() {
	f := b.index["safety"]
	person := b.login["county"]
	officer := &who{kind: rbac.Regulator, name: b.officerName("county"), person: &person}
	for i, code := range []string{"SPR-04", "ELE-04", "CSP-12"} {
		found := b.today.AddDays(-160 + 65*i)
		p := plot{
			firm: f, by: b.named("safety"), owner: b.post("设备主管"), boss: b.named("safety"), at: at(found, 10, 15), phrase: phrases[code], place: "喷涂车间", source: hazard.ByRegulator,
			officer: officer, category: hazard.CategoryOf(code[:3]), level: hazard.General, deadline: found.AddDays(15), fixedOn: found.AddDays(9), ending: closed, photos: true,
		}
		if i == 2 {
			p.ending = reviewing
		}
		f.found = append(f.found, b.tell(p))
	}
}

func (b *builder) officerName(login string) string {
	for _, o := range officers {
		if o.login == login {
			return o.name
		}
	}
	return ""
}

// named finds somebody of the worked company by login, post by post.
func (b *builder) named(login string) *worker {
	for i, p := range plantPeople {
		if p.login == login {
			return b.index["safety"].staff[i]
		}
	}
	return nil
}

func (b *builder) post(post string) *worker {
	for _, w := range b.index["safety"].staff {
		if w.post == post {
			return w
		}
	}
	return nil
}

// bossOf is who grades and accepts in f what by found.
func (b *builder) bossOf(f *firm, by *worker) *worker {
	if f != b.index["safety"] {
		return f.staff[0]
	}
	if by == b.named("safety") {
		return b.post("安全总监")
	}
	return b.named("safety")
}

// ownerOf is who mends it: not the one who accepts.
func (b *builder) ownerOf(f *firm, by, boss *worker, d dice) *worker {
	if f != b.index["safety"] {
		return f.staff[1]
	}
	var can []*worker
	for _, w := range f.staff {
		near := placeOf(w) == placeOf(by) && (w.post == "班组长" || w.post == "车间主任" || w.PersonID != nil)
		if w != boss && w.LeftOn.IsZero() && (near || w.post == "设备主管") {
			can = append(can, w)
		}
	}
	return pick(d, can)
}

// fate decides how far a hazard has come by its age; late of a hundred middle-aged ones are
// overdue.
func (b *builder) fate(p *plot, d dice, late int) {
	found := day.In(p.at, day.Shanghai)
	age := b.today.DaysSince(found)
	p.deadline = found.AddDays(d.between(5, 14))
	p.fixedOn = found.AddDays(d.between(1, 4))
	n := d.IntN(100)
	switch {
	case age > 14 && age < 75 && n < late:
		p.ending = pick(d, []ending{assigned, rectifying})
	case age > 14 && n > 97:
		p.ending = voided
	case age > 14 && n > 85, age > 3 && n > 80:
		p.ending = onSpot
	case age > 14:
		p.ending = closed
	case age > 6:
		p.ending = pick(d, []ending{closed, closed, waiting, rectifying})
		p.deadline = b.today.AddDays(d.between(1, 9))
	case age > 2:
		p.ending = pick(d, []ending{assigned, rectifying, graded})
		p.deadline = b.today.AddDays(d.between(2, 12))
	default:
		p.ending = registered
	}
}

// ordinary makes up the hazards of a firm that only fills the city. Some are well kept, some
// let things lie; a few have a major hazard open.
func (b *builder) ordinary(f *firm, d dice) {
	codes := codesOf(f)
	n := d.between(0, 3+min(int(*f.StaffCount)/25, 9))
	late := pick(d, []int{0, 0, 0, 0, 6, 15, 40, 85})
	for range n {
		code := pick(d, codes)
		p := plot{
			firm: f, by: f.staff[0], owner: f.staff[1], boss: f.staff[0], at: at(b.today.AddDays(-d.between(2, 300)), d.between(8, 16), d.IntN(60)), phrase: phrases[code],
			place: pick(d, []string{"生产车间", "仓库", "配电间", "办公楼"}), source: hazard.Snap, category: hazard.CategoryOf(code[:3]), level: hazard.General,
		}
		if late > 30 { // neglect shows in the last weeks
			p.at = at(b.today.AddDays(-d.between(16, 74)), d.between(8, 16), d.IntN(60))
		}
		b.fate(&p, d, late)
		f.found = append(f.found, b.tell(p))
	}
	if n > 1 && d.of(3) {
		p := plot{
			firm: f, by: f.staff[0], owner: f.staff[1], boss: f.staff[0], at: at(b.today.AddDays(-d.between(15, 40)), 9, 30),
			phrase: phrase{"特种作业人员未持证上岗", "停止作业，安排取证，调整持证人员"}, place: "生产车间", source: hazard.Snap, category: "A06",
			clause: "工贸企业重大事故隐患判定标准（应急管理部令第10号） 第三条", level: hazard.Major, deadline: b.today.AddDays(d.between(-6, 20)), ending: rectifying,
		}
		f.found = append(f.found, b.tell(p))
	}
}

// codesOf are the items that can fail in a firm of its trade.
func codesOf(f *firm) (codes []string) {
	tags := map[string]string{
		"PRS": "press", "GRD": "grinder", "MCH": "machine", "CRN": "crane", "FLT": "forklift", "PVS": "pressure_vessel", "GCY": "gas_cylinder", "DST": "combustible_dust",
		"CSP": "confined_space", "SPR": "spray_paint", "WLD": "welding", "HWH": "hazchem", "CAN": "canteen_gas", "EBK": "ebike", "WRS": "warehouse",
	}
	for _, code := range slices.Sorted(maps.Keys(phrases)) {
		if t := tags[code[:3]]; t == "" || slices.Contains(f.Tags, t) {
			codes = append(codes, code)
		}
	}
	return codes
}

// enterStories writes hazards, steps and photos.
func (b *builder) enterStories(all []*story) error {
	if err := b.number(all); err != nil {
		return err
	}
	var hazards []*hazard.Hazard
	var steps []*hazard.Step
	var fresh []*attachment.File
	for _, s := range all {
		hazards = append(hazards, &s.Hazard)
	}
	if err := fillRefs(b.ctx, b.tx, hazards); err != nil {
		return err
	}
	for _, s := range all {
		for _, x := range s.steps {
			x.HazardID = s.ID
			steps = append(steps, x)
		}
		for _, p := range s.photos {
			if p.file.ID == 0 { // not of a check
				p.file.BoundNoun, p.file.BoundID, p.file.BoundAt = some("hazard"), some(int64(s.ID)), some(p.file.UploadedAt)
				fresh = append(fresh, p.file)
			}
		}
	}
	if err := fillRefs(b.ctx, b.tx, steps); err != nil {
		return err
	}
	if err := fillRefs(b.ctx, b.tx, fresh); err != nil {
		return err
	}
	var photos []hazard.Photo
	for _, s := range all {
		for _, p := range s.photos {
			photos = append(photos, hazard.Photo{
				CompanyID: s.CompanyID, RegionPath: s.RegionPath, OversightLine: s.OversightLine, HazardID: s.ID, StepID: s.steps[p.step].ID, AttachmentID: p.file.ID,
			})
		}
	}
	return fill(b.ctx, b.tx, photos)
}

// number draws the ledger numbers, in the order of finding within county and year.
func (b *builder) number(all []*story) error {
	groups := map[string][]*story{}
	for _, s := range all {
		k := fmt.Sprintf("%s-%d", s.RegionPath[:6], s.FoundOn.Year())
		groups[k] = append(groups[k], s)
	}
	const most = 1000 // a call
	for _, k := range slices.SortedFunc(maps.Keys(groups), cmp.Compare[string]) {
		for part := range slices.Chunk(groups[k], most) {
			var numbers []string
			err := b.tx.WithContext(b.ctx).Raw("SELECT * FROM hazard_numbers(?, ?, ?)", part[0].RegionPath[:6], part[0].FoundOn.Year(), len(part)).Scan(&numbers).Error
			if err != nil {
				return err
			}
			for i, s := range part {
				s.Number = numbers[i]
			}
		}
	}
	return nil
}
