package training_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/seal"
	"anbiao/modules/staff"
	"anbiao/modules/training"
	"anbiao/rbac"
	"anbiao/testkit"
)

// doorWorld is a company with a workshop, whose code hangs on the wall.
type doorWorld struct {
	*testkit.W
	s                        *training.Service
	staff                    *staff.Service
	firm                     testkit.Firm
	safety, leader, stranger rbac.Actor
	shop, other              id.Of[id.Unit]
	token                    string
}

func doorSetup(t *testing.T) *doorWorld {
	t.Helper()
	w := &doorWorld{W: testkit.World(t)}
	w.Set(time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)) // 12:00 in Shanghai
	w.firm = w.Company(t, "330784105")
	unit := func(name, path string, n int) id.Of[id.Unit] {
		return id.Of[id.Unit](testkit.One[int64](t, w.W, `INSERT INTO staff_unit (company_id, region_path, oversight_line, kind, name, number, unit_path) VALUES ($1, $2, 0, 'workshop', $3, $4, $5) RETURNING id`,
			int64(w.firm.ID), w.firm.RegionPath, name, n, path))
	}
	w.shop, w.other = unit("冲压车间", "0001", 1), unit("装配车间", "0002", 2)
	w.safety, w.leader = w.Actor(t, w.firm, "safety"), w.Placed(t, w.Actor(t, w.firm, "leader"), w.shop)
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "safety")
	box := seal.New(testkit.Secret)
	w.staff = &staff.Service{Gate: w.Gate, Box: box}
	w.s = &training.Service{Gate: w.Gate, BaseURL: "http://anbiao.test", Cards: training.CardNeeds{
		Box:  box,
		Firm: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return "测试企业", nil },
		Hire: func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, h training.Hiring) (id.Of[id.Staff], error) {
			return w.staff.Take(ctx, tx, scope, home, staff.Entry{Name: h.Name, Phone: h.Phone, Identity: h.Identity, UnitID: h.UnitID, JoinedOn: h.JoinedOn}, h.StaffID)
		},
	}}
	_, err := w.s.KeepCardSetting(as2(t, w.safety), training.CardSettings{RegisterOpen: true, Contact: "王安全"})
	require.NoError(t, err)
	w.token = testkit.One[string](t, w.W, "SELECT register_token FROM training_card_setting WHERE company_id = $1", int64(w.firm.ID))
	return w
}

