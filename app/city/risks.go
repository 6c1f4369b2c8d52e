package city

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	kit "anbiao/kit/due"
	"anbiao/kit/photo"
	"anbiao/modules/attachment"
	"anbiao/modules/due"
	"anbiao/modules/risk"
	"anbiao/rbac"
)

// spot is a risk unit of the worked company, and where it lies on the plan of its hall: left,
// top, right and bottom in ten-thousandths.
type spot struct {
	name, kind, place, unit string
	plan                    int // 0: on none
	box                     [4]int
}

// spots are what the worked company looks at: a hall of presses and one of polishing and paint.
var spots = []spot{
	{"冲压一线", "equipment", "冲压车间东区", "冲压甲班", 1, [4]int{3600, 800, 6400, 4200}},
	{"冲压二线", "equipment", "冲压车间西区", "冲压乙班", 1, [4]int{600, 800, 3400, 4200}},
	{"模具架及5t行车", "equipment", "冲压车间北侧", "模具班", 1, [4]int{600, 4500, 3400, 6000}},
	{"剪板下料区", "equipment", "冲压车间南侧", "下料班", 1, [4]int{3600, 4500, 6400, 6000}},
	{"焊接工位", "place", "焊接车间", "焊接一班", 1, [4]int{6700, 800, 9400, 4200}},
	{"叉车通道", "activity", "1号厂房主通道", "仓储物流部", 1, [4]int{600, 6300, 9400, 7400}},
	{"装配包装线", "place", "装配包装车间", "装配一班", 1, [4]int{600, 7700, 6400, 9300}},
	{"配电房", "place", "1号厂房东北角", "电工班", 1, [4]int{6700, 4500, 9400, 6000}},
	{"抛光打磨车间", "place", "2号厂房一跨、二跨", "抛光打磨车间", 2, [4]int{600, 800, 5200, 5200}},
	{"湿式除尘系统", "equipment", "2号厂房外侧", "除尘运维班", 2, [4]int{600, 5600, 3000, 7200}},
	{"喷漆室", "place", "喷涂车间东侧、西侧", "喷涂车间", 2, [4]int{5500, 800, 9400, 3600}},
	{"调漆间", "place", "喷涂车间北端", "调漆烘干班", 2, [4]int{5500, 3900, 7300, 5200}},
	{"污水处理池", "place", "2号厂房北侧", "前处理班", 2, [4]int{3300, 5600, 6600, 7200}},
	{"危化品仓库", "place", "厂区西北角", "仓储物流部", 2, [4]int{7000, 5600, 9400, 7200}},
}

// danger is a risk of the worked company: its factors are L, E, C, those with controls after.
type danger struct {
	spot, hazard string
	accidents    string
	lec, rest    string
	controls     [5]string // engineering, management, training, protection, emergency; several apart by ；
	frequency    string
	more         string // catalogue; late: reviewed too long ago
}

