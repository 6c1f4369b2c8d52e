package city

import (
	"crypto/sha256"
	"fmt"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/checklist"
	"anbiao/modules/inspection"
)

// explosive are the points of the worked company where nobody takes a phone: what polishing
// throws up, and what painting gives off.
var explosive = map[string]checklist.Atmosphere{
	"抛光工位一区": checklist.Dust, "抛光工位二区": checklist.Dust, "1号湿式除尘系统": checklist.Dust, "打磨间": checklist.Dust,
	"1号喷漆室": checklist.Paint, "2号喷漆室": checklist.Paint, "调漆间": checklist.Paint,
}

// signedAt are the points whose checks are signed.
var signedAt = map[string]bool{"危化品仓库": true, "调漆间": true, "空压站": true}

// unplaced is where nobody has noted the place yet.
const unplaced = "循环水池"

// equip says of a point what a phone must know.
func (p *point) equip(f *firm, n int) {
	p.Explosive, p.Sign = explosive[p.Name], signedAt[p.Name]
	if p.Name != unplaced && f.LongitudeE6 != nil {
		p.LongitudeE6, p.LatitudeE6 = some(*f.LongitudeE6+int32(n%6)*180-450), some(*f.LatitudeE6+int32(n/6)*150-300)
	}
}

// signedDays is how far back checks carry a signature: since then it is asked for.
const signedDays = 60

// detail makes up what the checks of a firm say besides their answers.
func (r *round) detail() error {
	d := newDice(seed, streamChecks+200)
	points := map[id.Of[id.Point]]*point{}
	for _, p := range r.firm.points {
		points[p.ID] = p
	}
	entered := r.b.named("safety")
	var signed []*inspection.Check
	var strokes []*attachment.File
	for _, c := range r.made {
		c.Version = 1
		p := points[c.PointID]
		r.pace(c, p, d)
		if p.Explosive != checklist.NoAtmosphere {
			c.LongitudeE6, c.LatitudeE6 = nil, nil
			if c.Paper = d.of(40); c.Paper && *c.StaffID != int64(entered.ID) {
				c.EnteredBy, c.EnteredName = some(int64(entered.ID)), entered.Name
			}
		}
		if c.LongitudeE6 != nil {
			c.Accuracy = some(d.between(4, 35))
		}
		if !c.Paper {
			c.ClockMS = some(int64(d.between(-4000, 4000)))
		}
		if p.Sign && !c.Paper && c.StartedOn.After(r.b.today.AddDays(-signedDays)) {
			signed, strokes = append(signed, c), append(strokes, r.strokes(c, p))
		}
	}
	if err := fillRefs(r.b.ctx, r.b.tx, strokes); err != nil {
		return err
	}
	for i, c := range signed {
		c.SignatureID = some(int64(strokes[i].ID))
	}
	return nil
}

// pace spreads the answers of c over its time, lets some of them be given at once, and writes
// down what was measured.
func (r *round) pace(c *inspection.Check, p *point, d dice) {
	answers := c.Answers.V
	seconds := int(c.FinishedAt.Sub(c.StartedAt) / time.Second)
	restFrom := len(answers)
	if len(answers) > 4 && d.of(35) {
		restFrom = d.between(2, len(answers)-1)
	}
	for i := range answers {
		a := &answers[i]
		asked := p.asked[i]
		a.After = seconds * (i + 1) / (len(answers) + 1)
		if asked.Limit != nil && a.Result == inspection.Pass {
			a.Measured = within(*asked.Limit)
		}
		if i >= restFrom && a.Result == inspection.Pass && asked.Limit == nil && !asked.PhotoAlways {
			a.Rest, a.After = true, seconds*(restFrom+1)/(len(answers)+1)
			c.RestAt = some(c.StartedAt.Add(time.Duration(a.After) * time.Second))
		}
	}
}

// within is a value that passes: a bound itself is within.
func within(l checklist.Limit) string {
	if l.Max != "" {
		return l.Max
	}
	return l.Min
}

// strokes is the picture of the signature of c.
func (r *round) strokes(c *inspection.Check, p *point) *attachment.File {
	pic := r.b.strokes[int(p.assignee.ID)%len(r.b.strokes)]
	f := r.b.shoot(r.firm, p.assignee, c.FinishedAt, before, "")
	f.Name, f.MediaType, f.Bytes, f.SHA256, f.Width, f.Height, f.TakenAt = "signature.png", "image/png", pic.bytes, pic.sum, &pic.width, &pic.height, nil
	f.OriginalKey, f.DisplayKey, f.ThumbKey = pic.stem+".original", pic.stem+".display", pic.stem+".thumb"
	if f.UploadedPerson == 0 {
		f.UploadedPerson = int64(r.b.login["safety"]) // at the terminal of the workshop
	}
	return f
}

// bindStrokes makes the signatures belong to their checks, which came after them.
func (r *round) bindStrokes() error {
	var files, checks db.Ints
	for _, c := range r.made {
		if c.SignatureID != nil {
			files, checks = append(files, *c.SignatureID), append(checks, int64(c.ID))
		}
	}
	return r.b.tx.WithContext(r.b.ctx).Exec(`UPDATE attachment a SET bound_noun = 'inspection_signature', bound_id = x.object, bound_at = a.uploaded_at
		FROM unnest(?::bigint[], ?::bigint[]) AS x(file, object) WHERE a.company_id = ? AND a.id = x.file`, files, checks, r.firm.CompanyID).Error
}

