package permit

import (
	"cmp"
	"context"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// companyOf is the company a reader asks about: his own, or for who sees several the one named.
// Errors: ErrCompany.
func companyOf(scope rbac.Scope, asked rbac.CompanyID) (rbac.CompanyID, error) {
	if home, err := scope.Home(); err == nil {
		return home.CompanyID, nil
	}
	if asked == 0 {
		return 0, ErrCompany.At("query.companyId")
	}
	return asked, nil
}

const listSort = "from"

// List lists a company's permits, the latest beginning first. Errors: ErrCompany, page.ErrCursor.
func (s *Service) List(ctx context.Context, company rbac.CompanyID, f Filter, p page.Query) (out page.List[PermitRow], err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		k, err := p.Start(listSort, 2)
		if err != nil {
			return err
		}
		if !k.First() {
			if _, bad := time.Parse(time.RFC3339Nano, k.Vals[0]); bad != nil {
				return page.ErrCursor.At("query.cursor").Because(bad)
			}
		}
		rows, err := list(ctx, tx, f.where(scope, c, tx.Now), k, p.Limit+1)
		if err != nil {
			return err
		}
		view, err := s.rows(ctx, tx, scope, c)
		if err != nil {
			return err
		}
		out = page.Of(rows, k, p.Limit, keyOf, view)
		return nil
	})
	return out, err
}

// rows makes rows of a list as the actor sees them.
func (s *Service) rows(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (func(Permit) PermitRow, error) {
	set, err := settingOf(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	by, posts := whoIs(scope), []id.Of[id.Post]{}
	if len(set.Approvers.V) > 0 && s.Tree != nil && by.leads {
		tree, err := s.Tree(ctx, tx, c, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return nil, err
		}
		posts = postsOf(tree, by.staff)
	}
	now := tx.Now
	return func(p Permit) PermitRow {
		r := rowOf(p, now)
		r.Part = p.part(by.staff)
		if p.State == Requested && by.leads && r.Part == "" && scope.Actor().Kind == rbac.Company {
			if f, err := packOf(p.FormVersion).form(p.Kind); err == nil {
				l, _ := f.level(p.Level)
				r.CanApprove = by.may(set.Approvers.V, p.Kind, l, posts)
			}
		}
		return r
	}, nil
}

func rowOf(p Permit, now time.Time) PermitRow {
	r := PermitRow{
		ID: p.ID, CompanyID: p.CompanyID, Number: p.Number, Kind: p.Kind, Level: p.Level, State: p.State, Source: p.Source, Overdue: p.late(now), Place: p.Place,
		UnitID: p.UnitID, UnitName: p.UnitName, Content: p.Content, FromAt: p.FromAt, UntilAt: p.UntilAt, StartedAt: p.StartedAt, ClosedAt: p.ClosedAt,
		ClosedLate: p.ClosedLate, ApplicantName: p.ApplicantName, Workers: []string{}, WatcherName: p.WatcherName, ApproverName: p.ApproverName,
		Overridden: len(p.Overridden) > 0, Raised: p.Raised,
	}
	for _, m := range p.Crew.V {
		r.Workers = append(r.Workers, m.Name)
	}
	return r
}

// Open reads a permit with its history. Errors: rbac.ErrNotFound.
func (s *Service) Open(ctx context.Context, n id.Of[id.Permit]) (d PermitDetail, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		p, err := permitByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		f, err := s.open(ctx, tx, scope, p, tx.Now)
		if err != nil {
			return err
		}
		d = f.detail()
		if scope.Actor().Kind == rbac.Company {
			d.May = f.mayDo(scope)
		}
		return nil
	})
	return d, err
}