var dangers = []danger{
	{"抛光打磨车间", "铝镁抛光粉尘浓度超限遇火源", "18 08", "3 6 40", "1 6 15", [5]string{"湿式除尘与风机联锁；除尘器泄爆装置；防爆电气", "班前清扫，严禁压缩空气吹扫；作业人数不超9人", "粉尘防爆专项培训", "防静电工作服；防尘口罩", "停机断电，按疏散路线撤离，禁止用水直射"}, "per_shift", "catalogue"},
	{"抛光打磨车间", "打磨机砂轮破裂", "01 03", "3 6 7", "1 6 7", [5]string{"砂轮防护罩；托架间隙不大于3mm", "更换砂轮做平衡试验和试运转", "砂轮使用培训", "护目镜", "停机，止血送医"}, "daily", ""},
	{"抛光打磨车间", "抛光工位噪声和粉尘", "20", "6 6 1", "3 6 1", [5]string{"吸尘罩", "每年检测工作场所职业病危害因素", "职业健康培训", "耳塞；防尘口罩", ""}, "monthly", ""},
	{"湿式除尘系统", "除尘器内氢气积聚遇火源", "18", "1 6 40", "0.5 6 15", [5]string{"停机后延时排风；水位、风压监控联锁", "每班清理污泥并记录", "粉尘防爆专项培训", "防静电工作服", "断电，通风，撤离"}, "per_shift", "catalogue"},
	{"湿式除尘系统", "清理除尘器进入有限空间", "19", "3 2 40", "1 2 15", [5]string{"强制通风", "作业审批，先通风、再检测、后作业，专人监护", "有限空间作业培训", "长管呼吸器；安全绳", "禁止盲目施救，拨打119、120"}, "event", "catalogue"},
	{"喷漆室", "漆雾浓度超限遇静电或明火", "08 18", "6 6 15", "1 6 15", [5]string{"送排风与喷枪联锁；可燃气体报警；防爆灯具；静电接地", "室内存漆不超当班用量；禁止动火", "涂装作业安全培训", "防静电工作服；防毒面具", "停止喷涂，启动灭火装置，撤离"}, "per_shift", "catalogue"},
	{"喷漆室", "有机溶剂吸入", "19", "3 6 7", "1 6 7", [5]string{"水帘柜通风", "每年检测工作场所职业病危害因素", "职业健康培训", "防毒面具", "移至空气新鲜处，送医"}, "weekly", ""},
	{"调漆间", "调漆时静电放电引燃", "08", "3 6 15", "1 6 7", [5]string{"人体静电释放器；容器跨接接地；防爆排风", "限量存放，随用随关", "危化品使用培训", "防静电工作服", "干粉灭火器扑救，撤离报警"}, "daily", "catalogue"},
	{"污水处理池", "清淤时硫化氢中毒", "19", "3 1 100", "0.5 1 40", [5]string{"固定式气体检测；强制通风", "作业审批，专人监护，上锁挂牌", "有限空间作业培训", "正压式空气呼吸器", "禁止盲目施救，拨打119、120"}, "event", "catalogue"},
	{"危化品仓库", "油漆、稀释剂泄漏遇火源", "08", "3 6 15", "1 3 15", [5]string{"防爆电气；可燃气体报警；防流散设施", "分类限量存放，双人收发", "危化品仓储培训", "防静电工作服", "吸附围堵，切断火源，报警"}, "daily", "catalogue late"},
	{"冲压一线", "滑块下行时手在模区", "03", "3 6 15", "1 6 7", [5]string{"双手操作按钮；光电保护装置；安全模具", "班前点检安全装置并记录；换模上锁挂牌", "冲压工岗前培训", "防护手套", "按急停，止血，断肢冷藏送医"}, "per_shift", ""},
	{"冲压一线", "调模时滑块意外下落", "03", "3 3 15", "0.5 3 15", [5]string{"安全支柱；滑块锁定", "调模上锁挂牌", "调模工培训", "安全帽", "断电支撑，救出伤员送医"}, "per_use", ""},
	{"冲压一线", "设备漏电", "05", "1 6 15", "0.5 6 15", [5]string{"保护接地；漏电保护", "每月检查接地", "用电安全培训", "绝缘鞋", "断电后施救，心肺复苏"}, "monthly", ""},
	{"冲压二线", "滑块下行时手在模区", "03", "3 6 15", "1 6 7", [5]string{"双手操作按钮；光电保护装置", "班前点检安全装置并记录", "冲压工岗前培训", "防护手套", "按急停，止血，断肢冷藏送医"}, "per_shift", "late"},
	{"冲压二线", "噪声", "20", "6 6 1", "3 6 1", [5]string{"隔声罩", "每年检测", "职业健康培训", "耳塞", ""}, "monthly", ""},
	{"模具架及5t行车", "吊运模具时钢丝绳断裂、脱钩", "04 01", "3 3 15", "1 3 15", [5]string{"起升限位；吊钩防脱钩装置", "定期检验；吊索具每月检查报废", "起重作业持证上岗", "安全帽", "停止作业，设警戒，救出伤员送医"}, "weekly", ""},
	{"模具架及5t行车", "模具架超载倾倒", "10 01", "1 6 15", "0.5 6 7", [5]string{"限重标识；模具架固定", "定置摆放，每月检查", "搬运培训", "安全鞋", "疏散，救出伤员送医"}, "monthly", ""},
	{"剪板下料区", "手伸入剪板机刃口", "03", "3 6 7", "1 6 7", [5]string{"前护栏；光电保护", "两人配合统一指挥", "剪板机操作培训", "防割手套", "停机，止血送医"}, "daily", ""},
	{"焊接工位", "焊接火花引燃可燃物", "08", "3 6 7", "1 6 7", [5]string{"防火隔板；接火盘", "清理周边可燃物，配灭火器", "焊工持证上岗", "焊接面罩；皮手套", "灭火器扑救，报警"}, "daily", ""},
	{"焊接工位", "气瓶泄漏、倾倒", "17 08", "1 6 15", "0.5 6 7", [5]string{"防倾倒链；回火防止器", "氧气乙炔间距5m，距明火10m", "气瓶使用培训", "", "关阀通风，撤离报警"}, "daily", ""},
	{"叉车通道", "叉车碰撞行人", "02", "3 6 15", "1 6 7", [5]string{"人车分流；限速、声光报警；转角凸面镜", "叉车持证驾驶；限速5km/h", "场内交通安全培训", "反光背心", "停车，救护，保护现场"}, "daily", ""},
	{"装配包装线", "电动工具使用不当", "03 05", "3 6 1", "1 6 1", [5]string{"二类工具", "使用前检查", "岗前培训", "手套", ""}, "weekly", ""},
	{"装配包装线", "纸箱堆放过高倒塌", "10", "1 6 3", "0.5 6 3", [5]string{"限高线", "堆高不超2m", "岗前培训", "", ""}, "weekly", ""},
	{"配电房", "检修时误送电", "05", "3 2 15", "1 2 15", [5]string{"绝缘胶垫；五防闭锁", "停电、验电、接地、挂牌、监护", "电工持证上岗", "绝缘手套；绝缘鞋", "断电后施救，心肺复苏"}, "event", ""},
	{"配电房", "电气线路过载起火", "08 05", "1 6 7", "0.5 6 7", [5]string{"过载保护；防小动物挡板", "每月红外测温", "用电安全培训", "", "断电，二氧化碳灭火器扑救"}, "monthly", ""},
}

