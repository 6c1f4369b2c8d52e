package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/modules/training"
	"anbiao/web/webtest"
)

// plain is planted beside the numbers where nobody hides anything: a search that does not find it
// would not find a number either.
const plain = "PLAIN7Q9Z"

// TestIdentityNumbersStayHidden plants identity numbers by every way into the program and looks for them in
// everything that it has kept or said: the database, logs, Redis, files, exports and files of faults.
func TestIdentityNumbersStayHidden(t *testing.T) {
	t.Parallel()
	s := newSite(t, "LOG_LEVEL=debug")
	at, err := url.Parse(s.program.URL)
	require.NoError(t, err)
	p := &planting{site: s, outputs: map[string][]byte{}, api: webtest.Over(httputil.NewSingleHostReverseProxy(at))}
	safety := p.signIn(t, "safety")

	who := p.person(t, safety)
	p.certificate(t, safety, who)
	for _, kind := range lists {
		p.file(t, safety, kind)
	}
	p.newcomer(t)
	p.reveal(t, safety, who)
	p.junk(t, safety)
	p.exports(t, safety)

	require.NoError(t, ignoreGone(syscall.Kill(s.redisPID(t), syscall.SIGKILL)), "so that something is logged")
	p.junk(t, safety)
	require.NoError(t, s.program.Stop(), "so that everything is on the disk")
	p.lookAtFiles(t)
}

// lists are the kinds of files that hold identity numbers, with their columns and the cell that is wrong in
// one of two rows.
var lists = []struct {
	kind, number string
	rows         [2]map[string]string
}{
	{"staff-roster", "身份证号", [2]map[string]string{
		{"车间/部门": "隐私车间", "岗位": "隐私岗", "姓名": "甲" + plain, "工号": "P1" + plain},
		{"车间/部门": "隐私车间", "岗位": "隐私岗", "姓名": "乙" + plain, "工号": "P2" + plain, "手机": "不是号码"},
	}},
	{"certificates", "身份证号", [2]map[string]string{
		{"姓名": "丙" + plain, "证件类型": "特种作业操作证", "准操项目": "高压电工作业", "有效期开始": "2025-03-01", "发证机关": plain},
		{"姓名": "无此人" + plain, "证件类型": "特种作业操作证", "准操项目": "没有的项目", "有效期开始": "2025-03-01"},
	}},
	{"certificates", "证号", [2]map[string]string{
		{"姓名": "丙" + plain, "证件类型": "特种作业操作证", "准操项目": "熔化焊接与热切割作业", "有效期开始": "2025-03-01", "发证机关": plain},
		{"姓名": "丙" + plain, "证件类型": "特种作业操作证", "准操项目": "低压电工作业", "有效期开始": "不是日子", "发证机关": plain},
	}},
}

// planting is what was planted where.
type planting struct {
	*site
	api     *webtest.API
	numbers []string
	outputs map[string][]byte // exports and files of faults
}

func (p *planting) signIn(t *testing.T, login string) webtest.Client {
	t.Helper()
	got := p.api.Anonymous().Post("/api/account/sessions", map[string]string{"login": login, "password": "anbiao-demo-2026"}).OK(t, nil)
	c, err := http.ParseSetCookie(got.Header.Get("Set-Cookie"))
	require.NoError(t, err)
	return p.api.Anonymous().With("Authorization", "Bearer "+c.Value)
}

// number makes the next identity number up: right in every way.
func (p *planting) number(t *testing.T) string {
	t.Helper()
	for sign := range strings.SplitSeq("0 1 2 3 4 5 6 7 8 9 X", " ") {
		n := fmt.Sprintf("330784198706%02d123%s", len(p.numbers)+1, sign)
		if _, err := code.ParseResident(n, day.In(time.Now(), day.Shanghai)); err == nil {
			p.numbers = append(p.numbers, n)
			return n
		}
	}
	t.Fatal("no number is right")
	return ""
}

// person enters somebody by hand.
func (p *planting) person(t *testing.T, c webtest.Client) int64 {
	t.Helper()
	return c.Post("/api/staff/people", map[string]string{"name": "丙" + plain, "identity": p.number(t)}).Made(t)
}

// certificate enters one whose number repeats the identity number.
func (p *planting) certificate(t *testing.T, c webtest.Client, who int64) {
	t.Helper()
	c.Post("/api/certificate/certificates", map[string]any{
		"staffId": fmt.Sprint(who), "kind": "special_operation", "operation": "SO0102", "number": "T" + p.numbers[0], "validFrom": "2024-08-01", "issuer": plain,
	}).Made(t)
}

