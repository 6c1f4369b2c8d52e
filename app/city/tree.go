package city

import (
	"errors"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/modules/staff"
)

// movedTeam hung below another workshop until two months ago.
const (
	movedTeam     = "除尘运维班"
	movedFrom     = "机修动力车间"
	renamedPost   = "模具调试工"
	renamedBefore = "模具工"
)

// organise gives the worked company heads, a past in which it was organised otherwise, and
// somebody who left and whose open work went to another.
func (b *builder) organise() error {
	f := b.index["safety"]
	if err := b.nameHeads(f); err != nil {
		return err
	}
	if err := b.lookBack(f, b.today.AddMonths(-2)); err != nil {
		return err
	}
	return b.takeLeave(f, b.today.AddDays(-9))
}

// nameHeads names who leads each unit: the director, the team leader, else the first there.
func (b *builder) nameHeads(f *firm) error {
	rank := map[string]int{"principal": 3, "safety_director": 2, "workshop_director": 2}
	head, best := map[id.Of[id.Unit]]*worker{}, map[id.Of[id.Unit]]int{}
	for _, w := range f.staff {
		r := rank[w.role] + 1
		if w.post == "班组长" {
			r = 3
		}
		if w.LeftOn.IsZero() && r > best[*w.UnitID] {
			head[*w.UnitID], best[*w.UnitID] = w, r
		}
	}
	for unit, w := range head {
		if err := b.exec("UPDATE staff_unit SET head_id = ? WHERE company_id = ? AND id = ?", int64(w.ID), int64(f.CompanyID), int64(unit)); err != nil {
			return err
		}
	}
	return nil
}

// lookBack makes the tree of before moved: a team elsewhere, a post of another name.
func (b *builder) lookBack(f *firm, moved day.Date) error {
	var team, from staff.Unit
	var post staff.Post
	find := func(into any, q string, name string) error {
		r := b.tx.WithContext(b.ctx).Raw(q, int64(f.CompanyID), name).Scan(into)
		if r.Error == nil && r.RowsAffected == 0 {
			return errors.New("there is no " + name)
		}
		return r.Error
	}
	const unit = "SELECT * FROM staff_unit WHERE company_id = ? AND name = ?"
	if err := errors.Join(find(&team, unit, movedTeam), find(&from, unit, movedFrom), find(&post, "SELECT * FROM staff_post WHERE company_id = ? AND name = ?", renamedPost)); err != nil {
		return err
	}
	units := []staff.UnitPast{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, UnitID: team.ID, ParentID: &from.ID, Kind: team.Kind, Name: team.Name,
		HeadID: team.HeadID, UntilOn: moved.AddDays(-1),
	}}
	posts := []staff.PostPast{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, PostID: post.ID, UnitID: post.UnitID, Name: renamedBefore, Types: post.Types,
		UntilOn: moved.AddDays(-1),
	}}
	if err := errors.Join(fill(b.ctx, b.tx, units), fill(b.ctx, b.tx, posts)); err != nil {
		return err
	}
	if err := b.exec("UPDATE staff_unit SET since_on = ? WHERE company_id = ? AND id = ?", moved.String(), int64(f.CompanyID), int64(team.ID)); err != nil {
		return err
	}
	return b.exec("UPDATE staff_post SET since_on = ? WHERE company_id = ? AND id = ?", moved.String(), int64(f.CompanyID), int64(post.ID))
}

// takeLeave lets the last of those who have left go on a day only lately: two hazards that he
// had to fix went to those who now answer for them.
func (b *builder) takeLeave(f *firm, on day.Date) error {
	w := f.staff[len(f.staff)-1]
	w.LeftOn = on
	company := int64(f.CompanyID)
	if err := b.exec("UPDATE staff_person SET left_on = ? WHERE company_id = ? AND id = ?", on.String(), company, int64(w.ID)); err != nil {
		return err
	}
	if err := b.exec("UPDATE staff_assignment SET until_on = ? WHERE company_id = ? AND staff_id = ?", on.String(), company, int64(w.ID)); err != nil {
		return err
	}
	at := at(on, 17, 30)
	var his []int64
	err := b.tx.WithContext(b.ctx).Raw(`SELECT h.id FROM hazard h WHERE h.company_id = ? AND h.state IN ('assigned', 'rectifying') AND h.owner_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM hazard_step s WHERE s.company_id = h.company_id AND s.hazard_id = h.id AND s.at >= ?) ORDER BY h.id DESC LIMIT 2`, company, at).Scan(&his).Error
	if err != nil {
		return err
	}
	for _, n := range his {
		if err := b.passOn(f, w, n, on); err != nil {
			return err
		}
	}
	return nil
}

// passOn makes w the owner of a hazard until a day, when it went to the present one.
func (b *builder) passOn(f *firm, w *worker, hazard int64, on day.Date) error {
	company := int64(f.CompanyID)
	err := b.exec(`UPDATE hazard_step SET owner_id = ?, owner_person_id = NULL, detail = CASE WHEN event = 'assign' THEN detail || jsonb_build_object('ownerName', ?::text) ELSE detail END
		WHERE company_id = ? AND hazard_id = ? AND owner_id IS NOT NULL`, int64(w.ID), w.Name, company, hazard)
	if err != nil {
		return err
	}
	err = b.exec(`INSERT INTO hazard_step (company_id, region_path, oversight_line, hazard_id, n, event, from_state, to_state, at, actor_kind, person_id, staff_id, actor_name,
			owner_id, owner_person_id, note, detail)
		SELECT h.company_id, h.region_path, h.oversight_line, h.id, h.steps + 1, 'assign', h.state, h.state, ?, 'company', ?, ?, ?, h.owner_id, h.owner_person_id, ?,
			jsonb_build_object('ownerName', h.owner_name, 'ownerUnit', h.owner_unit, 'deadline', h.deadline::text)
		FROM hazard h WHERE h.company_id = ? AND h.id = ?`,
		at(on, 17, 30), int64(b.login["safety"]), int64(f.staff[1].ID), f.staff[1].Name, w.Name+"离职，工作交接", company, hazard)
	if err != nil {
		return err
	}
	return b.exec("UPDATE hazard SET steps = steps + 1, changed_at = greatest(changed_at, ?) WHERE company_id = ? AND id = ?", at(on, 17, 30), company, hazard)
}

func (b *builder) exec(q string, args ...any) error {
	return b.tx.WithContext(b.ctx).Exec(q, args...).Error
}
