package city

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/photo"
	"anbiao/modules/attachment"
	"anbiao/modules/letter"
	"anbiao/modules/responsibility"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// latelyDays is how long ago those letters were sent that still wait for a signature.
const latelyDays = 9

// unsignedLogins are the demo accounts whose own letter of this year still waits for them.
var unsignedLogins = []string{"worker", "leader", "director"}

// pledge gives the worked company last year's letters, all signed, and this year's: four of
// five signed on the phone or on paper, some waiting for the superior, one ended by a move.
func (b *builder) pledge() error {
	f := b.index["safety"]
	p := &pledges{b: b, f: f, home: rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}, workers: map[id.Of[id.Staff]]*worker{}}
	for _, w := range f.staff {
		p.workers[w.ID] = w
	}
	p.s = &letter.Service{Blobs: b.deps.Files, Tree: staff.TreeOn, Firm: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return f.Name, nil }}
	p.s.Duties = p.heldBy
	if err := p.draw(); err != nil {
		return err
	}
	year := b.today.Year()
	everybody := func(id.Of[id.Staff]) bool { return true }
	if err := p.year(year-1, day.Of(year-1, time.January, 8), everybody, 0); err != nil {
		return err
	}
	return p.current(year)
}

// current is this year's round.
func (p *pledges) current(year int) error {
	began := day.Of(year, time.January, 8)
	if latest := p.b.today.AddDays(-25); began.After(latest) {
		began = latest
	}
	mover, late := p.mover(), p.late()
	p.s.Tree = p.elsewhere(mover)
	if err := p.year(year, began, func(n id.Of[id.Staff]) bool { return !slices.Contains(late, n) }, 3); err != nil {
		return err
	}
	p.s.Tree = staff.TreeOn
	q := "UPDATE letter SET state = 'superseded', superseded_on = ?, superseded_why = 'moved', remind_on = NULL WHERE company_id = ? AND staff_id = ? AND state = 'signed' AND sent_on = ?"
	if err := p.b.tx.WithContext(p.b.ctx).Exec(q, p.b.today.AddDays(-18), int64(p.f.CompanyID), int64(mover), began).Error; err != nil {
		return err
	}
	if err := p.year(year, p.b.today.AddDays(-18), func(n id.Of[id.Staff]) bool { return n == mover }, 0); err != nil {
		return err
	}
	q = `UPDATE letter l SET state = 'superseded', superseded_on = s.left_on, superseded_why = 'left', remind_on = NULL FROM staff_person s
		WHERE l.company_id = ? AND s.company_id = l.company_id AND s.id = l.staff_id AND s.left_on IS NOT NULL AND l.sent_on = ?`
	if err := p.b.tx.WithContext(p.b.ctx).Exec(q, int64(p.f.CompanyID), began).Error; err != nil {
		return err
	}
	past := p.at(p.b.today.AddDays(-latelyDays))
	if err := p.s.Issue(p.b.ctx, past, p.b.scope, p.home, year, func(n id.Of[id.Staff]) bool { return slices.Contains(late, n) }); err != nil {
		return err
	}
	if err := p.half(late); err != nil {
		return err
	}
	return letter.Recount(p.b.ctx, p.b.tx, p.f.CompanyID)
}

// pledges are the letters of the worked company in the making.
type pledges struct {
	b       *builder
	f       *firm
	s       *letter.Service
	home    rbac.Home
	workers map[id.Of[id.Staff]]*worker
	strokes []picture
	paper   string // key of the picture that all scanned pages share
	files   map[id.Of[id.Staff]]*attachment.File
}

func (p *pledges) at(d day.Date) db.Tx {
	past := p.b.tx
	past.Now = at(d, 9, 30)
	return past
}

// heldBy is what posts answer for, as the letters list it.
func (p *pledges) heldBy(ctx context.Context, tx db.Tx, c rbac.CompanyID, posts []id.Of[id.Post], on day.Date) (map[id.Of[id.Post]][]letter.Duty, int, error) {
	if first := p.b.today.AddDays(1 - firstListDays); on.Before(first) { // last year's letters said what the first list did
		on = first
	}
	cells, err := responsibility.Held(ctx, tx, c, posts, on)
	out := map[id.Of[id.Post]][]letter.Duty{}
	for _, d := range cells {
		if d.Raci != "C" && d.Raci != "I" {
			out[d.PostID] = append(out[d.PostID], letter.Duty{Text: d.Text, Basis: d.Basis, Frequency: d.Frequency, Kind: d.Kind, Score: d.Score})
		}
	}
	if err != nil {
		return nil, 0, err
	}
	version, err := responsibility.Version(ctx, tx, c)
	if on.Before(p.b.today.AddDays(-secondListDays)) {
		version = 1
	}
	return out, version, err
}

