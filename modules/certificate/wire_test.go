package certificate_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/kit/text"
	"anbiao/modules/certificate"
	"anbiao/modules/notice"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
)

const town = "330784105"

var june1 = day.Of(2026, 6, 1)

// walk is the modules wired as the program wires them, over a world.
type walk struct {
	*testkit.W
	certs   *certificate.Service
	notices *notice.Service
	people  *staff.Service
	firm    testkit.Firm
	manager rbac.Actor
	holder  rbac.Actor
	safety  context.Context
}

func setUp(t *testing.T) *walk {
	t.Helper()
	w := testkit.World(t)
	k := &walk{W: w, firm: w.Company(t, town)}
	k.certs, k.notices = wire(w.Gate)
	left := func(ctx context.Context, tx db.Tx, _ rbac.Scope, m staff.Mover) error {
		return k.certs.HolderLeft(ctx, tx, m.Home.CompanyID, m.StaffID, m.PersonID, m.On)
	}
	back := func(ctx context.Context, tx db.Tx, _ rbac.Scope, m staff.Mover) error {
		return k.certs.HolderBack(ctx, tx, m.Home.CompanyID, m.StaffID)
	}
	k.people = &staff.Service{Gate: w.Gate, Box: seal.New(testkit.Secret), Leaving: []staff.Moved{left}, Returning: []staff.Moved{back}}
	k.manager, k.holder = w.Actor(t, k.firm, "safety"), w.Actor(t, k.firm, "worker")
	k.safety = rbac.WithActor(t.Context(), k.manager)
	for _, a := range []rbac.Actor{k.manager, k.holder} {
		w.Exec(t, "UPDATE account_person SET email = login || '@example.com' WHERE id = $1", int64(a.PersonID))
	}
	k.on(june1)
	return k
}

// wire makes the services that the scan and its mail need.
func wire(gate *rbac.Gate) (*certificate.Service, *notice.Service) {
	certs := &certificate.Service{
		Gate: gate, Box: seal.New(testkit.Secret), Holders: holders, Watchers: watchers, Remind: remind,
		Withdraw: notice.Withdraw, HandOver: notice.HandOver,
	}
	return certs, &notice.Service{Gate: gate, Addresses: addresses, Mailer: notice.KeptMailer{Gate: gate}, BaseURL: "https://anbiao.example"}
}

// on stops the clock at six in the morning of d.
func (k *walk) on(d day.Date) { k.Set(d.Midnight(day.Shanghai).Add(6 * 3600e9)) }

// register records a 低压电工 certificate of the holder, valid from a day.
func (k *walk) register(t *testing.T, from day.Date) id.Of[id.Certificate] {
	t.Helper()
	c, err := k.certs.Register(k.safety, certificate.Registration{
		StaffID: k.holder.StaffID, Kind: "special_operation", Operation: "SO0102", Printed: certificate.Printed{ValidFrom: from, Number: "T11010519491231002X"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// registry is what the worker of this walk can do.
func (k *walk) registry() *jobs.Registry { return registry(k.certs, k.notices) }

func registry(certs *certificate.Service, notices *notice.Service) *jobs.Registry {
	r := jobs.NewRegistry()
	certs.Jobs(r)
	notices.Jobs(r)
	return r
}

// scan enqueues a scan and does everything in the outbox, like a worker would.
func (k *walk) scan(t *testing.T) {
	t.Helper()
	enqueue(t, k.W, certificate.Scan{})
	k.work(t)
}

// work does what is in the outbox until nothing is left.
func (k *walk) work(t *testing.T) {
	t.Helper()
	k.workKind(t, "%")
}

// workKind does the jobs of one kind.
func (k *walk) workKind(t *testing.T, kind string) {
	t.Helper()
	w := &jobs.Worker{System: k.System(), Registry: k.registry(), Now: k.Now}
	for {
		rows, err := k.Owner.Query(t.Context(), "SELECT task_id, kind, payload FROM job_outbox WHERE done_at IS NULL AND kind LIKE $1 ORDER BY id LIMIT 100", kind)
		if err != nil {
			t.Fatal(err)
		}
		todo, err := pgx.CollectRows(rows, pgx.RowToStructByPos[job])
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range todo {
			if err := w.Do(t.Context(), j.TaskID, j.Kind, j.Payload); err != nil {
				t.Fatal(j.TaskID, err)
			}
		}
		if len(todo) == 0 {
			return
		}
	}
}

type job struct {
	TaskID, Kind string
	Payload      []byte
}

func enqueue(t *testing.T, w *testkit.W, task jobs.Task) {
	t.Helper()
	err := w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error { return jobs.Enqueue(t.Context(), tx, task) })
	if err != nil {
		t.Fatal(err)
	}
}

func holders(ctx context.Context, tx db.Tx, keys []certificate.HolderKey) (map[certificate.HolderKey]certificate.Holder, error) {
	var of []staff.Key
	for _, k := range keys {
		of = append(of, staff.Key(k))
	}
	found, err := staff.Contacts(ctx, tx, of)
	out := map[certificate.HolderKey]certificate.Holder{}
	for k, c := range found {
		out[certificate.HolderKey(k)] = certificate.Holder{Name: c.Name, PersonID: c.PersonID, LeftOn: c.LeftOn, UnitID: c.UnitID}
	}
	return out, err
}

func watchers(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]id.Of[id.Person], error) {
	ids := db.Ints{}
	for _, c := range companies {
		ids = append(ids, int64(c))
	}
	var rows []struct {
		CompanyID rbac.CompanyID
		PersonID  id.Of[id.Person]
	}
	err := tx.WithContext(ctx).Raw(`SELECT company_id, person_id FROM account_membership
		WHERE company_id = ANY(?) AND ended_at IS NULL AND 'safety' = ANY(roles)`, ids).Scan(&rows).Error
	out := map[rbac.CompanyID][]id.Of[id.Person]{}
	for _, r := range rows {
		out[r.CompanyID] = append(out[r.CompanyID], r.PersonID)
	}
	return out, err
}

func remind(ctx context.Context, tx db.Tx, list []certificate.Message) error {
	notes := make([]notice.Note, len(list))
	for i, m := range list {
		notes[i] = notice.Note{Person: m.PersonID, Company: m.CompanyID, Noun: m.Noun, Object: m.ObjectID, Code: m.Code, Params: m.Params, Key: m.Key}
	}
	_, err := notice.Remind(ctx, tx, notes...)
	return err
}

func addresses(ctx context.Context, tx db.Tx, people []id.Of[id.Person]) (map[id.Of[id.Person]]notice.Address, error) {
	ids := db.Ints{}
	for _, p := range people {
		ids = append(ids, int64(p))
	}
	var rows []struct {
		ID    id.Of[id.Person]
		Name  string
		Email string
		Lang  text.Lang
	}
	err := tx.WithContext(ctx).Raw("SELECT id, name, email, lang FROM account_person WHERE id = ANY(?) AND disabled_at IS NULL", ids).Scan(&rows).Error
	out := map[id.Of[id.Person]]notice.Address{}
	for _, r := range rows {
		out[r.ID] = notice.Address{Name: r.Name, Email: r.Email, Lang: r.Lang}
	}
	return out, err
}