// newcomer registers somebody at the company's code, and has his number refused before.
func (p *planting) newcomer(t *testing.T) {
	t.Helper()
	var token string
	require.NoError(t, p.owner(t).QueryRow(t.Context(), `SELECT s.register_token FROM training_card_setting s JOIN account_membership m USING (company_id)
		JOIN account_person p ON p.id = m.person_id WHERE p.login = 'safety' AND s.register_token <> ''`).Scan(&token))
	var strokes bytes.Buffer
	ink := image.NewGray(image.Rect(0, 0, 300, 120))
	for i := range ink.Pix {
		ink.Pix[i] = byte(255 - i%2)
	}
	require.NoError(t, png.Encode(&strokes, ink))
	n := p.number(t)
	form := map[string]any{
		"token": token, "name": "戊" + plain, "phone": "13800007788", "identity": n + "0", "postName": plain, "joinedOn": day.In(time.Now(), day.Shanghai), "notice": training.NoticeVersion,
		"strokes": "data:image/png;base64," + base64.StdEncoding.EncodeToString(strokes.Bytes()),
	}
	refused := p.api.Anonymous().Post("/api/training/join/register", form)
	refused.Refused(t, http.StatusUnprocessableEntity, code.ErrResidentLength.Code)
	form["identity"] = n
	require.Empty(t, p.found(t, append(refused.Body, p.api.Anonymous().Post("/api/training/join/register", form).OK(t, nil).Body...)), "what a newcomer is answered")
}

// file uploads a list with a row that is right and one that is not, saves the first and fetches the faults.
func (p *planting) file(t *testing.T, c webtest.Client, l struct {
	kind, number string
	rows         [2]map[string]string
},
) {
	t.Helper()
	f := excelize.NewFile()
	var heads []string
	for head := range l.rows[1] {
		heads = append(heads, head)
	}
	heads = append(heads, l.number)
	for x, head := range heads {
		for y, value := range []string{head, l.rows[0][head], l.rows[1][head]} {
			if head == l.number && y > 0 {
				value = p.number(t)
			}
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			require.NoError(t, err)
			require.NoError(t, f.SetCellStr("Sheet1", cell, value))
		}
	}
	var book bytes.Buffer
	require.NoError(t, f.Write(&book))
	n := c.Upload(transfers, map[string]string{"kind": l.kind}, webtest.File{Field: "file", Name: plain + ".xlsx", Content: book.Bytes()}).Made(t)
	path := fmt.Sprintf("%s/%d", transfers, n)
	p.await(t, c, path, "ready")
	p.outputs[l.kind+" "+l.number+" faults"] = c.Get(path+"/errors").OK(t, nil).Body
	c.Post(path+"/commit", nil).OK(t, nil)
	p.await(t, c, path, "done")
}

// await waits until an import or export has come to a stage.
func (p *planting) await(t *testing.T, c webtest.Client, path, status string) {
	t.Helper()
	var now struct{ Status, FaultCode string }
	require.Eventually(t, func() bool {
		c.Get(path).OK(t, &now)
		return now.Status == status
	}, time.Minute, 100*time.Millisecond, "%s is not %s", path, status)
}

// reveal shows a number to whoever may see it, with a reason that stays.
func (p *planting) reveal(t *testing.T, safety webtest.Client, who int64) {
	t.Helper()
	path := fmt.Sprintf("/api/staff/people/%d/reveal", who)
	safety.Post(path, map[string]string{}).Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
	p.signIn(t, "worker").Post(path, map[string]string{"reason": "我想看一看"}).Refused(t, http.StatusForbidden, "rbac.forbidden")
	var shown struct{ Identity string }
	answer := safety.Post(path, map[string]string{"reason": "核对" + plain}).OK(t, &shown)
	require.Contains(t, string(answer.Body), p.numbers[0])
	var kept int
	require.NoError(t, p.owner(t).QueryRow(t.Context(), "SELECT count(*) FROM audit_entry e WHERE noun = 'staff' AND object_id = $1 AND e::text LIKE '%核对' || $2 || '%'", who, plain).Scan(&kept))
	require.Equal(t, 1, kept, "who saw it, and why")
}

// junk sends a number where it does not belong, as people do.
func (p *planting) junk(t *testing.T, c webtest.Client) {
	t.Helper()
	n := p.number(t)
	for _, path := range []string{"/api/staff/people?search=", "/api/certificate/certificates?kind=", "/api/hazard/hazards?search=", "/api/nothing/", "/"} {
		c.Get(path + n)
	}
	for path, body := range map[string]any{
		"/api/staff/people": map[string]string{"name": "丁", "identity": n + "0"}, "/api/account/sessions": map[string]string{"login": n, "password": n},
		"/api/certificate/certificates": map[string]string{"number": n},
	} {
		c.Post(path, body)
	}
}