func as2(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

func ink(t *testing.T) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 300, 120))
	for i := range m.Pix {
		m.Pix[i] = byte(255 - i%2)
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

func (w *doorWorld) form(t *testing.T, change func(*training.Registering)) training.Registering {
	t.Helper()
	f := training.Registering{Token: w.token, Name: "李新", Phone: "138 0000 1111", UnitID: w.shop, PostName: "冲压工", JoinedOn: day.Of(2026, 3, 11), Notice: training.NoticeVersion, Strokes: ink(t)}
	if change != nil {
		change(&f)
	}
	return f
}

func (w *doorWorld) newest(t *testing.T) id.Of[id.Newcomer] {
	t.Helper()
	return id.Of[id.Newcomer](testkit.One[int64](t, w.W, "SELECT max(id) FROM training_newcomer"))
}

// TestNewcomer goes the whole way: register, be accepted, be taught, sign, pass, begin to work.
func TestNewcomer(t *testing.T) {
	t.Parallel()
	w := doorSetup(t)
	number := string(code.MakeResident("330784", day.Of(1990, 5, 1), 12))
	lobby, err := w.s.Lobby(t.Context(), w.token)
	require.NoError(t, err)
	require.Equal(t, []any{"测试企业", 2}, []any{lobby.Company, len(lobby.Doors)})
	link, err := w.s.Register(t.Context(), w.form(t, func(f *training.Registering) { f.Identity = number }))
	require.NoError(t, err)
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM training_newcomer n WHERE strpos(n::text, $1) > 0 OR strpos(n::text, $2) > 0", number, link), "neither number nor link is readable")
	p, err := w.s.Progress(t.Context(), link)
	require.NoError(t, err)
	require.Equal(t, []any{training.Waiting, true}, []any{p.Row.State, p.Card == nil})

	n := w.newest(t)
	_, err = w.s.AcceptNewcomer(as2(t, w.stranger), n, training.Acceptance{})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	a, err := w.s.Newcomer(as2(t, w.leader), n)
	require.NoError(t, err)
	require.NotContains(t, a.Identity, number[6:14])
	_, err = w.s.AcceptNewcomer(as2(t, w.leader), n, training.Acceptance{StartsOn: day.Of(2026, 3, 20)})
	require.NoError(t, err)
	_, err = w.s.AcceptNewcomer(as2(t, w.leader), n, training.Acceptance{})
	require.ErrorIs(t, err, training.ErrNewcomerDone)
	who := id.Of[id.Staff](testkit.One[int64](t, w.W, "SELECT staff_id FROM training_newcomer WHERE id = $1", int64(n)))

	p, err = w.s.Progress(t.Context(), link)
	require.NoError(t, err)
	card := p.Card.ID
	w.bar(t, who, true)
	_, err = w.s.SignByLink(t.Context(), link, training.CardSigning{Strokes: ink(t)})
	require.ErrorIs(t, err, training.ErrCardNothing)
	for i, level := range []string{"factory", "workshop", "team"} {
		_, err = w.s.Teach(as2(t, w.leader), card, level, training.Taught{On: day.Of(2026, 3, 8+i), Minutes: 360, Trainer: "王强"})
		require.NoError(t, err)
	}
	_, err = w.s.Teach(as2(t, w.leader), card, "team", training.Taught{On: day.Of(2026, 3, 11), Minutes: 360, Trainer: "王强"})
	require.ErrorIs(t, err, training.ErrCardDay)
	_, err = w.s.SignByLink(t.Context(), link, training.CardSigning{Strokes: ink(t)})
	require.NoError(t, err)
	_, err = w.s.SignByLink(t.Context(), link, training.CardSigning{Strokes: ink(t)})
	require.ErrorIs(t, err, training.ErrCardNothing)
	w.bar(t, who, true)
	_, err = w.s.ExamineCard(as2(t, w.safety), card, training.Examination{On: day.Of(2026, 3, 10), Score: 55})
	require.NoError(t, err)
	w.bar(t, who, true)
	_, err = w.s.ExamineCard(as2(t, w.safety), card, training.Examination{On: day.Of(2026, 3, 10), Score: 92, Passed: true})
	require.NoError(t, err)
	w.bar(t, who, false)
	require.Equal(t, []string{"factory 360 92", "team 360 92", "workshop 360 92"}, testkit.All[string](t, w.W,
		"SELECT level || ' ' || minutes || ' ' || score FROM training_record WHERE staff_id = $1 AND source = 'card' AND phase = 'initial' ORDER BY level", int64(who)))
	_, err = w.s.Teach(as2(t, w.leader), card, "team", training.Taught{On: day.Of(2026, 3, 9), Minutes: 1, Trainer: "王强"})
	require.ErrorIs(t, err, training.ErrCardClosed)
	file, err := w.s.FileOf(as2(t, w.safety), who)
	require.NoError(t, err)
	require.Equal(t, []training.FileSum{{Year: 2026, Phase: "initial", Minutes: 1080}}, file.Sums)
	for _, print := range []func() (training.CardPaper, error){
		func() (training.CardPaper, error) { return w.s.PrintCard(as2(t, w.safety), card, false) },
		func() (training.CardPaper, error) { return w.s.PrintFile(as2(t, w.safety), who) },
		func() (training.CardPaper, error) { return w.s.PrintJoin(as2(t, w.safety)) },
	} {
		paper, err := print()
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(paper.Content, []byte("%PDF")))
		require.Equal(t, 1, strings.Count(string(paper.Content), "/Type /Page\n"), paper.Name)
	}
	rate := func() (r []training.Rate) {
		require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) (err error) {
			r, err = training.RatesOf(ctx, tx, []rbac.CompanyID{w.firm.ID}, day.Of(2026, 3, 1), day.Of(2026, 3, 31))
			return err
		}))
		return r
	}
	require.Equal(t, []training.Rate{{CompanyID: w.firm.ID, Num: 1, Den: 1}}, rate())
	_, err = w.s.BeginCard(as2(t, w.safety), card, training.Beginning{StartsOn: day.Of(2026, 3, 10)})
	require.NoError(t, err)
	require.Equal(t, []training.Rate{{CompanyID: w.firm.ID, Num: 0, Den: 1}}, rate(), "work began on the day of the exam")
	_, err = w.s.VoidCard(as2(t, w.safety), card, training.Voiding{Reason: "登记有误"})
	require.NoError(t, err)
	require.Equal(t, 0, testkit.One[int](t, w.W, "SELECT sum(minutes)::int FROM training_record WHERE staff_id = $1", int64(who)))
}