// presses are the machines of a line whose leader confirms it as a whole.
var presses = []string{"1号冲床", "2号冲床", "3号冲床", "4号冲床"}

// teamDays is how far back the line of presses was confirmed each working day.
const teamDays = 20

// confirmLine hangs labels on the presses of the first line and makes up the team cards of
// their leader: everything in order, save a machine now and then.
func (b *builder) confirmLine() error {
	f := b.index["safety"]
	line := f.points[0] // 冲压一线
	d := newDice(seed, streamChecks+300)
	codes := []string{}
	for _, a := range line.asked {
		if a.Limit == nil && !a.PhotoAlways && len(codes) < 6 {
			codes = append(codes, a.Code)
		}
	}
	var hung []*checklist.Point
	for i, name := range presses {
		p := line.Point
		p.ID, p.PublicID, p.Number, p.Name, p.Modules, p.Items = 0, d.uuid(), len(f.points)+i+1, name, db.Texts{}, db.Texts(codes)
		hung = append(hung, &p)
	}
	if err := fillRefs(b.ctx, b.tx, hung); err != nil {
		return err
	}
	route, all := db.Ints{}, inspection.Confirmed{Codes: codes}
	for _, p := range hung {
		route, all.Points = append(route, int64(p.ID)), append(all.Points, p.ID)
	}
	var cards []*inspection.Check
	for on := b.today.AddDays(-teamDays); on.Before(b.today); on = on.AddDays(1) {
		if on.Weekday() == time.Sunday {
			continue
		}
		began := at(on, 7, d.between(35, 55))
		c := &inspection.Check{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, StartedOn: on, ClientID: d.uuid(), PointID: hung[0].ID, StandardID: f.standard,
			StaffID: some(int64(line.assignee.ID)), PersonName: line.assignee.Name, StartedAt: began, FinishedAt: began.Add(time.Duration(d.between(240, 600)) * time.Second),
			Route: &route, ByException: true, Version: 1, Accuracy: some(12), ClockMS: some(int64(800)),
			LongitudeE6: line.LongitudeE6, LatitudeE6: line.LatitudeE6, Answers: db.JSON[[]inspection.Answer]{V: []inspection.Answer{}},
			Confirmed: &db.JSON[[]inspection.Confirmed]{V: []inspection.Confirmed{all}}, Passed: len(codes) * len(hung),
		}
		sum := sha256.Sum256(c.ClientID[:])
		c.ContentHash, c.ReceivedAt = sum[:], c.FinishedAt.Add(20*time.Second)
		cards = append(cards, c)
	}
	if err := fillRefs(b.ctx, b.tx, cards); err != nil {
		return fmt.Errorf("team cards: %w", err)
	}
	return nil
}

// mistakes are corrections that people made: which check of the last ones, and why.
var mistakes = []struct {
	back   int
	reason string
	note   string
}{
	{3, "点错：该项不适用，当时按了合格", "本月未使用该设备"},
	{9, "补充说明，与班组长核对后更正", "已核对，设备停用待修"},
	{16, "手机误触，结果记反", "该工序本周未开工"},
}

// correct lets the safety manager correct some checks, which stay as they were beside the new
// versions.
func (r *round) correct() error {
	by := r.b.named("safety")
	var next []*inspection.Check
	for i, m := range mistakes {
		back := len(r.made) - 1 - m.back
		if back < 0 {
			continue
		}
		was := r.made[back]
		is := *was
		answers := append([]inspection.Answer{}, was.Answers.V...)
		j := firstPassed(answers)
		if j < 0 {
			continue
		}
		answers[j].Result, answers[j].Note, answers[j].Measured, answers[j].Rest = inspection.NA, m.note, "", false
		is.ID, is.ClientID, is.Version, is.RootID, is.CorrectsID, is.Reason = 0, r.d.uuid(), 2, some(int64(was.ID)), some(int64(was.ID)), m.reason
		sum := sha256.Sum256(is.ClientID[:])
		is.ContentHash, is.Answers, is.SignatureID = sum[:], db.JSON[[]inspection.Answer]{V: answers}, nil
		is.Passed, is.NotApplicable = was.Passed-1, was.NotApplicable+1
		is.EnteredBy, is.EnteredName = some(int64(by.ID)), by.Name
		is.ReceivedAt = earliest(was.ReceivedAt.Add(time.Duration(20+i)*time.Hour), at(r.b.today, 0, 5))
		next = append(next, &is)
	}
	if err := fillRefs(r.b.ctx, r.b.tx, next); err != nil {
		return fmt.Errorf("corrections: %w", err)
	}
	for _, c := range next {
		q := "UPDATE inspection_task SET check_id = ? WHERE company_id = ? AND check_started_on = ? AND check_id = ?"
		if err := r.b.tx.WithContext(r.b.ctx).Exec(q, c.ID, c.CompanyID, c.StartedOn, c.CorrectsID).Error; err != nil {
			return err
		}
	}
	return nil
}

func firstPassed(answers []inspection.Answer) int {
	for i, a := range answers {
		if a.Result == inspection.Pass {
			return i
		}
	}
	return -1
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