func (f *file) detail() PermitDetail {
	d := PermitDetail{
		PermitRow: rowOf(f.Permit, f.now), FormVersion: f.FormVersion, PointID: f.PointID, Hazards: f.Hazards, Details: orNone(f.Details.V),
		ApplicantID: f.ApplicantID, WatcherID: f.WatcherID, ApproverID: f.ApproverID, Crew: orNone(f.Crew.V), ApprovedAt: f.ApprovedAt, SuspendedAt: f.SuspendedAt,
		LatestUntil: f.furthest(), OverrideName: f.OverrideName, OverrideReason: f.OverrideReason, Lacks: []Lack{}, Readings: []GasView{}, Steps: []StepView{}, May: []Event{},
	}
	d.Part = f.part(f.by.staff)
	if !f.over() {
		d.Lacks = orNone(f.blocking(f.lacking(later(f.FromAt, f.at))))
	}
	for gas, r := range latest(f.readings(), time.Time{}, f.now) {
		d.Readings = append(d.Readings, GasView{gas, r.Value, *r.At, r.At.Add(time.Duration(f.form.FreshMinutes) * time.Minute), r.Out})
	}
	slices.SortFunc(d.Readings, func(a, b GasView) int { return cmp.Compare(a.Gas, b.Gas) })
	for _, s := range f.past {
		v := StepView{
			ID: s.ID, N: s.N, Event: s.Event, From: s.FromState, To: s.ToState, At: s.At, ReceivedAt: s.ReceivedAt, ActorName: s.ActorName, Note: s.Note,
			Problem: s.Problem, Detail: s.Detail.V, Photos: []id.Of[id.Attachment]{}, Signature: s.SignatureID, Longitude: degrees(s.LongitudeE6), Latitude: degrees(s.LatitudeE6),
		}
		for _, n := range s.Files {
			v.Photos = append(v.Photos, id.Of[id.Attachment](n))
		}
		if s.ClientID != nil {
			v.ClientID = s.ClientID.String()
		}
		d.Steps = append(d.Steps, v)
	}
	return d
}

func degrees(v *int32) *float64 {
	if v == nil {
		return nil
	}
	d := float64(*v) / 1e6
	return &d
}

// mayDo lists what the actor may do next.
func (f *file) mayDo(scope rbac.Scope) []Event {
	out := []Event{}
	add := func(ok bool, e Event) {
		if ok {
			out = append(out, e)
		}
	}
	part := f.mine() == nil && scope.Can(ActionWork)
	own := f.part(f.by.staff) != "" || (f.ApplicantPerson != nil && *f.ApplicantPerson == f.by.person)
	approves := f.by.leads && f.by.may(f.rules, f.Kind, f.level, f.posts)
	running, begun := f.State == Open, f.State == Open || f.State == Suspended
	before := f.State == Requested || f.State == Approved
	add(before && part && scope.Can(ActionRequest), Amend)
	add(f.State == Requested && approves && !own, Approve)
	add(f.State == Requested && approves, Refuse)
	add(!f.over() && scope.Can(ActionOverride) && len(f.blocking(f.lacking(later(f.FromAt, f.at)))) > 0, Override)
	add(f.State == Approved && part, Start)
	add((begun || f.State == Approved) && part && len(f.form.Gases) > 0, Read)
	add(running && scope.Can(ActionWork), Suspend)
	add(f.State == Suspended && part, Resume)
	add((begun || f.State == Approved) && f.form.Extendable && approves && !own && !f.late(f.now), Extend)
	add(begun && part, Close)
	add(before && part, Cancel)
	return out
}

// Board reads the board at the gate. Errors: ErrCompany.
func (s *Service) Board(ctx context.Context, company rbac.CompanyID) (b BoardView, err error) {
	err = s.Gate.Read(ctx, ActionBoard, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		today := day.In(tx.Now, day.Shanghai)
		rows, err := board(ctx, tx, scope, c, today.Midnight(day.Shanghai), today.AddDays(1).Midnight(day.Shanghai))
		b = BoardView{At: tx.Now, Items: make([]BoardRow, len(rows))}
		for i, p := range rows {
			b.Items[i] = BoardRow{p.ID, p.Number, p.Kind, p.Level, p.State, p.late(tx.Now), p.Place, p.UnitName, p.Content, p.FromAt, p.UntilAt, p.WatcherName, len(p.Crew.V)}
		}
		return err
	})
	return b, err
}