// risks are the worked company's register in the making.
type risks struct {
	b       *builder
	f       *firm
	made    day.Date
	units   []*risk.Unit
	events  []*risk.Event
	rules   *risk.Rules
	reports []*risk.Report
}

// rate gives the worked company its risk register with plans of two halls, last year's and this
// year's reports, and a change report that falls due soon.
func (b *builder) rate() error {
	r := &risks{b: b, f: b.index["safety"], made: b.today.AddDays(-260)}
	r.rules = risk.On(r.made)
	for _, step := range []func() error{r.place, r.list, r.control, r.draw, r.report, r.remind} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// place makes the risk units.
func (r *risks) place() error {
	var found []struct {
		ID   int64
		Name string
		Head *int64
		Boss string
	}
	q := `SELECT u.id, u.name, u.head_id AS head, coalesce(p.name, '') AS boss FROM staff_unit u LEFT JOIN staff_person p ON p.company_id = u.company_id AND p.id = u.head_id WHERE u.company_id = ?`
	if err := r.b.tx.WithContext(r.b.ctx).Raw(q, int64(r.f.CompanyID)).Scan(&found).Error; err != nil {
		return err
	}
	for i, s := range spots {
		u := &risk.Unit{
			CompanyID: r.f.CompanyID, RegionPath: r.f.RegionPath, OversightLine: r.f.OversightLine, Number: i + 1, Kind: s.kind, Name: s.name, Place: s.place,
			Phone: "值班室 19900000119", MadeBy: r.f.staff[1].Name, CreatedAt: at(r.made, 9, 0), UpdatedAt: at(r.made, 9, 0),
		}
		for _, one := range found {
			if one.Name == s.unit {
				u.UnitID, u.UnitName, u.OwnerID, u.OwnerName = some(one.ID), one.Name, one.Head, one.Boss
			}
		}
		r.units = append(r.units, u)
	}
	return fillRefs(r.b.ctx, r.b.tx, r.units)
}

func judgement(s string) risk.Scoring {
	v := strings.Fields(s)
	return risk.Scoring{Method: risk.LEC, L: v[0], E: v[1], C: v[2]}
}

// list rates the risks.
func (r *risks) list() error {
	for i, d := range dangers {
		rest := judgement(d.rest)
		judged, err := r.rules.Judge(risk.Judgement{Inherent: judgement(d.lec), Residual: &rest, Catalogue: strings.Contains(d.more, "catalogue")})
		if err != nil {
			return fmt.Errorf("%s: %w", d.hazard, err)
		}
		reviewed := r.made
		if strings.Contains(d.more, "late") {
			reviewed = r.b.today.AddDays(-380)
		}
		u := r.unit(d.spot)
		e := &risk.Event{
			CompanyID: r.f.CompanyID, RegionPath: r.f.RegionPath, OversightLine: r.f.OversightLine, Number: i + 1, RiskUnitID: u.ID, Hazard: d.hazard, Accidents: db.Texts(strings.Fields(d.accidents)),
			Catalogue: strings.Contains(d.more, "catalogue"), UnitID: u.UnitID, UnitName: u.UnitName, OwnerID: u.OwnerID, OwnerName: u.OwnerName, Frequency: d.frequency,
			ReviewedOn: reviewed, ReviewDueOn: reviewed.AddMonths(r.rules.ReviewMonths), MadeBy: r.f.staff[1].Name, CreatedAt: at(r.made, 9, 30), UpdatedAt: at(r.made, 9, 30),
		}
		e.Take(judged, r.rules.Version)
		r.events = append(r.events, e)
	}
	return fillRefs(r.b.ctx, r.b.tx, r.events)
}

func (r *risks) unit(name string) *risk.Unit {
	for _, u := range r.units {
		if u.Name == name {
			return u
		}
	}
	return &risk.Unit{}
}

// control writes the controls down.
func (r *risks) control() error {
	var all []risk.Control
	for i, d := range dangers {
		e, n := r.events[i], 0
		for k, kind := range []string{"engineering", "management", "training", "protection", "emergency"} {
			for _, text := range strings.FieldsFunc(d.controls[k], func(c rune) bool { return c == '；' }) {
				n++
				all = append(all, risk.Control{CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, EventID: e.ID, N: n, Kind: kind, Text: text})
			}
		}
	}
	return fill(r.b.ctx, r.b.tx, all)
}

// draw makes the plans of both halls: the picture by code, an area for each unit.
func (r *risks) draw() error {
	for n, name := range []string{"1号厂房", "2号厂房"} {
		file, err := r.picture(n + 1)
		if err != nil {
			return err
		}
		areas := []risk.Area{}
		for i, s := range spots {
			if s.plan == n+1 {
				areas = append(areas, risk.Area{RiskUnitID: r.units[i].ID, Points: [][2]int{{s.box[0], s.box[1]}, {s.box[2], s.box[1]}, {s.box[2], s.box[3]}, {s.box[0], s.box[3]}}})
			}
		}
		plan := []*risk.Plan{{
			CompanyID: r.f.CompanyID, RegionPath: r.f.RegionPath, OversightLine: r.f.OversightLine, Name: name, Floor: n + 1, AttachmentID: file.ID, Width: *file.Width, Height: *file.Height,
			North: 15, Areas: db.JSON[[]risk.Area]{V: areas}, MadeBy: r.f.staff[1].Name, CreatedAt: at(r.made, 14, 0), UpdatedAt: at(r.made, 14, 0),
		}}
		if err := fillRefs(r.b.ctx, r.b.tx, plan); err != nil {
			return err
		}
		if err := r.b.bind(file, "risk_plan", int64(plan[0].ID)); err != nil {
			return err
		}
	}
	return nil
}

// picture draws the floor of a hall and stores it as an upload.
func (r *risks) picture(hall int) (*attachment.File, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, drawFloor(hall)); err != nil {
		return nil, err
	}
	pic, err := photo.Process(r.b.ctx, b.Bytes())
	if err != nil {
		return nil, err
	}
	stem := fmt.Sprintf("demo/floor-%d", hall)
	for part, content := range map[string][]byte{"original": b.Bytes(), "display": pic.Display, "thumb": pic.Thumb} {
		if err := putBytes(r.b.ctx, r.b.deps.Files, stem+"."+part, content); err != nil {
			return nil, err
		}
	}
	sum, by, when := sha256.Sum256(b.Bytes()), r.f.staff[1], at(r.made, 13, 50)
	file := &attachment.File{
		CompanyID: r.f.CompanyID, RegionPath: r.f.RegionPath, OversightLine: r.f.OversightLine, ClientID: r.b.snaps.uuid(), Name: fmt.Sprintf("%d号厂房平面图.png", hall), MediaType: "image/png",
		Bytes: b.Len(), SHA256: sum[:], Width: &pic.Width, Height: &pic.Height, UploadedAt: when, UploadedBy: some(int64(by.ID)), UploadedName: by.Name,
		OriginalKey: stem + ".original", DisplayKey: stem + ".display", ThumbKey: stem + ".thumb",
	}
	if by.PersonID != nil {
		file.UploadedPerson = int64(*by.PersonID)
	}
	return file, fillRefs(r.b.ctx, r.b.tx, []*attachment.File{file})
}