// mover is somebody who packed until lately and assembles now.
func (p *pledges) mover() id.Of[id.Staff] {
	i := slices.IndexFunc(p.f.staff, func(w *worker) bool { return w.post == "装配工" && w.LeftOn.IsZero() })
	return p.f.staff[i].ID
}

// elsewhere is the tree in which the mover still held his former post.
func (p *pledges) elsewhere(mover id.Of[id.Staff]) letter.Tree {
	return func(ctx context.Context, tx db.Tx, c rbac.CompanyID, on day.Date) (org.Tree, error) {
		t, err := staff.TreeOn(ctx, tx, c, on)
		packs := slices.IndexFunc(t.Posts, func(o org.Post) bool { return o.Name == "包装工" })
		place := slices.IndexFunc(t.Units, func(u org.Unit) bool { return u.Name == "包装班" })
		for i := range t.Holders {
			if t.Holders[i].StaffID == mover && packs >= 0 && place >= 0 {
				t.Holders[i].PostID, t.Holders[i].UnitID = t.Posts[packs].ID, t.Units[place].ID
			}
		}
		return t, err
	}
}

// late are the people whose letters of this year went out lately: every sixth, those of the
// leader's team, and the demo accounts that have something to sign.
func (p *pledges) late() (out []id.Of[id.Staff]) {
	leader := p.b.named("leader")
	mover := p.mover()
	for i, w := range p.f.staff {
		mate := w.unit == leader.unit && w.post == "焊工"
		account := w.PersonID != nil && slices.ContainsFunc(unsignedLogins, func(l string) bool { return p.b.login[l] == *w.PersonID })
		if w.LeftOn.IsZero() && w.ID != mover && (i%7 == 6 || mate || account) {
			out = append(out, w.ID)
		}
	}
	return out
}

// year issues letters and has them signed by both sides: each so-many-th on paper, none for 0.
func (p *pledges) year(year int, began day.Date, whom func(id.Of[id.Staff]) bool, paper int) error {
	if err := p.s.Issue(p.b.ctx, p.at(began), p.b.scope, p.home, year, whom); err != nil {
		return err
	}
	var letters []letter.Letter
	q := "SELECT * FROM letter WHERE company_id = ? AND sent_on = ? AND state = 'sent' ORDER BY id"
	if err := p.b.tx.WithContext(p.b.ctx).Raw(q, int64(p.f.CompanyID), began).Scan(&letters).Error; err != nil {
		return err
	}
	var filed, signed []letter.Letter
	for i, l := range letters {
		if paper > 0 && i%paper == 1 {
			filed = append(filed, l)
		} else {
			signed = append(signed, l)
		}
	}
	if err := p.onPaper(filed, began.AddDays(6)); err != nil {
		return err
	}
	if err := p.sign(signed, letter.Subordinate, 1, 5); err != nil {
		return err
	}
	if err := p.sign(signed, letter.Superior, 6, 3); err != nil {
		return err
	}
	return letter.Recount(p.b.ctx, p.b.tx, p.f.CompanyID)
}

// half lets two of three of those asked lately sign, so that their letters wait for the
// superior; the demo accounts' wait for them, the leader's for his director.
func (p *pledges) half(late []id.Of[id.Staff]) error {
	var letters []letter.Letter
	q := "SELECT * FROM letter WHERE company_id = ? AND staff_id = ANY(?) AND state = 'sent' ORDER BY id"
	ids := make(db.Ints, len(late))
	for i, n := range late {
		ids[i] = int64(n)
	}
	if err := p.b.tx.WithContext(p.b.ctx).Raw(q, int64(p.f.CompanyID), ids).Scan(&letters).Error; err != nil {
		return err
	}
	leader := p.b.named("leader").ID
	letters = slices.DeleteFunc(letters, func(l letter.Letter) bool {
		w := p.workers[l.StaffID]
		waits := w.PersonID != nil && (p.b.login["worker"] == *w.PersonID || p.b.login["director"] == *w.PersonID)
		return waits || (l.StaffID != leader && int64(l.ID)%3 == 0 && w.unit != p.workers[leader].unit)
	})
	return p.sign(letters, letter.Subordinate, 1, latelyDays-2)
}