// Forms reads what each kind of work asks for, in the words of the company's standard. Errors: ErrCompany.
func (s *Service) Forms(ctx context.Context, company rbac.CompanyID) (out FormPack, err error) {
	err = s.Gate.Read(ctx, ActionForms, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		today := day.In(tx.Now, day.Shanghai)
		out.Pack = PackOn(today)
		out.Forms = orNone(out.Forms)
		for i := range out.Forms {
			f := &out.Forms[i]
			if f.Items, err = s.worded(ctx, tx, scope, c, f.Items); err != nil {
				return err
			}
		}
		set, err := settingOf(ctx, tx, c)
		out.Areas, out.Approvers, out.HolidayOn = orNone(set.Areas.V), orNone(set.Approvers.V), []day.Date{}
		for d := today; set.HolidayUp && d.Before(today.AddDays(45)); d = d.AddDays(1) {
			if _, yes := s.days().On(d); yes {
				out.HolidayOn = append(out.HolidayOn, d)
			}
		}
		return err
	})
	return out, err
}

// People lists who may take part in a kind of work, by name. Errors: ErrKind.
func (s *Service) People(ctx context.Context, kind string) (out []PersonView, err error) {
	err = s.Gate.Read(ctx, ActionRequest, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		today := day.In(tx.Now, day.Shanghai)
		form, err := PackOn(today).form(kind)
		if err != nil || s.Tree == nil {
			return err
		}
		tree, err := s.Tree(ctx, tx, home.CompanyID, today)
		if err != nil {
			return err
		}
		set, err := settingOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		views := seated(tree)
		ids := make([]id.Of[id.Staff], len(views))
		for i, v := range views {
			ids[i] = v.StaffID
		}
		held := map[id.Of[id.Staff]][]Holding{}
		if s.Cards != nil {
			if held, err = s.Cards(ctx, tx, home.CompanyID, ids, today); err != nil {
				return err
			}
		}
		for i := range views {
			views[i].carded(form, held[views[i].StaffID])
			for _, l := range form.Levels {
				named := rulesFor(set.Approvers.V, kind, l.Code)
				views[i].Approver = views[i].Approver || (len(named) > 0 && who{staff: views[i].StaffID}.may(set.Approvers.V, kind, l, postsOf(tree, views[i].StaffID)))
			}
		}
		out = views
		return nil
	})
	return out, err
}

// seated are the people of a tree, each once, on his main post.
func seated(t org.Tree) []PersonView {
	posts, units := map[id.Of[id.Post]]string{}, map[id.Of[id.Unit]]string{}
	for _, p := range t.Posts {
		posts[p.ID] = p.Name
	}
	for _, u := range t.Units {
		units[u.ID] = u.Name
	}
	out, at := []PersonView{}, map[id.Of[id.Staff]]int{}
	for _, h := range t.Holders {
		v := PersonView{StaffID: h.StaffID, Name: h.Name, UnitID: h.UnitID, UnitName: units[h.UnitID], PostName: posts[h.PostID], Cards: []CardView{}}
		if i, ok := at[h.StaffID]; !ok {
			at[h.StaffID] = len(out)
			out = append(out, v)
		} else if h.Main {
			out[i] = v
		}
	}
	slices.SortStableFunc(out, func(a, b PersonView) int { return cmp.Or(cmp.Compare(a.UnitID, b.UnitID), cmp.Compare(a.Name, b.Name)) })
	return out
}

// carded writes down what the form asks of a person's certificates.
func (v *PersonView) carded(f Form, held []Holding) {
	v.Worker, v.Watcher = true, true
	var asked []Card
	for _, r := range f.Roles {
		ok := len(r.Cards) == 0 || holds(r.Cards, held)
		if r.Role == "watcher" {
			v.Watcher = ok
		} else {
			v.Worker = ok
		}
		asked = append(asked, r.Cards...)
	}
	for _, h := range held {
		for _, c := range asked {
			if c.Kind == h.Kind && (c.Operation == "" || c.Operation == h.Operation) {
				v.Cards = append(v.Cards, CardView{c.Kind, c.Operation, c.NameZh, c.NameEn, h.Valid, h.ValidUntil})
				break
			}
		}
	}
}