// drawFloor draws the walls of a hall, its rooms, columns and gates.
func drawFloor(hall int) image.Image {
	const w, h = 1200, 800
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	block := func(x0, y0, x1, y1 int, c color.RGBA) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	paper, wall, thin, gate := color.RGBA{250, 250, 248, 255}, color.RGBA{60, 66, 74, 255}, color.RGBA{150, 156, 164, 255}, color.RGBA{250, 250, 248, 255}
	block(0, 0, w, h, paper)
	outline := func(x0, y0, x1, y1, t int, c color.RGBA) {
		block(x0, y0, x1, y0+t, c)
		block(x0, y1-t, x1, y1, c)
		block(x0, y0, x0+t, y1, c)
		block(x1-t, y0, x1, y1, c)
	}
	outline(40, 40, w-40, h-40, 8, wall)
	for _, s := range spots {
		if s.plan == hall {
			outline(s.box[0]*w/10_000-6, s.box[1]*h/10_000-6, s.box[2]*w/10_000+6, s.box[3]*h/10_000+6, 2, thin)
		}
	}
	for x := 140; x < w-60; x += 160 { // columns
		block(x, 48, x+12, 60, wall)
		block(x, h-60, x+12, h-48, wall)
	}
	block(40, 380, 48, 460, gate)
	block(w-48, 380, w-40, 460, gate)
	return img
}