// bar asks in a transaction that only reads, as the page does before somebody is put on a post.
func (w *doorWorld) bar(t *testing.T, who id.Of[id.Staff], want bool) {
	t.Helper()
	require.NoError(t, w.Gate.Read(as2(t, w.safety), training.ActionCards, func(tx db.Tx, _ rbac.Scope) error {
		ctx := t.Context()
		b, err := training.CardBar(ctx, tx, w.firm.ID, who)
		require.Equal(t, want, b != nil)
		return err
	}))
}

func TestRegisteringTwice(t *testing.T) {
	t.Parallel()
	w := doorSetup(t)
	first, err := w.s.Register(t.Context(), w.form(t, nil))
	require.NoError(t, err)
	second, err := w.s.Register(t.Context(), w.form(t, func(f *training.Registering) { f.PostName = "装配工" }))
	require.NoError(t, err)
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM training_newcomer"))
	_, err = w.s.Progress(t.Context(), first)
	require.ErrorIs(t, err, training.ErrJoinLink, "the newest link counts")
	_, err = w.s.Progress(t.Context(), second)
	require.NoError(t, err)
	_, err = w.s.Register(t.Context(), w.form(t, func(f *training.Registering) { f.Name = "张三" }))
	require.ErrorIs(t, err, training.ErrJoinOther)
	_, err = w.s.AcceptNewcomer(as2(t, w.safety), w.newest(t), training.Acceptance{})
	require.NoError(t, err)
	_, err = w.s.Register(t.Context(), w.form(t, nil))
	require.ErrorIs(t, err, training.ErrJoinTaken, "name and phone alone do not open the link of somebody accepted")
	_, err = w.s.Progress(t.Context(), second)
	require.NoError(t, err)
}

func TestBadRegistrations(t *testing.T) {
	t.Parallel()
	w := doorSetup(t)
	for _, c := range []struct {
		name   string
		change func(*training.Registering)
		want   error
	}{
		{"code", func(f *training.Registering) { f.Token = "nobody-made-this" }, training.ErrJoinCode},
		{"name", func(f *training.Registering) { f.Name = "  " }, training.ErrJoinName},
		{"phone", func(f *training.Registering) { f.Phone = "87364008" }, code.ErrMobile},
		{"check digit", func(f *training.Registering) { f.Identity = "110105194912310021" }, code.ErrResidentCheck},
		{"no such day", func(f *training.Registering) { f.Identity = "11010519490231002X" }, code.ErrResidentCheck},
		{"fifteen digits", func(f *training.Registering) { f.Identity = "110105491231002" }, code.ErrResidentOld},
		{"day", func(f *training.Registering) { f.JoinedOn = day.Of(2027, 3, 1) }, training.ErrJoinDay},
		{"notice", func(f *training.Registering) { f.Notice = "1999.1" }, training.ErrJoinNotice},
		{"unit", func(f *training.Registering) { f.UnitID = 999999 }, training.ErrJoinUnit},
		{"no picture", func(f *training.Registering) { f.Strokes = "data:image/png;base64,AAAAAAAAAAAAAAAAAAAA" }, training.ErrCardStrokes},
		{"not base64", func(f *training.Registering) { f.Strokes = "!!!!!!!!!!!!!!!!!!!!!!!!" }, training.ErrCardStrokes},
		{"photo", func(f *training.Registering) { f.Photo = "data:image/jpeg;base64,AAAA" }, training.ErrJoinPhoto},
	} {
		_, err := w.s.Register(t.Context(), w.form(t, c.change))
		require.ErrorIs(t, err, c.want, c.name)
	}
	_, err := w.s.RenewJoinToken(as2(t, w.safety))
	require.NoError(t, err)
	_, err = w.s.Lobby(t.Context(), w.token)
	require.ErrorIs(t, err, training.ErrJoinCode, "a renewed code makes the old one worthless")
}