// exports takes out what lists people and certificates.
func (p *planting) exports(t *testing.T, c webtest.Client) {
	t.Helper()
	for _, kind := range []string{"staff-people", "certificates"} {
		n := c.Post("/api/transfer/exports", map[string]any{"kind": kind}).Made(t)
		path := fmt.Sprintf("%s/%d", transfers, n)
		p.await(t, c, path, "done")
		p.outputs[kind] = c.Get(path+"/file").OK(t, nil).Body
	}
	for name, b := range p.outputs {
		require.Empty(t, p.found(t, b), name)
		require.True(t, holds(t, b, plain), "%s: not even what is plain is found", name)
	}
	p.lookAtDatabase(t)
	p.lookAtBroker(t)
}

// lookAtDatabase looks into every row of every table.
func (p *planting) lookAtDatabase(t *testing.T) {
	t.Helper()
	c := p.owner(t)
	rows, err := c.Query(t.Context(), "SELECT quote_ident(relname) FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace AND NOT relispartition OR relkind = 'r' AND relispartition")
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Greater(t, len(tables), 100)
	control := 0
	for _, table := range tables {
		q := fmt.Sprintf("SELECT count(*) FILTER (WHERE EXISTS (SELECT FROM unnest($1::text[]) n WHERE strpos(upper(r), n) > 0)), count(*) FILTER (WHERE strpos(r, $2) > 0) FROM (SELECT t::text AS r FROM %s t) x", table)
		var hidden, shown int
		require.NoError(t, c.QueryRow(t.Context(), q, p.numbers, plain).Scan(&hidden, &shown), table)
		require.Zero(t, hidden, "%s holds an identity number", table)
		control += shown
	}
	require.Positive(t, control, "not even what is plain is found in the database")
}

// lookAtBroker looks at every key of Redis, beside what the file of its commands shows later.
func (p *planting) lookAtBroker(t *testing.T) {
	t.Helper()
	conf, err := os.ReadFile(filepath.Join(p.dir, "redis", "redis.conf"))
	require.NoError(t, err)
	_, password, _ := strings.Cut(string(conf), "requirepass ")
	password, _, _ = strings.Cut(password, "\n")
	c := redis.NewClient(&redis.Options{Network: "unix", Addr: filepath.Join(p.dir, "redis", "redis.sock"), Password: password})
	defer c.Close()
	require.NoError(t, c.Set(t.Context(), "control", plain, time.Hour).Err())
	control := false
	for keys := c.Scan(t.Context(), 0, "*", 1000).Iterator(); keys.Next(t.Context()); {
		kept, err := c.Dump(context.WithoutCancel(t.Context()), keys.Val()).Bytes()
		if err == nil { // gone meanwhile, otherwise
			require.Empty(t, p.found(t, kept), keys.Val())
			control = control || bytes.Contains(kept, []byte(plain))
		}
	}
	require.True(t, control, "not even what is plain is found in Redis")
}

// lookAtFiles looks at every file that the program and its servers have written, the database's own among them.
func (p *planting) lookAtFiles(t *testing.T) {
	t.Helper()
	control := map[string]bool{}
	require.NoError(t, os.WriteFile(filepath.Join(p.dir, "files", "control.xlsx"), p.outputs["staff-people"], 0o600))
	require.NoError(t, filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || path == p.executable {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		require.Empty(t, p.found(t, b), path)
		if holds(t, b, plain) {
			below, err := filepath.Rel(p.dir, path)
			require.NoError(t, err)
			part, _, _ := strings.Cut(below, string(filepath.Separator))
			control[part] = true
		}
		return nil
	}))
	for _, part := range []string{"postgres", "redis", "files"} {
		require.True(t, control[part], "not even what is plain is found in %s", part)
	}
	log, err := os.ReadFile(filepath.Join(p.dir, "serve.log"))
	require.NoError(t, err)
	require.NotEmpty(t, log, "nothing was logged: nothing was proved")
}

// found are the planted numbers that b holds, in whatever it is packed.
func (p *planting) found(t *testing.T, b []byte) (out []string) {
	t.Helper()
	for _, n := range p.numbers {
		if holds(t, b, n) || holds(t, b, strings.ToLower(n)) {
			out = append(out, n)
		}
	}
	return out
}

// holds reports whether b holds s, also in a file of a zip archive, which a workbook is.
func holds(t *testing.T, b []byte, s string) bool {
	t.Helper()
	if bytes.Contains(b, []byte(s)) {
		return true
	}
	if !bytes.HasPrefix(b, []byte("PK")) {
		return false
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return false // two letters that happen to begin something else
	}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		part, err := io.ReadAll(r)
		require.NoError(t, err)
		if bytes.Contains(part, []byte(s)) {
			return true
		}
	}
	return false
}
