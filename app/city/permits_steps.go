package city

import (
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/permit"
)

// course collects the steps of one permit.
type course struct {
	p     *permits
	r     *permit.Permit
	j     job
	form  permit.Form
	steps []permit.Step
}

// steps writes what every permit went through, with signatures and photos.
func (p *permits) steps() error {
	var files []*attachment.File
	mark := func(w *worker) {
		if p.marks[w] != nil {
			return
		}
		pic, when := p.b.strokes[int(w.ID)%len(p.b.strokes)], p.rows[0].CreatedAt
		f := &attachment.File{
			CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, ClientID: p.b.snaps.uuid(), Name: "signature.png", MediaType: "image/png",
			Bytes: pic.bytes, SHA256: pic.sum, Width: &pic.width, Height: &pic.height, UploadedAt: when, UploadedBy: some(int64(w.ID)), UploadedName: w.Name,
			UploadedPerson: int64(p.b.login["safety"]), OriginalKey: pic.stem + ".original", DisplayKey: pic.stem + ".display", ThumbKey: pic.stem + ".thumb",
			BoundNoun: some("permit"), BoundID: some(int64(p.rows[0].ID)), BoundAt: some(when),
		}
		p.marks[w] = f
		files = append(files, f)
	}
	shots := map[*permit.Permit]*attachment.File{}
	for i, r := range p.rows {
		mark(p.approver(p.jobs[i]))
		watcher := p.of(r.WatcherID)
		mark(watcher)
		if r.ClosedAt != nil {
			shot := p.b.shoot(p.f, watcher, r.ClosedAt.Add(-3*time.Minute), 1, r.Place)
			shot.BoundNoun, shot.BoundID, shot.BoundAt = some("permit"), some(int64(r.ID)), r.ClosedAt
			shots[r] = shot
			files = append(files, shot)
		}
	}
	if err := fillRefs(p.b.ctx, p.b.tx, files); err != nil {
		return err
	}
	var all []permit.Step
	for i, r := range p.rows {
		c := &course{p: p, r: r, j: p.jobs[i], form: p.form(r.Kind)}
		c.walk(shots[r])
		all = append(all, c.steps...)
		q := "UPDATE permit SET steps = ?, changed_at = ? WHERE company_id = ? AND id = ?"
		if err := p.b.tx.WithContext(p.b.ctx).Exec(q, len(c.steps), c.steps[len(c.steps)-1].At, int64(r.CompanyID), int64(r.ID)).Error; err != nil {
			return err
		}
	}
	return fill(p.b.ctx, p.b.tx, all)
}

func (p *permits) of(n *id.Of[id.Staff]) *worker {
	for _, w := range p.f.staff {
		if n != nil && w.ID == *n {
			return w
		}
	}
	return p.b.named("leader")
}