// report hands in this year's yearly report and the last quarter's, and lets a change wait.
func (r *risks) report() error {
	year := r.b.today.Year()
	handed := day.Of(year, 3, 12)
	if handed.After(r.b.today) || handed.Before(r.made) {
		handed = r.made.AddDays(20)
	}
	var reports []*risk.Report
	add := func(cycle, period string, until day.Date, submitted bool) *risk.Report {
		x := &risk.Report{
			CompanyID: r.f.CompanyID, RegionPath: r.f.RegionPath, OversightLine: r.f.OversightLine, Cycle: cycle, Period: period, RuleVersion: r.rules.Version, DueOn: until, State: "due",
			Triggers: db.JSON[[]risk.Trigger]{V: []risk.Trigger{}}, OpenedAt: at(r.made, 10, 0),
		}
		if submitted {
			r.freeze(x, handed)
		}
		reports = append(reports, x)
		return x
	}
	add("RISK-Y", fmt.Sprint(handed.Year()), day.Of(handed.Year(), 3, 31), true).Late = handed.After(day.Of(handed.Year(), 3, 31))
	add("RISK-Y", fmt.Sprint(handed.Year()+1), day.Of(handed.Year()+1, 3, 31), false)
	quarter := day.Of(year, r.b.today.Month()-(r.b.today.Month()-1)%3, 1)
	add("RISK-Q", fmt.Sprintf("%d-Q%d", year, r.b.today.Quarter()), quarter.AddMonths(3).AddDays(-1), false)
	changed := r.b.today.AddDays(-11)
	x := add("RISK-CHG", "", changed.AddDays(15), false)
	x.AnchorOn, x.OpenedAt = changed, at(changed, 15, 0)
	x.Triggers.V = []risk.Trigger{{Why: "level", Event: "冲压二线：滑块下行时手在模区", Number: 14, Was: risk.General, Is: risk.Larger, On: changed}}
	r.reports = reports
	return fillRefs(r.b.ctx, r.b.tx, reports)
}

