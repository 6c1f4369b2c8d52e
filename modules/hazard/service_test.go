package hazard_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/hazard"
	"anbiao/rbac"
	"anbiao/testkit"
)

// noon is 12:00 in Shanghai.
var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

// world is one company with its people, another company, and regulators.
type world struct {
	*testkit.W
	s                                   *hazard.Service
	firm                                testkit.Firm
	safety, worker, leader, head        rbac.Actor // head: the principal
	stranger, county, elsewhere, master rbac.Actor // stranger: safety manager of another company
	notes                               []hazard.Note
	due                                 []due.Item
}

// refreshed is the job that a changed ledger leaves behind in these tests.
type refreshed struct{ Company id.Of[id.Company] }

func (refreshed) Kind() string { return "test.refreshed" }

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.Set(noon)
	w.s = &hazard.Service{
		Gate:   w.Gate,
		People: w.people,
		Claim:  func(context.Context, db.Tx, rbac.Scope, []id.Of[id.Attachment], string, int64) error { return nil },
		Tell:   func(_ context.Context, _ db.Tx, n hazard.Note) error { w.notes = append(w.notes, n); return nil },
		Touch: func(ctx context.Context, tx db.Tx, company id.Of[id.Company]) error {
			return jobs.Enqueue(ctx, tx, refreshed{company})
		},
		Majors: majors(w),
	}
	w.firm = w.Company(t, "330784105")
	w.safety, w.worker = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "worker")
	w.leader, w.head = w.Actor(t, w.firm, "leader"), w.Actor(t, w.firm, "principal")
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "safety")
	w.county, w.elsewhere, w.master = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783"), w.Regulator(t, "city", "3307")
	return w
}

func (w *world) people(_ context.Context, tx db.Tx, scope rbac.Scope, ids []id.Of[id.Staff]) (map[id.Of[id.Staff]]hazard.Member, error) {
	home, err := scope.Home()
	if err != nil {
		return nil, err
	}
	out := map[id.Of[id.Staff]]hazard.Member{}
	for _, one := range ids {
		var rows []struct {
			Name     string
			PersonID *int64
		}
		if err := tx.Raw("SELECT name, person_id FROM staff_person WHERE company_id = ? AND id = ? AND left_on IS NULL", int64(home.CompanyID), int64(one)).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			m := hazard.Member{ID: one, Name: r.Name}
			if r.PersonID != nil {
				m.Person = id.Of[id.Person](*r.PersonID)
			}
			out[one] = m
		}
	}
	return out, nil
}

// drain does every job there is, each twice: the second time finds it done.
func (w *world) drain(t *testing.T) {
	t.Helper()
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	jobs.Handle(r, func(context.Context, db.Tx, refreshed) error { return nil })
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	for _, task := range testkit.All[string](t, w.W, "SELECT task_id || ' ' || kind || ' ' || payload FROM job_outbox WHERE done_at IS NULL ORDER BY id") {
		part := strings.SplitN(task, " ", 3)
		for range 2 {
			require.NoError(t, worker.Do(t.Context(), part[0], part[1], []byte(part[2])))
		}
	}
}