// walk makes the steps in their order.
func (c *course) walk(shot *attachment.File) {
	applicant, watcher, boss := c.p.of(c.r.ApplicantID), c.p.of(c.r.WatcherID), c.p.approver(c.j)
	c.add(permit.Request, "", permit.Requested, c.r.CreatedAt, applicant)
	switch c.j.state {
	case permit.Refused:
		c.add(permit.Refuse, permit.Requested, permit.Refused, c.r.CreatedAt.Add(30*time.Minute), boss).Note = c.j.why
		return
	case permit.Cancelled:
		c.add(permit.Cancel, permit.Requested, permit.Cancelled, c.r.CreatedAt.Add(30*time.Minute), applicant).Note = c.j.why
		return
	case permit.Requested:
		return
	case permit.Approved, permit.Open, permit.Suspended, permit.Closed, permit.Lapsed:
	}
	if c.r.OverrideReason != "" {
		s := c.add(permit.Override, permit.Requested, permit.Requested, c.r.CreatedAt.Add(15*time.Minute), c.p.b.named("safety"))
		s.Note = c.j.why
	}
	s := c.add(permit.Approve, permit.Requested, permit.Approved, *c.r.ApprovedAt, boss)
	s.SignatureID, s.Detail.V.Answers = some(c.p.marks[boss].ID), c.answers(permit.PhaseApprove)
	s.LongitudeE6, s.LatitudeE6 = some(int32(120_045_100)), some(int32(28_890_300))
	if c.j.state == permit.Lapsed {
		last := c.add(permit.Lapse, permit.Approved, permit.Lapsed, c.r.UntilAt.Add(10*time.Minute), boss)
		last.StaffID, last.PersonID, last.ActorName = nil, nil, "permit.sweep"
	}
	if c.r.StartedAt == nil {
		return
	}
	s = c.add(permit.Start, permit.Approved, permit.Open, *c.r.StartedAt, watcher)
	s.Detail.V.Answers, s.Detail.V.Watcher, s.Detail.V.Readings = c.answers(permit.PhaseStart), true, c.readings(c.r.StartedAt.Add(-6*time.Minute), false)
	c.work(watcher)
	if c.r.ClosedAt != nil {
		s = c.add(permit.Close, permit.Open, permit.Closed, *c.r.ClosedAt, watcher)
		s.Detail.V.Answers, s.Detail.V.Clear, s.Detail.V.Quiet, s.SignatureID = c.answers(permit.PhaseClose), true, c.form.QuietMinutes, some(c.p.marks[watcher].ID)
		s.Files, s.Note = db.Ints{int64(shot.ID)}, "现场已清理，人员、工具已撤离"
	}
}

// work is what happens between start and closing check.
func (c *course) work(watcher *worker) {
	if !c.j.rise {
		return
	}
	at := c.r.StartedAt.Add(92 * time.Minute)
	s := c.add(permit.Read, permit.Open, permit.Suspended, at, watcher)
	s.Detail.V.Readings = c.readings(at, true)
	if c.j.state == permit.Suspended {
		return
	}
	at = at.Add(45 * time.Minute)
	s = c.add(permit.Resume, permit.Suspended, permit.Open, at, watcher)
	s.Detail.V.Answers, s.Detail.V.Watcher, s.Detail.V.Readings, s.Note = c.answers(permit.PhaseResume), true, c.readings(at.Add(-5*time.Minute), false), "加强通风后复测合格"
}

func (c *course) add(e permit.Event, from, to permit.State, at time.Time, by *worker) *permit.Step {
	c.steps = append(c.steps, permit.Step{
		CompanyID: c.r.CompanyID, RegionPath: c.r.RegionPath, OversightLine: c.r.OversightLine, PermitID: c.r.ID, N: int32(len(c.steps) + 1), Event: e, FromState: from, ToState: to,
		At: at, ReceivedAt: at.Add(20 * time.Second), StaffID: some(by.ID), PersonID: by.PersonID, ActorName: by.Name, Files: db.Ints{},
	})
	return &c.steps[len(c.steps)-1]
}

// answers are yes to every item of a phase; those that need not apply do not.
func (c *course) answers(phase string) (out []permit.Answer) {
	for _, it := range c.form.Items {
		if it.Phase != phase {
			continue
		}
		a := permit.Answer{Code: it.Code, Result: permit.Pass}
		if it.MayNA && it.Code != c.form.GasItem {
			a.Result = permit.NA
		}
		out = append(out, a)
	}
	return out
}

// readings are one of each gas that is asked for; out makes the first one too high.
func (c *course) readings(at time.Time, out bool) (list []permit.Reading) {
	good := map[string]string{"combustible": "0.05", "oxygen": "20.8", "lel": "2", "co": "3", "h2s": "0"}
	for _, g := range c.form.Gases {
		v, ok := good[g.Key]
		if !ok {
			continue
		}
		r := permit.Reading{Gas: g.Key, Value: v, Place: "作业点", At: some(at)}
		if out && (g.Key == "combustible" || g.Key == "h2s") {
			r.Out, r.Value = true, map[string]string{"combustible": "0.62", "h2s": "13"}[g.Key]
		}
		list = append(list, r)
	}
	return list
}