// sign has one side of letters sign, some days after sending, spread over others.
func (p *pledges) sign(letters []letter.Letter, side letter.Side, after, spread int) error {
	if len(letters) == 0 {
		return nil
	}
	rows := make([]letter.Signature, len(letters))
	ids, at := make(db.Ints, len(letters)), make(db.Texts, len(letters))
	for i, l := range letters {
		who := l.StaffID
		if side == letter.Superior {
			who = *l.SuperiorID
		}
		w := p.workers[who]
		file, err := p.file(w, l.SentOn)
		if err != nil {
			return err
		}
		when := l.SentAt.Add(time.Duration(after*24+(i%spread)*24)*time.Hour + time.Duration(i%47)*7*time.Minute)
		rows[i] = letter.Signature{
			CompanyID: l.CompanyID, RegionPath: l.RegionPath, OversightLine: l.OversightLine, LetterID: l.ID, Side: side, StaffID: who, PersonID: p.person(w),
			Name: w.Name, AttachmentID: file.ID, ImageHash: file.SHA256, TextHash: l.TextHash, At: when,
		}
		rows[i].Hash = rows[i].Seal()
		ids[i], at[i] = int64(l.ID), when.UTC().Format(time.RFC3339Nano)
	}
	if err := fill(p.b.ctx, p.b.tx, rows); err != nil {
		return err
	}
	q := `UPDATE letter l SET %[1]s = x.at, state = CASE WHEN l.%[2]s IS NULL THEN 'sent' ELSE 'signed' END,
			signed_on = CASE WHEN l.%[2]s IS NULL THEN NULL ELSE (x.at AT TIME ZONE 'Asia/Shanghai')::date END,
			remind_on = CASE WHEN l.%[2]s IS NULL THEN l.remind_on END
		FROM unnest(?::bigint[], (?::text[])::timestamptz[]) AS x (id, at) WHERE l.company_id = ? AND l.id = x.id`
	this, other := "staff_signed_at", "superior_signed_at"
	if side == letter.Superior {
		this, other = other, this
	}
	return p.b.tx.WithContext(p.b.ctx).Exec(fmt.Sprintf(q, this, other), ids, at, int64(p.f.CompanyID)).Error
}

// person is the login of a worker; most of the city's have none, and signed at the terminal of
// the workshop as themselves.
func (p *pledges) person(w *worker) id.Of[id.Person] {
	if w.PersonID != nil {
		return *w.PersonID
	}
	return p.b.login["safety"]
}

// file is the uploaded signature of a worker.
func (p *pledges) file(w *worker, on day.Date) (*attachment.File, error) {
	if f := p.files[w.ID]; f != nil {
		return f, nil
	}
	pic := p.strokes[int(w.ID)%len(p.strokes)]
	when := at(on, 8, 10)
	f := &attachment.File{
		CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, ClientID: p.b.snaps.uuid(), Name: "signature.png", MediaType: "image/png",
		Bytes: pic.bytes, SHA256: pic.sum, Width: &pic.width, Height: &pic.height, UploadedAt: when, UploadedBy: some(int64(w.ID)), UploadedName: w.Name,
		UploadedPerson: int64(p.person(w)), OriginalKey: pic.stem + ".original", DisplayKey: pic.stem + ".display", ThumbKey: pic.stem + ".thumb",
		BoundNoun: some(letter.Noun), BoundID: some(int64(1)), BoundAt: some(when),
	}
	p.files[w.ID] = f
	return f, fillRefs(p.b.ctx, p.b.tx, []*attachment.File{f})
}