func as(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

// photo is a file of f.
func (w *world) photo(t *testing.T, f testkit.Firm) id.Of[id.Attachment] {
	t.Helper()
	return id.Of[id.Attachment](testkit.One[int64](t, w.W, `INSERT INTO attachment (company_id, region_path, oversight_line, client_id, name, media_type, bytes, sha256,
		uploaded_at, uploaded_person, uploaded_name, original_key, display_key, thumb_key)
		VALUES ($1, $2, 0, gen_random_uuid(), 'p.jpg', 'image/jpeg', 1, '\x00', now(), 1, '', gen_random_uuid()::text, '', '') RETURNING id`, int64(f.ID), f.RegionPath))
}

func (w *world) photos(t *testing.T) []id.Of[id.Attachment] {
	t.Helper()
	return []id.Of[id.Attachment]{w.photo(t, w.firm)}
}

// snapped is a hazard the worker has reported.
func (w *world) snapped(t *testing.T) id.Of[id.Hazard] {
	t.Helper()
	hid, err := w.s.Report(as(t, w.worker), hazard.Report{Place: "冲压车间 3 号机", Description: "光电保护装置失效", Photos: w.photos(t)})
	require.NoError(t, err)
	return hid
}

// assigned is a hazard of a level that the leader is to fix within ten days.
func (w *world) assigned(t *testing.T, l hazard.Level) id.Of[id.Hazard] {
	t.Helper()
	hid := w.snapped(t)
	_, err := w.s.Assign(as(t, w.safety), hid, w.assignment(l))
	require.NoError(t, err)
	return hid
}

func (w *world) assignment(l hazard.Level) hazard.Assignment {
	funds := fen.Amount(50000)
	return hazard.Assignment{
		OwnerID: w.leader.StaffID, Deadline: day.Of(2026, 3, 20), Measures: "更换光电保护装置", Contingency: "停用该设备", FundsFen: &funds,
		Level: l, Category: "B02",
	}
}

// fixed is a hazard of a level that the leader has fixed.
func (w *world) fixed(t *testing.T, l hazard.Level) id.Of[id.Hazard] {
	t.Helper()
	hid := w.assigned(t, l)
	if l == hazard.Major {
		w.planned(t, hid)
	}
	_, err := w.s.Fix(as(t, w.leader), hid, hazard.Repair{Note: "已更换", Photos: w.photos(t)})
	require.NoError(t, err)
	return hid
}

// events lists what happened to a hazard, in order.
func (w *world) events(t *testing.T, hid id.Of[id.Hazard]) []string {
	t.Helper()
	rows, err := w.Owner.Query(t.Context(), "SELECT event || ':' || from_state || '>' || to_state FROM hazard_step WHERE hazard_id = $1 ORDER BY n", int64(hid))
	require.NoError(t, err)
	var out []string
	for rows.Next() {
		var s string
		require.NoError(t, rows.Scan(&s))
		out = append(out, s)
	}
	require.NoError(t, rows.Err())
	return out
}

func TestFromSnapshotToCancellation(t *testing.T) {
	t.Parallel()
	w := setup(t)
	hid := w.snapped(t)
	r, err := w.s.ByID(as(t, w.safety), hid)
	require.NoError(t, err)
	require.Equal(t, "330784-2026-000001", r.Number)
	require.Equal(t, []hazard.Event{hazard.Grade, hazard.Assign, hazard.Fix, hazard.AskVoid, hazard.AskTransfer}, r.May)

	_, err = w.s.Assign(as(t, w.safety), hid, w.assignment(hazard.General))
	require.NoError(t, err)
	_, err = w.s.Start(as(t, w.leader), hid, "")
	require.NoError(t, err)
	_, err = w.s.Fix(as(t, w.leader), hid, hazard.Repair{Note: "已更换", Photos: w.photos(t)})
	require.NoError(t, err)
	_, err = w.s.Reject(as(t, w.safety), hid, hazard.Verdict{Note: "防护罩未复位"})
	require.NoError(t, err)
	_, err = w.s.Fix(as(t, w.leader), hid, hazard.Repair{Note: "已复位", Photos: w.photos(t)})
	require.NoError(t, err)
	_, err = w.s.Accept(as(t, w.head), hid, hazard.Verdict{Note: "合格"})
	require.NoError(t, err)

	r, err = w.s.ByID(as(t, w.safety), hid)
	require.NoError(t, err)
	require.Equal(t, hazard.Cancelled, r.State)
	require.EqualValues(t, 1, r.ReopenCount)
	require.Equal(t, w.leader.Name, r.OwnerName)
	require.Len(t, r.Entries[0].Photos, 1, "the photo of the finding stays with its step")
	require.Empty(t, r.May)
	require.Equal(t, []string{
		"register:>registered", "grade:registered>graded", "assign:graded>assigned", "start:assigned>rectifying", "fix:rectifying>awaiting_acceptance",
		"reject:awaiting_acceptance>rectifying", "fix:rectifying>awaiting_acceptance", "accept:awaiting_acceptance>accepted", "cancel:accepted>cancelled",
	}, w.events(t, hid))
	require.EqualValues(t, 7, testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'hazard' AND object_id = $1 AND fields <> '[]'", int64(hid)),
		"each of report, assign, start, fix, reject, fix and accept is in the trail")
}

// TestRowSecurityHoldsWithoutTheStateMachine writes past the service, as its own code might by mistake.
func TestRowSecurityHoldsWithoutTheStateMachine(t *testing.T) {
	t.Parallel()
	w := setup(t)
	hid := int64(w.assigned(t, hazard.Major))
	try := func(a rbac.Actor, q string, args ...any) (n int64, err error) {
		err = w.Gate.Write(as(t, a), hazard.ActionList, func(tx db.Tx, _ rbac.Scope) error {
			r := tx.Exec(q, args...)
			n = r.RowsAffected
			return r.Error
		})
		return n, err
	}
	_, err := try(w.safety, "UPDATE hazard SET state = 'cancelled', reviewed_on = current_date WHERE id = ?", hid)
	require.ErrorContains(t, err, "row-level security", "a company cancels no major hazard")
	_, err = try(w.county, "UPDATE hazard SET state = 'cancelled' WHERE id = ?", hid)
	require.ErrorContains(t, err, "SQLSTATE 42501", "a regulator decides only on what waits for him")
	_, err = try(w.county, "UPDATE hazard SET description = '' WHERE id = ?", hid)
	require.ErrorContains(t, err, "permission denied")
	_, err = try(w.safety, "UPDATE hazard_step SET note = '' WHERE hazard_id = ?", hid)
	require.ErrorContains(t, err, "permission denied", "a step is never changed")
	_, err = try(w.safety, "DELETE FROM hazard WHERE id = ?", hid)
	require.ErrorContains(t, err, "permission denied")
	n, err := try(w.stranger, "UPDATE hazard SET description = '' WHERE id = ?", hid)
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = try(w.safety, "SELECT nextval('hazard_number_330784_2026')")
	require.ErrorContains(t, err, "permission denied", "numbers come from the function alone")
}

func TestOthersSeeNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	hid := w.fixed(t, hazard.General)
	consultant := w.Member(t, rbac.Service, "consultant")
	consultant.CompanyID, consultant.RegionPath = w.firm.ID, w.firm.RegionPath
	line := w.Regulator(t, "county", "330784")
	line.Lines = []int16{3}
	for name, a := range map[string]rbac.Actor{
		"another company": w.stranger, "a regulator elsewhere": w.elsewhere, "an agency without engagement": consultant, "a regulator of another line": line,
	} {
		rows, _, _, err := w.s.Ledger(as(t, a), filter())
		require.NoError(t, err, name)
		require.Empty(t, rows, name)
		_, err = w.s.ByID(as(t, a), hid)
		require.ErrorIs(t, err, rbac.ErrNotFound, name)
		if a.Kind == rbac.Regulator {
			continue
		}
		_, err = w.s.Accept(as(t, a), hid, hazard.Verdict{})
		require.ErrorIs(t, err, rbac.ErrNotFound, name)
		work, err := w.s.Mine(as(t, a))
		require.NoError(t, err)
		require.Empty(t, work.ToAccept, name)
		require.Zero(t, work.Accepts+work.OverdueCount, name)
	}
	for name, a := range map[string]rbac.Actor{"its county": w.county, "its city": w.master, "its worker": w.worker} {
		rows, _, _, err := w.s.Ledger(as(t, a), filter())
		require.NoError(t, err)
		require.Len(t, rows, 1, name)
	}
	_, err := w.s.Accept(as(t, w.county), hid, hazard.Verdict{})
	require.ErrorIs(t, err, rbac.ErrForbidden, "a regulator does not accept for the company")
	_, err = w.s.Accept(as(t, w.worker), hid, hazard.Verdict{})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Accept(t.Context(), hid, hazard.Verdict{})
	require.ErrorIs(t, err, rbac.ErrUnauthenticated)
}

