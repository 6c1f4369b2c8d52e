package letter_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/letter"
	"anbiao/modules/notice"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
)

// noon is 12:00 in Shanghai.
var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

// world is one company: offices, a welding shop with two teams (the second has no leader) and
// an assembly shop, with another company and regulators around it.
type world struct {
	*testkit.W
	s                                                  *letter.Service
	files                                              *attachment.Service
	firm                                               testkit.Firm
	head, safety, director, leader, worker, mate, lone rbac.Actor // mate: in the leader's team; lone: in the team without one
	fitter                                             rbac.Actor // in the other workshop, which has no director
	stranger, county, elsewhere, agent                 rbac.Actor
	weld, first, second, fitting                       id.Of[id.Unit]
	posts                                              map[string]id.Of[id.Post]
	bare                                               map[id.Of[id.Post]]bool // posts without duties
	told                                               []letter.Note
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), posts: map[string]id.Of[id.Post]{}, bare: map[id.Of[id.Post]]bool{}}
	w.Set(noon)
	files, err := blob.Open(t.Context(), "file://"+t.TempDir())
	require.NoError(t, err)
	w.files = &attachment.Service{Gate: w.Gate, Blobs: files}
	w.s = &letter.Service{
		Gate: w.Gate, Blobs: files, Tree: staff.TreeOn, Duties: w.duties, Claim: w.files.Claim, Files: w.known, Withdraw: notice.Withdraw,
		Firm: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return "测试企业", nil },
		Tell: func(_ context.Context, _ db.Tx, notes []letter.Note) error {
			w.told = append(w.told, notes...)
			return nil
		},
	}
	w.firm = w.Company(t, "330784105")
	office := w.unit(t, 0, "department", "厂部", 1)
	w.weld = w.unit(t, 0, "workshop", "焊接车间", 2)
	w.first, w.second = w.unit(t, w.weld, "team", "一班", 3), w.unit(t, w.weld, "team", "二班", 4)
	w.fitting = w.unit(t, 0, "workshop", "装配车间", 5)
	w.head = w.hired(t, "principal", office, "总经理", "principal")
	w.safety = w.hired(t, "safety", office, "安全总监", "safety_director")
	w.director = w.hired(t, "director", w.weld, "车间主任", "workshop_director")
	w.leader = w.hired(t, "leader", w.first, "班组长", "team_leader")
	w.worker = w.hired(t, "worker", w.first, "焊工", "welder")
	w.mate = w.hired(t, "worker", w.first, "焊工", "welder")
	w.lone = w.hired(t, "worker", w.second, "焊工乙", "welder")
	w.fitter = w.hired(t, "worker", w.fitting, "装配工", "general_employee")
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "safety")
	w.county, w.elsewhere = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	w.agent = w.Member(t, rbac.Service, "consultant")
	w.agent.CompanyID, w.agent.RegionPath = w.firm.ID, w.firm.RegionPath
	w.Exec(t, "INSERT INTO account_engagement (company_id, organisation_id, from_on) VALUES ($1, $2, '2020-01-01')", int64(w.firm.ID), int64(w.agent.OrganisationID))
	return w
}

func (w *world) unit(t *testing.T, parent id.Of[id.Unit], kind, name string, number int) id.Of[id.Unit] {
	t.Helper()
	path := fmt.Sprintf("%04d", number)
	var above *int64
	if parent != 0 {
		n := int64(parent)
		above = &n
		path = testkit.One[string](t, w.W, "SELECT unit_path FROM staff_unit WHERE id = $1", n) + path
	}
	return id.Of[id.Unit](testkit.One[int64](t, w.W, `INSERT INTO staff_unit (company_id, region_path, oversight_line, parent_id, kind, name, number, unit_path)
		VALUES ($1, $2, 0, $3, $4, $5, $6, $7) RETURNING id`, int64(w.firm.ID), w.firm.RegionPath, above, kind, name, number, path))
}

// hired makes a member of a unit on a post, which is made where there is none.
func (w *world) hired(t *testing.T, role string, unit id.Of[id.Unit], post string, types ...string) rbac.Actor {
	t.Helper()
	a := w.Placed(t, w.Actor(t, w.firm, role), unit)
	if w.posts[post] == 0 {
		w.posts[post] = id.Of[id.Post](testkit.One[int64](t, w.W, `INSERT INTO staff_post (company_id, region_path, oversight_line, unit_id, name, types)
			VALUES ($1, $2, 0, $3, $4, $5) RETURNING id`, int64(w.firm.ID), w.firm.RegionPath, int64(unit), post, types))
	}
	w.assign(t, a, post)
	return a
}