// onPaper files letters from one scan of the signed bundle, of which one page was not read.
func (p *pledges) onPaper(letters []letter.Letter, on day.Date) error {
	if len(letters) == 0 {
		return nil
	}
	by := p.b.named("safety")
	scans := []letter.Scan{{
		CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, RoundID: letters[0].RoundID,
		Files: db.JSON[[]letter.Source]{V: []letter.Source{{Name: "责任书扫描件.pdf", Key: p.paper, Type: "application/pdf"}}}, SignedOn: on, State: "done",
		Pages: 2*len(letters) + 1, Filed: len(letters), PersonID: *by.PersonID, UploadedName: by.Name, UploadedAt: at(on.AddDays(2), 16, 5),
	}}
	if err := fill(p.b.ctx, p.b.tx, scans); err != nil {
		return err
	}
	var pages []letter.Page
	page := func(l *letter.Letter, n int) letter.Page {
		one := letter.Page{
			CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, ScanID: scans[0].ID, N: len(pages) + 1, BlobKey: p.paper, Problem: "no-code",
		}
		if l != nil {
			one.LetterID, one.Page, one.OfPages, one.Problem = some(l.ID), some(n), some(2), ""
		}
		return one
	}
	ids := make(db.Ints, len(letters))
	for i := range letters {
		ids[i] = int64(letters[i].ID)
		pages = append(pages, page(&letters[i], 1))
		pages = append(pages, page(&letters[i], 2))
	}
	pages = append(pages, page(nil, 0))
	if err := fill(p.b.ctx, p.b.tx, pages); err != nil {
		return err
	}
	q := "UPDATE letter SET state = 'signed', on_paper = true, signed_on = ?, remind_on = NULL WHERE company_id = ? AND id = ANY(?)"
	return p.b.tx.WithContext(p.b.ctx).Exec(q, on, int64(p.f.CompanyID), ids).Error
}

// draw makes the pictures: a dozen signatures, and a scanned page.
func (p *pledges) draw() error {
	p.files = map[id.Of[id.Staff]]*attachment.File{}
	for n := range 12 {
		var b bytes.Buffer
		if err := png.Encode(&b, squiggle(n)); err != nil {
			return err
		}
		pic, err := photo.Process(p.b.ctx, b.Bytes())
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b.Bytes())
		one := picture{stem: fmt.Sprintf("demo/signature-%02d", n), bytes: b.Len(), sum: sum[:], width: pic.Width, height: pic.Height}
		for part, content := range map[string][]byte{"original": b.Bytes(), "display": pic.Display, "thumb": pic.Thumb} {
			if err := putBytes(p.b.ctx, p.b.deps.Files, one.stem+"."+part, content); err != nil {
				return err
			}
		}
		p.strokes, p.b.strokes = append(p.strokes, one), append(p.b.strokes, one)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, sheetOfPaper(), &jpeg.Options{Quality: 60}); err != nil {
		return err
	}
	p.paper = "demo/letter-page.jpg"
	return putBytes(p.b.ctx, p.b.deps.Files, p.paper, b.Bytes())
}

// squiggle is the n-th signature: two strokes of a pen.
func squiggle(n int) image.Image {
	m := image.NewGray(image.Rect(0, 0, 480, 180))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	for stroke := range 2 {
		y, rise := 60+stroke*50, 1
		for x := 40 + 25*stroke; x < 420-30*(n%4); x++ {
			if (x*(n+3)/7)%23 == 0 {
				rise = -rise
			}
			if y += rise * (1 + (x*(n+1))%3); y < 20 || y > 150 {
				y, rise = min(max(y, 20), 150), -rise
			}
			draw.Draw(m, image.Rect(x, y, x+4, y+5), image.Black, image.Point{}, draw.Src)
		}
	}
	return m
}

// sheetOfPaper is a scanned page: lines of writing and two signatures.
func sheetOfPaper() image.Image {
	m := image.NewGray(image.Rect(0, 0, 1000, 1414))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.Gray{Y: 246}), image.Point{}, draw.Src)
	for y := 150; y < 1050; y += 34 {
		for x := 90; x < 900-(y*37)%300; x += 22 {
			draw.Draw(m, image.Rect(x, y, x+15, y+14+(x+y)%4), image.NewUniform(color.Gray{Y: 70}), image.Point{}, draw.Src)
		}
	}
	for i := range 2 {
		draw.Draw(m, image.Rect(90+i*430, 1120, 520+i*380, 1300), squiggle(i+3), image.Point{}, draw.Src)
	}
	return m
}