// TestNewcomersOfOnesUnit holds that a leader sees and decides those of his own part.
func TestNewcomersOfOnesUnit(t *testing.T) {
	t.Parallel()
	w := doorSetup(t)
	_, err := w.s.Register(t.Context(), w.form(t, func(f *training.Registering) { f.UnitID = w.other }))
	require.NoError(t, err)
	rows, _, err := w.s.Newcomers(as2(t, w.leader), training.NewcomerFilter{Query: page.Query{Limit: 10}})
	require.NoError(t, err)
	require.Empty(t, rows)
	_, err = w.s.AcceptNewcomer(as2(t, w.leader), w.newest(t), training.Acceptance{UnitID: w.shop})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.RefuseNewcomer(as2(t, w.safety), w.newest(t), training.Voiding{Reason: "未录用"})
	require.NoError(t, err)
	require.NoError(t, w.Gate.Runner(t.Context(), "test", func(context.Context, db.Tx) error { return nil }))
}

// TestCardsFollowPeople opens cards when people move between units or come back after long.
func TestCardsFollowPeople(t *testing.T) {
	t.Parallel()
	w := doorSetup(t)
	person := func(name string, left any) id.Of[id.Staff] {
		return id.Of[id.Staff](testkit.One[int64](t, w.W, `INSERT INTO staff_person (company_id, region_path, oversight_line, name, employee_no, phone, identity_sealed, identity_index, joined_on, left_on, created_at)
			VALUES ($1, $2, 0, $3, '', '', '', '', '2020-01-01', $4, now()) RETURNING id`, int64(w.firm.ID), w.firm.RegionPath, name, left))
	}
	home := rbac.Home{CompanyID: w.firm.ID, RegionPath: w.firm.RegionPath}
	run := func(fn func(ctx context.Context, tx db.Tx, scope rbac.Scope) error) {
		require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, scope rbac.Scope) error { return fn(t.Context(), tx, scope) }))
	}
	cards := func(who id.Of[id.Staff]) []string {
		return testkit.All[string](t, w.W, "SELECT occasion FROM training_card WHERE staff_id = $1", int64(who))
	}
	long, short := person("久离", "2025-03-09"), person("短离", "2025-06-01")
	for _, who := range []id.Of[id.Staff]{long, short} {
		run(func(ctx context.Context, tx db.Tx, scope rbac.Scope) error {
			return w.s.CardOnReturning(ctx, tx, scope, home, who, day.Of(2026, 3, 10))
		})
	}
	require.Equal(t, []string{"return"}, cards(long))
	require.Empty(t, cards(short))

	fresh := person("新入", nil)
	join := func(ctx context.Context, tx db.Tx, scope rbac.Scope) error {
		return w.s.CardOnJoining(ctx, tx, scope, home, fresh)
	}
	run(join)
	require.Empty(t, cards(fresh), "only where the company wants it")
	_, err := w.s.KeepCardSetting(as2(t, w.safety), training.CardSettings{AutoOpen: true, RegisterOpen: true})
	require.NoError(t, err)
	run(join)
	run(join)
	require.Equal(t, []string{"new"}, cards(fresh))

	mover := person("转岗", nil)
	for i, unit := range []id.Of[id.Unit]{w.shop, w.other} {
		w.Exec(t, `WITH o AS (INSERT INTO staff_post (company_id, region_path, oversight_line, unit_id, name, types) VALUES ($1, $2, 0, $3, 'x', '{}') RETURNING id)
			INSERT INTO staff_assignment (company_id, region_path, oversight_line, staff_id, post_id, main, from_on, until_on) SELECT $1, $2, 0, $4, o.id, true, '2026-01-01', CASE WHEN $5 = 0 THEN DATE '2026-03-09' END FROM o`,
			int64(w.firm.ID), w.firm.RegionPath, int64(unit), int64(mover), i)
	}
	run(func(ctx context.Context, tx db.Tx, scope rbac.Scope) error {
		return w.s.CardOnMoving(ctx, tx, scope, home, mover, day.Of(2026, 3, 10))
	})
	require.Equal(t, []string{"transfer"}, cards(mover))
}
