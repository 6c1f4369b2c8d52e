package city

import (
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/contractor"
	"anbiao/modules/equipment"
	"anbiao/rbac"
)

// streamPresses is the stream of dice for the presses of other companies.
const streamPresses = streamHazards + 200

// furnish makes up the equipment of the worked company, and presses of others.
func (b *builder) furnish() error {
	for _, step := range []func() error{b.machines, b.specials, b.extinguishers, b.cylinders, b.failures, b.presses} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// machines: a dozen presses, one of them overdue and one failed, and some other machines.
func (b *builder) machines() error {
	base, err := b.line("冲压车间", b.today.AddDays(-380))
	if err != nil {
		return err
	}
	owner := b.named("director")
	var rows []*equipment.Machine
	for i, t := range []int{16, 16, 25, 25, 40, 40, 63, 63, 80, 110, 160, 200} {
		m := &equipment.Machine{
			Base: base, Number: fmt.Sprintf("CY-%02d", i+1), Name: fmt.Sprintf("%d吨冲床", t), Kind: equipment.Press, Model: fmt.Sprintf("JB23-%d", t), Maker: "浙江锻压机床厂", Tonnage: t,
			Devices: db.Texts{"双手操作", "急停", "飞轮防护罩"}, Place: fmt.Sprintf("冲压线 %d 号位", i+1), OwnerID: owner.ID, OwnerName: owner.Name,
			UsedSince: b.today.AddDays(-1500 + 40*i), TestedOn: b.today.AddDays(-300 + 22*i),
		}
		switch {
		case i == 3:
			m.TestedOn = b.today.AddMonths(-13).AddDays(3) // overdue
		case i == 7:
			m.BarredOn = b.today.AddDays(-5) // failed
		case t >= 63:
			m.Devices = append(m.Devices, "光电保护")
		}
		rows = append(rows, m)
	}
	for i, kind := range []string{"shear", "brake", "drill", "grinder"} {
		name := []string{"剪板机", "数控折弯机", "台式钻床", "落地砂轮机"}[i]
		rows = append(rows, &equipment.Machine{
			Base: base, Number: fmt.Sprintf("JX-%02d", i+1), Name: name, Kind: kind, Devices: db.Texts{"急停", "防护罩"}, Place: "冲压车间", OwnerID: owner.ID, OwnerName: owner.Name,
		})
	}
	return enter(b, b.deps.Machines.Machines(), rows)
}

func (b *builder) specials() error {
	var rows []*equipment.Special
	for i, s := range []struct {
		unit, kind, name, place, parameters string
		ago                                 int
	}{
		{"仓储物流部", "forklift", "内燃平衡重式叉车", "成品库", "3 t", 640},
		{"仓储物流部", "forklift", "蓄电池叉车", "原料库", "2 t", 712},
		{"冲压车间", "crane", "电动单梁起重机", "冲压车间 A 跨", "5 t", 735},
		{"机修动力车间", "vessel", "储气罐", "空压站", "1.0 m³，0.84 MPa", 700},
		{"机修动力车间", "safety_valve", "储气罐安全阀", "空压站", "DN20，0.84 MPa", 350},
		{"综合管理部", "lift", "载货电梯", "综合楼", "2 t", 340},
	} {
		base, err := b.line(s.unit, b.today.AddDays(-370))
		if err != nil {
			return err
		}
		owner := b.named("safety")
		rows = append(rows, &equipment.Special{
			Base: base, Number: fmt.Sprintf("TZ-%02d", i+1), Name: s.name, Kind: s.kind, DeviceCode: fmt.Sprintf("%d1107%04d", 2+i, 330+i), UseCertificate: fmt.Sprintf("车11浙GC%05d", 1200+i),
			Parameters: s.parameters, Place: s.place, OwnerID: owner.ID, OwnerName: owner.Name, TestedOn: b.today.AddDays(-s.ago),
		})
	}
	return enter(b, b.deps.Machines.Specials(), rows)
}

func (b *builder) extinguishers() error {
	var rows []*equipment.Fire
	for i, f := range []struct {
		unit, kind, name, place string
		made, checked, serviced int // days ago
	}{
		{"喷涂车间", "dry_powder", "干粉灭火器", "1 号喷房门口", 900, 12, 0},
		{"喷涂车间", "dry_powder", "干粉灭火器", "调漆间", 900, 40, 0},
		{"冲压车间", "dry_powder", "干粉灭火器", "冲压线通道", 2100, 20, 250},
		{"仓储物流部", "water", "水基型灭火器", "成品库", 800, 9, 0},
		{"机修动力车间", "co2", "二氧化碳灭火器", "配电室", 1400, 25, 0},
		{"装配包装车间", "hydrant", "室内消火栓", "装配车间东侧", 2500, 6, 200},
		{"厂部", "emergency_light", "应急照明", "疏散楼梯", 1200, 18, 300},
	} {
		base, err := b.line(f.unit, b.today.AddDays(-360))
		if err != nil {
			return err
		}
		owner := b.named("safety")
		row := &equipment.Fire{
			Base: base, Number: fmt.Sprintf("XF-%03d", i+1), Kind: f.kind, Name: f.name, Quantity: 2, Place: f.place, OwnerID: owner.ID, OwnerName: owner.Name,
			MadeOn: b.today.AddDays(-f.made), CheckedOn: b.today.AddDays(-f.checked),
		}
		if f.serviced > 0 {
			row.ServicedOn = b.today.AddDays(-f.serviced)
		}
		rows = append(rows, row)
	}
	return enter(b, b.deps.Machines.Fires(), rows)
}

func (b *builder) cylinders() error {
	base, err := b.line("焊接车间", b.today.AddDays(-300))
	if err != nil {
		return err
	}
	owner := b.named("director")
	var rows []*equipment.Cylinder
	for i, kind := range []string{"oxygen", "oxygen", "acetylene", "argon", "co2_gas", "co2_gas"} {
		rows = append(rows, &equipment.Cylinder{
			Base: base, Number: fmt.Sprintf("%02dA%06d", 20+i%4, 104_500+37*i), Kind: kind, Supplier: "永康市永盛气体有限公司", Litres: 40, Place: "气瓶间", OwnerID: owner.ID, OwnerName: owner.Name,
			MadeOn: b.today.AddDays(-2200 + 90*i), TestedOn: b.today.AddDays(-1060 + 170*i),
		})
	}
	return enter(b, b.deps.Machines.Cylinders(), rows)
}

// failures records the test that the eighth press failed, with the hazard it made, and a pass of
// another.
func (b *builder) failures() error {
	f := b.index["safety"]
	var presses []struct {
		ID     id.Of[id.Row]
		UnitID id.Of[id.Unit]
		Title  string
		Number string
	}
	err := b.tx.WithContext(b.ctx).Raw("SELECT id, unit_id, name || ' ' || number AS title, number FROM equipment_machine WHERE company_id = ? AND number IN ('CY-01', 'CY-08') ORDER BY number", int64(f.CompanyID)).Scan(&presses).Error
	if err != nil {
		return err
	}
	var hazards []struct {
		ID          id.Of[id.Hazard]
		Description string
	}
	err = b.tx.WithContext(b.ctx).Raw(`SELECT id, description FROM hazard WHERE company_id = ? AND category = 'B02' AND cancelled_on IS NULL AND voided_on IS NULL
		ORDER BY place LIKE '%冲%' DESC, id DESC LIMIT 1`, int64(f.CompanyID)).Scan(&hazards).Error
	if err != nil {
		return err
	}
	var tests []equipment.Test
	for i, p := range presses {
		t := equipment.Test{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, MachineID: some(p.ID), UnitID: some(p.UnitID), Press: true, Kind: equipment.FullTest, Title: p.Title,
			TestedOn: b.today.AddDays(-300), Result: "pass", Institute: "金华市特种设备检测院", ReportNumber: fmt.Sprintf("CY%d-%04d", b.today.Year(), 331+i), Files: db.Ints{}, MadeBy: b.named("safety").Name, CreatedAt: at(b.today.AddDays(-300), 15, 0),
		}
		if p.Number == "CY-08" {
			t.TestedOn, t.Result, t.Findings, t.CreatedAt = b.today.AddDays(-5), "fail", "光电保护装置遮光后滑块未停止", at(b.today.AddDays(-5), 15, 0)
			if len(hazards) > 0 {
				t.HazardID, t.Findings = some(hazards[0].ID), hazards[0].Description
			}
		}
		tests = append(tests, t)
	}
	if err := fill(b.ctx, b.tx, tests); err != nil {
		return err
	}
	return equipment.Recount(b.ctx, b.tx, []rbac.CompanyID{f.CompanyID})
}

// presses makes up a thin share of presses of other companies, so that the rates of towns differ.
func (b *builder) presses() error {
	d := newDice(seed, streamPresses)
	var firms, numbers, tons db.Ints
	var tested, due, barred db.Texts
	var ids []rbac.CompanyID
	for _, f := range b.firms {
		if f == b.index["safety"] || !hasTag(f.Tags, "press") || !d.of(22) {
			continue
		}
		ids = append(ids, f.CompanyID)
		slack := int(f.RegionPath[len(f.RegionPath)-1]) % 5 // towns differ
		for i := range d.between(2, 6) {
			on := b.today.AddDays(-d.between(10, 330+20*slack))
			out := ""
			if d.of(4) {
				out = b.today.AddDays(-d.between(2, 9)).String()
			}
			firms, numbers, tons = append(firms, int64(f.CompanyID)), append(numbers, int64(i+1)), append(tons, int64(pick(d, []int{16, 25, 40, 63, 80, 100})))
			tested, due, barred = append(tested, on.String()), append(due, on.AddMonths(12).String()), append(barred, out)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	err := b.tx.WithContext(b.ctx).Exec(`INSERT INTO equipment_machine (company_id, region_path, oversight_line, unit_name, files, made_by, created_at, updated_at, end_reason, number, name, kind, model, maker,
			tonnage, devices, guarded, place, point_name, owner_name, cycle_months, tested_on, due_on, barred_on, note)
		SELECT c.company_id, c.region_path, c.oversight_line, '', '{}', '', ?, ?, '', 'C' || r.n, r.t || '吨冲床', 'press', '', '', r.t, CASE WHEN (r.c + r.n) % 9 = 0 THEN '{急停}'::text[] ELSE '{双手操作,急停}' END, (r.c + r.n) % 9 <> 0, '', '', '', 0, r.tested::date, r.due::date, nullif(r.barred, '')::date, ''
		FROM unnest( ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[]) AS r(c, n, t, tested, due, barred) JOIN company c ON c.company_id = r.c ORDER BY r.c, r.n`,
		at(b.today.AddDays(-200), 9, 0), at(b.today.AddDays(-20), 9, 0), firms, numbers, tons, tested, due, barred).Error
	if err != nil {
		return err
	}
	// What failed: those barred, and some that were mended since.
	err = b.tx.WithContext(b.ctx).Exec(`INSERT INTO equipment_test (company_id, region_path, oversight_line, machine_id, press, kind, title, tested_on, result, institute, tester, report_number, findings, files, mended_on, made_by, created_at)
		SELECT m.company_id, m.region_path, m.oversight_line, m.id, true, 'test', m.name || ' ' || m.number, coalesce(m.barred_on, m.tested_on - 12), 'fail', '金华市特种设备检测院', '', '', '安全装置动作不可靠', '{}',
			CASE WHEN m.barred_on IS NULL THEN m.tested_on END, '', ? FROM equipment_machine m WHERE m.company_id = ANY(?) AND (m.barred_on IS NOT NULL OR m.id % 7 = 0) ORDER BY m.company_id, m.id`,
		at(b.today.AddDays(-2), 9, 0), firms).Error
	if err != nil {
		return err
	}
	return equipment.Recount(b.ctx, b.tx, ids)
}

func hasTag(tags []string, tag string) bool {
	for _, t := range tags {
		if t == tag {
			return true
		}
	}
	return false
}

// contract makes up three contractors of the worked company, one of them with lapsed papers.
func (b *builder) contract() error {
	owner := b.named("safety")
	var rows []*contractor.Contractor
	for _, c := range []struct {
		name, kind, scope, licence, permit string
		from, until, licensed              int // days from today
	}{
		{"永康市宏达建筑安装有限公司", "construction", "厂房屋面检修、钢结构焊接", "建筑工程施工总承包三级", "（浙）JZ安许证字〔2024〕071203", -200, 165, 420},
		{"金华绿洁环保服务有限公司", "service", "除尘管道与喷房清洗", "环保工程专业承包三级", "", -330, 35, 300},
		{"永康市顺达装卸服务部", "labour", "成品装卸", "劳务派遣经营许可证", "", -400, -35, 90},
	} {
		base, err := b.line("", b.today.AddDays(c.from))
		if err != nil {
			return err
		}
		row := &contractor.Contractor{
			Base: base, Name: c.name, Kind: c.kind, Scope: c.scope, ContactName: "王师傅", Licence: c.licence, LicenceUntil: b.today.AddDays(c.licensed), Permit: c.permit,
			AgreementFrom: b.today.AddDays(c.from), AgreementUntil: b.today.AddDays(c.until), BriefedOn: b.today.AddDays(c.from), BriefedByID: owner.ID, BriefedByName: owner.Name,
			OwnerID: owner.ID, OwnerName: owner.Name, OnSite: 4, CheckedOn: b.today.AddDays(-18),
		}
		if c.permit != "" {
			row.PermitUntil = b.today.AddDays(c.licensed)
		}
		rows = append(rows, row)
	}
	if err := enter(b, b.deps.Parties.Contractors(), rows); err != nil {
		return err
	}
	var visits []contractor.Visit
	for _, r := range rows {
		for i, kind := range []string{"enter", "check"} {
			on := []day.Date{b.today.AddDays(-32), b.today.AddDays(-18)}[i]
			visits = append(visits, contractor.Visit{
				CompanyID: r.CompanyID, RegionPath: r.RegionPath, OversightLine: r.OversightLine, ContractorID: r.ID, Kind: kind, HappenedOn: on, People: 4 - 4*i, Note: r.Scope, Passed: i == 1,
				MadeBy: owner.Name, CreatedAt: at(on, 10, 0),
			})
		}
	}
	return fill(b.ctx, b.tx, visits)
}
