package city

import (
	"context"
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/modules/checklist"
	"anbiao/modules/responsibility"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// When the worked company wrote its lists: the first a good year ago, the second lately.
const (
	firstListDays  = 400
	secondListDays = 35
	gapDays        = 6
)

// answer gives the worked company its responsibility matrix: adopted and published last year,
// reviewed and published again this year, and open at four places since: a post without
// duties, somebody without a post, a duty of art. 25 that went with a duty dropped in haste,
// and changes that no version holds yet.
func (b *builder) answer() error {
	shelf, err := responsibility.OpenShelf()
	if err != nil {
		return err
	}
	f := b.index["safety"]
	s := &responsibility.Service{Shelf: shelf, Tree: staff.TreeOn, Items: b.asks, Unplaced: b.unplaced}
	home := rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}
	past := b.tx
	past.Now = at(b.today.AddDays(-firstListDays), 10, 20)
	tree, err := staff.TreeOn(b.ctx, past, f.CompanyID, b.today)
	if err != nil {
		return err
	}
	if err := s.PostsMade(b.ctx, past, b.scope, home, tree.Posts); err != nil {
		return err
	}
	if err := b.publish(s, past, home, 0, "首次建立全员安全生产责任制"); err != nil {
		return err
	}
	past.Now = at(b.today.AddDays(-secondListDays), 15, 40)
	if err := b.review(past, home, tree); err != nil {
		return err
	}
	if err := b.publish(s, past, home, 1, "年度评审：整改时限由48小时收紧为24小时，新增焊烟净化职责"); err != nil {
		return err
	}
	if err := b.leaveGaps(f); err != nil {
		return err
	}
	return s.Recount(b.ctx, b.tx, b.scope, home)
}

// publish freezes a version in the principal's name and hangs it up.
func (b *builder) publish(s *responsibility.Service, past db.Tx, home rbac.Home, last int, note string) error {
	n, err := s.Freeze(b.ctx, past, b.scope, home, responsibility.Publication{BasedOn: last, Note: note})
	if err != nil {
		return err
	}
	f := b.index["safety"]
	q := "UPDATE responsibility_list SET published_by = ?, published_name = ? WHERE company_id = ? AND id = ?"
	if err := b.tx.WithContext(b.ctx).Exec(q, f.staff[0].ID, f.staff[0].Name, home.CompanyID, n).Error; err != nil {
		return err
	}
	return fill(b.ctx, b.tx, []responsibility.Posting{{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, ListID: n, Place: "厂区大门公示栏、各车间宣传栏",
		PostedOn: day.In(past.Now, day.Shanghai).AddDays(2), ByName: f.staff[1].Name, At: past.Now.Add(48 * time.Hour),
	}})
}

// review is what the second version changes: two duties in stricter words, one of the
// company's own, one dropped.
func (b *builder) review(past db.Tx, home rbac.Home, tree org.Tree) error {
	on := day.In(past.Now, day.Shanghai)
	for _, w := range [][2]string{
		{"workshop_director-02", "每周组织车间检查，一般隐患24小时内整改或上报"},
		{"team_leader-01", "开好班前会：点名、查精神状态和防护用品、讲当班风险并提问一人"},
	} {
		if err := b.reword(past, home, w[0], w[1], on); err != nil {
			return err
		}
	}
	if err := b.dropDuty(past, home, "safety_manager-07", "应急演练并入生产部年度演练计划", on); err != nil {
		return err
	}
	return b.ownDuty(past, home, tree, on)
}

// reword lets an adopted duty say something else from a day on.
func (b *builder) reword(past db.Tx, home rbac.Home, template, words string, on day.Date) error {
	q := `WITH d AS (SELECT company_id, id FROM responsibility_duty WHERE company_id = ? AND template = ?),
		old AS (UPDATE responsibility_wording w SET valid_to = ?, changed_at = ? FROM d WHERE w.company_id = d.company_id AND w.duty_id = d.id AND w.valid_to IS NULL RETURNING w.*)
		INSERT INTO responsibility_wording (company_id, region_path, oversight_line, duty_id, text, basis, statutory, frequency, check_method, evidence, modules, valid_from, changed_at)
		SELECT company_id, region_path, oversight_line, duty_id, ?, basis, statutory, frequency, check_method, evidence, modules, ?, ? FROM old`
	return b.tx.WithContext(b.ctx).Exec(q, home.CompanyID, template, on, past.Now, words, on, past.Now).Error
}