// remind puts down what falls due: reviews and reports.
func (r *risks) remind() error {
	var items []kit.Item
	for i, e := range r.events {
		items = append(items, e.ReviewItem(dangers[i].spot))
	}
	for _, x := range r.reports {
		if c, ok := r.rules.Cycle(x.Cycle); ok && x.State == "due" {
			items = append(items, x.DueItem(c))
		}
	}
	return due.PutAt(r.b.ctx, r.b.tx, rbac.Home{CompanyID: r.f.CompanyID, RegionPath: r.f.RegionPath, Line: r.f.OversightLine}, items)
}

// freeze fills a report in as it was handed in.
func (r *risks) freeze(x *risk.Report, on day.Date) {
	c := risk.Content{
		Form: x.Cycle + "@" + x.RuleVersion, Period: x.Period, On: on, Company: risk.Card{Name: r.f.Name, USCC: r.f.Code(), Address: r.f.Address, Industry: r.f.Industry},
		Counts: map[risk.Level]int{}, Events: []risk.Reported{}, Triggers: []risk.Trigger{}, Remark: "经辨识评价，如实报告", FilledBy: r.f.staff[1].Name,
	}
	for i, e := range r.events {
		c.Counts[e.Level]++
		if e.Level == risk.Major || e.Level == risk.Larger {
			c.Events = append(c.Events, r.reported(i))
		}
	}
	b, _ := json.Marshal(c) // plain values
	sum, when := sha256.Sum256(b), at(on, 16, 20)
	x.State, x.Content, x.ContentHash, x.Events, x.Remark = "submitted", string(b), hex.EncodeToString(sum[:]), len(c.Events), c.Remark
	x.SubmittedAt, x.SubmittedName = &when, r.f.staff[1].Name
}

func (r *risks) reported(i int) risk.Reported {
	e, d := r.events[i], dangers[i]
	out := risk.Reported{
		Number: e.Number, Unit: d.spot, Hazard: e.Hazard, Accidents: e.Accidents, Method: e.Mode, Score: e.Rating().String(), Level: e.Level, ResidualLevel: e.ResidualLevel,
		Catalogue: e.Catalogue, ControlLevel: e.ControlLevel, Responsible: strings.TrimSpace(e.UnitName + " " + e.OwnerName), Controls: []risk.ReportedControl{},
	}
	for k, kind := range []string{"engineering", "management", "training", "protection", "emergency"} {
		for _, text := range strings.FieldsFunc(d.controls[k], func(c rune) bool { return c == '；' }) {
			out.Controls = append(out.Controls, risk.ReportedControl{Kind: kind, Text: text})
		}
	}
	return out
}
