package hazard_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
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
	require.Equal(t, []hazard.Event{hazard.Grade, hazard.Assign, hazard.Fix, hazard.Void}, r.May)

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