func (w *world) assign(t *testing.T, a rbac.Actor, post string) {
	t.Helper()
	w.Exec(t, "DELETE FROM staff_assignment WHERE staff_id = $1", int64(a.StaffID))
	if post != "" {
		w.Exec(t, `INSERT INTO staff_assignment (company_id, region_path, oversight_line, staff_id, post_id, main, from_on) VALUES ($1, $2, 0, $3, $4, true, '2020-01-01')`,
			int64(w.firm.ID), w.firm.RegionPath, int64(a.StaffID), int64(w.posts[post]))
	}
}

func (w *world) duties(_ context.Context, _ db.Tx, _ rbac.CompanyID, posts []id.Of[id.Post], _ day.Date) (map[id.Of[id.Post]][]letter.Duty, int, error) {
	out := map[id.Of[id.Post]][]letter.Duty{}
	for _, p := range posts {
		if !w.bare[p] {
			out[p] = []letter.Duty{
				{Text: "上岗前检查设备", Basis: "《安全生产法》第五十七条", Frequency: "per_shift", Kind: "direct", Score: 6000}, {Text: "报告隐患", Frequency: "event", Kind: "direct", Score: 3950},
			}
		}
	}
	return out, 3, nil
}

func (*world) known(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]letter.File, error) {
	found, err := attachment.Known(ctx, tx, c, ids)
	out := map[id.Of[id.Attachment]]letter.File{}
	for _, f := range found {
		out[f.ID] = letter.File{SHA256: f.SHA256, Key: f.OriginalKey, Display: f.DisplayKey}
	}
	return out, err
}

func as(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

// drain does every job there is, each twice: the second time finds it done.
func (w *world) drain(t *testing.T) {
	t.Helper()
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	for {
		tasks := testkit.All[string](t, w.W, "SELECT task_id || ' ' || kind || ' ' || payload FROM job_outbox WHERE done_at IS NULL AND kind LIKE 'letter.%' ORDER BY id")
		if len(tasks) == 0 {
			return
		}
		for _, task := range tasks {
			part := strings.SplitN(task, " ", 3)
			for range 2 {
				require.NoError(t, worker.Do(t.Context(), part[0], part[1], []byte(part[2])))
			}
		}
	}
}

// drawn uploads a signature of a.
func (w *world) drawn(t *testing.T, a rbac.Actor) id.Of[id.Attachment] {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 300, 120))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for x := range 250 {
		m.SetGray(x+20, 40+(x*int(a.StaffID)*7)%50, color.Gray{})
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, m))
	n, err := w.files.Upload(as(t, a), attachment.Upload{ClientID: uuid.New(), Name: "签名.png", Content: b.Bytes()})
	require.NoError(t, err)
	return n
}

// sent makes and sends the round of 2026.
func (w *world) sent(t *testing.T) id.Of[letter.Round] {
	t.Helper()
	n, err := w.s.Make(as(t, w.safety), letter.Order{Year: 2026})
	require.NoError(t, err)
	_, err = w.s.Send(as(t, w.head), n, letter.Sending{})
	require.NoError(t, err)
	return n
}

// of is the letter in force of a.
func (w *world) of(t *testing.T, a rbac.Actor) letter.Opened {
	t.Helper()
	n := testkit.One[int64](t, w.W, "SELECT id FROM letter WHERE staff_id = $1 AND state <> 'superseded'", int64(a.StaffID))
	o, err := w.s.Open(as(t, w.safety), id.Of[id.Letter](n))
	require.NoError(t, err)
	return o
}

// sign lets a sign the letters of others or his own, as he reads them.
func (w *world) sign(t *testing.T, a rbac.Actor, of ...rbac.Actor) error {
	t.Helper()
	var in letter.Signing
	for _, o := range of {
		l := w.of(t, o).Letter
		in.Letters = append(in.Letters, letter.Read{ID: l.ID, TextHash: fmt.Sprintf("%x", l.TextHash)})
	}
	in.AttachmentID = w.drawn(t, a)
	_, err := w.s.Sign(as(t, a), in)
	return err
}

// figures are people, letters, waiting and signed of the round as a sees them.
func (w *world) figures(t *testing.T, a rbac.Actor) []int {
	t.Helper()
	rows, _, err := w.s.Rounds(as(t, a), letter.RoundFilter{Query: limit})
	require.NoError(t, err)
	if len(rows) == 0 {
		return nil
	}
	return []int{rows[0].People, rows[0].Letters, rows[0].Sent, rows[0].Signed}
}