func filter() hazard.Filter {
	f := hazard.Filter{Sort: "recent"}
	f.Limit = 20
	return f
}

func TestOneOfTwoWins(t *testing.T) {
	t.Parallel()
	w := setup(t)
	shop := w.Unit(t, w.firm, 0, "workshop", "冲压车间")
	second := w.Placed(t, w.Actor(t, w.firm, "director"), shop)
	w.worker = w.Placed(t, w.worker, shop)
	for range 5 {
		hid := w.fixed(t, hazard.General)
		errs := make(chan error, 3)
		go func() { _, err := w.s.Accept(as(t, w.head), hid, hazard.Verdict{}); errs <- err }()
		go func() { _, err := w.s.Accept(as(t, second), hid, hazard.Verdict{}); errs <- err }()
		go func() { _, err := w.s.Reject(as(t, w.safety), hid, hazard.Verdict{Note: "不合格"}); errs <- err }()
		won := 0
		for range 3 {
			if err := <-errs; err == nil {
				won++
			} else {
				require.True(t, errors.Is(err, hazard.ErrNow[hazard.Cancelled]) || errors.Is(err, hazard.ErrNow[hazard.Rectifying]), "%v", err)
			}
		}
		require.Equal(t, 1, won)
		steps := testkit.One[int64](t, w.W, "SELECT count(*) FROM hazard_step WHERE hazard_id = $1", int64(hid))
		require.EqualValues(t, steps, testkit.One[int32](t, w.W, "SELECT steps FROM hazard WHERE id = $1", int64(hid)))
	}
}

func TestRefusalsLeaveNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	hid := w.fixed(t, hazard.General)
	count := func() []int64 {
		return testkit.All[int64](t, w.W, `SELECT count(*) FROM job_outbox UNION ALL SELECT count(*) FROM hazard_step UNION ALL SELECT count(*) FROM audit_entry
			UNION ALL SELECT count(*) FROM hazard_photo UNION ALL SELECT count(*) FROM hazard`)
	}
	before := count()
	_, err := w.s.Accept(as(t, w.leader), hid, hazard.Verdict{Photos: w.photos(t)})
	require.ErrorIs(t, err, hazard.ErrOwnAcceptance)
	foreign := w.photo(t, testkit.Firm{ID: w.stranger.CompanyID, RegionPath: w.stranger.RegionPath})
	_, err = w.s.Reject(as(t, w.head), hid, hazard.Verdict{Note: "不合格", Photos: []id.Of[id.Attachment]{foreign}})
	require.ErrorIs(t, err, hazard.ErrPhotoUnknown, "another company's photo")
	_, err = w.s.Report(as(t, w.worker), hazard.Report{Place: "车间", Description: "积油", Photos: []id.Of[id.Attachment]{foreign}})
	require.ErrorIs(t, err, hazard.ErrPhotoUnknown)
	a := w.assignment(hazard.General)
	a.OwnerID = w.stranger.StaffID
	_, err = w.s.Assign(as(t, w.safety), w.snapped(t), a)
	require.ErrorIs(t, err, hazard.ErrOwnerUnknown, "another company's member of staff")
	after := count()
	require.Equal(t, []int64{before[0] + 2, before[1] + 1, before[2] + 1, before[3] + 1, before[4] + 1}, after, "only the last report has left something")
}

// runOpen opens last month's posters as the job runner does, twice.
func (w *world) runOpen(t *testing.T) {
	t.Helper()
	for range 2 {
		require.NoError(t, w.Gate.Runner(t.Context(), "hazard.open-posters", func(ctx context.Context, tx db.Tx) error {
			return jobs.Enqueue(ctx, tx, hazard.OpenPosters{Month: day.Of(2026, 3, 1)})
		}))
		w.drain(t)
	}
}