// dropDuty ends a duty of one post, whose other scores then make up the hundred.
func (b *builder) dropDuty(past db.Tx, home rbac.Home, template, reason string, on day.Date) error {
	g := b.tx.WithContext(b.ctx)
	var posts []int64
	q := `WITH d AS (UPDATE responsibility_duty SET dropped_on = ?, dropped_reason = ?, changed_at = ? WHERE company_id = ? AND template = ? RETURNING company_id, id),
		w AS (UPDATE responsibility_wording w SET valid_to = ?, changed_at = ? FROM d WHERE w.company_id = d.company_id AND w.duty_id = d.id AND w.valid_to IS NULL)
		UPDATE responsibility_cell c SET valid_to = ?, changed_at = ? FROM d WHERE c.company_id = d.company_id AND c.duty_id = d.id AND c.valid_to IS NULL RETURNING c.post_id`
	if err := g.Raw(q, on, reason, past.Now, home.CompanyID, template, on, past.Now, on, past.Now).Scan(&posts).Error; err != nil {
		return err
	}
	for _, p := range posts {
		if err := responsibility.RescaleOf(b.ctx, past, home.CompanyID, id.Of[id.Post](p)); err != nil {
			return err
		}
	}
	return nil
}

// ownDuty adds a duty of the company's own to the welders.
func (b *builder) ownDuty(past db.Tx, home rbac.Home, tree org.Tree, on day.Date) error {
	var number int
	if err := b.tx.WithContext(b.ctx).Raw("SELECT max(number) + 1 FROM responsibility_duty WHERE company_id = ?", home.CompanyID).Scan(&number).Error; err != nil {
		return err
	}
	duties := []responsibility.Duty{{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Number: number, Category: "welder", AddedOn: on, ChangedAt: past.Now,
	}}
	if err := fill(b.ctx, b.tx, duties); err != nil {
		return err
	}
	words := []responsibility.Wording{{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, DutyID: duties[0].ID, Text: "开焊前启动焊烟净化器并确认滤筒压差正常",
		Basis: db.JSON[[]responsibility.Clause]{V: []responsibility.Clause{{Code: "OWN", Ref: "焊接车间作业指导书", Clause: "第4条"}}}, Frequency: "per_shift",
		CheckMethod: "查点检表、现场看压差表", Evidence: "点检表", Modules: db.Texts{"WLD"}, ValidFrom: on, ChangedAt: past.Now,
	}}
	if err := fill(b.ctx, b.tx, words); err != nil {
		return err
	}
	var cells []responsibility.Share
	for _, p := range tree.Posts {
		if p.Name == "焊工" {
			cells = append(cells, responsibility.Share{
				CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, DutyID: duties[0].ID, PostID: p.ID, Raci: responsibility.AccountableDoes,
				Kind: responsibility.Direct, Score: 8_00, ValidFrom: on, ChangedAt: past.Now,
			})
		}
	}
	if len(cells) != 1 {
		return fmt.Errorf("%d posts of welders", len(cells))
	}
	if err := fill(b.ctx, b.tx, cells); err != nil {
		return err
	}
	return responsibility.RescaleOf(b.ctx, past, home.CompanyID, cells[0].PostID)
}

// leaveGaps makes what the coverage report shows: a post that nobody gave a type, and a
// person who left his post and has no other yet.
func (b *builder) leaveGaps(f *firm) error {
	var unit []int64
	g := b.tx.WithContext(b.ctx)
	if err := g.Raw("SELECT id FROM staff_unit WHERE company_id = ? AND name = '综合管理部'", f.CompanyID).Scan(&unit).Error; err != nil {
		return err
	}
	post := []staff.Post{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, UnitID: id.Of[id.Unit](unit[0]), Name: "保洁员", Types: db.Texts{},
		SinceOn: b.today.AddDays(-gapDays),
	}}
	if err := fill(b.ctx, b.tx, post); err != nil {
		return err
	}
	q := `UPDATE staff_assignment SET until_on = ? WHERE company_id = ? AND until_on IS NULL AND staff_id = (
		SELECT max(p.id) FROM staff_person p JOIN staff_assignment a ON a.company_id = p.company_id AND a.staff_id = p.id AND a.until_on IS NULL
		JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id AND o.name = '包装工'
		WHERE p.company_id = ? AND p.left_on IS NULL AND p.person_id IS NULL)`
	return g.Exec(q, b.today.AddDays(-gapDays), f.CompanyID, f.CompanyID).Error
}

// asks is what the newest standard of a company asks.
func (b *builder) asks(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) ([]responsibility.Item, error) {
	library := checklist.Service{Shelf: b.deps.Shelf}
	found, err := library.Enabled(ctx, tx, scope, c)
	out := make([]responsibility.Item, len(found))
	for i, a := range found {
		out[i] = responsibility.Item{Code: a.Code, Module: a.Module, Posts: a.Posts}
	}
	return out, err
}

func (b *builder) unplaced(ctx context.Context, tx db.Tx, c rbac.CompanyID, on day.Date) (int, []responsibility.Person, error) {
	all, loose, err := staff.Unplaced(ctx, tx, c, on)
	return all, make([]responsibility.Person, len(loose)), err
}
