package city

import (
	"context"
	"fmt"
	"image"
	"io"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/blob"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/photo"
	"anbiao/modules/proof"
)

// proven is how many of the worked company's newest photos carry a watermark.
const proven = 40

// prove gives photos of the worked company their proofs, and some companies signals in every state.
func (b *builder) prove() error {
	if err := b.tally(); err != nil {
		return err
	}
	if err := b.watermark(b.index["safety"]); err != nil {
		return err
	}
	return b.signal()
}

// shown is a photo and where it was taken.
type shown struct {
	ID            id.Of[id.Attachment]
	ClientID      uuid.UUID
	SHA256        []byte
	TakenAt       time.Time
	UploadedAt    time.Time
	UploadedBy    *int64
	UploadedName  string
	DisplayKey    string
	ThumbKey      string
	PointID       int64
	PointName     string
	Place         string
	LongitudeE6   *int32
	LatitudeE6    *int32
	TaskID        int64
	RegionPath    string
	OversightLine int16
}

// watermark proves the newest photos of a firm's checks, each with a display copy of its own.
func (b *builder) watermark(f *firm) error {
	var photos []shown
	err := b.tx.WithContext(b.ctx).Raw(`SELECT a.id, a.client_id, a.sha256, a.taken_at, a.uploaded_at, a.uploaded_by, a.uploaded_name, a.display_key, a.thumb_key, a.region_path,
			a.oversight_line, c.point_id, p.name AS point_name, p.place, c.longitude_e6, c.latitude_e6, coalesce(c.task_id, 0) AS task_id
		FROM attachment a JOIN inspection_check c ON c.company_id = a.company_id AND c.id = a.bound_id JOIN checklist_point p ON p.company_id = c.company_id AND p.id = c.point_id
		WHERE a.company_id = ? AND a.bound_noun = 'inspection_check' AND a.taken_at IS NOT NULL ORDER BY a.uploaded_at DESC, a.id LIMIT ?`, int64(f.CompanyID), proven).Scan(&photos).Error
	if err != nil {
		return err
	}
	s := &proof.Service{Ring: proof.NewRing(b.deps.Box.DeriveEach(proof.Purpose)), BaseURL: b.deps.BaseURL}
	d := newDice(seed, streamChecks+200)
	var rows []*proof.Proof
	for n, p := range photos {
		row, err := b.exhibit(s, d, f, p, fmt.Sprintf("demo/proof-%02d.display", n))
		if err != nil {
			return err
		}
		rows = append(rows, &row)
	}
	return fillRefs(b.ctx, b.tx, rows)
}

// exhibit draws one photo's watermark and signs its proof. One phone in eight has a clock that is off.
func (b *builder) exhibit(s *proof.Service, d dice, f *firm, p shown, key string) (proof.Proof, error) {
	clock := int64(d.between(-1500, 1500))
	if d.of(12) {
		clock = int64(d.between(150, 400)) * 1000
	}
	shot := &proof.Shot{
		TakenAt: p.TakenAt.Add(-time.Duration(clock) * time.Millisecond), PointID: id.Of[id.Point](p.PointID), TaskID: id.Of[id.Task](p.TaskID), ClockMS: &clock,
		DeviceNow: p.UploadedAt.Add(-time.Duration(clock)*time.Millisecond - time.Second),
	}
	if p.LongitudeE6 != nil {
		shot.Longitude, shot.Latitude, shot.Accuracy = some(float64(*p.LongitudeE6)/1e6), some(float64(*p.LatitudeE6)/1e6), some(float64(d.between(5, 40)))
	}
	draft := s.Begin(proof.Proof{
		CompanyID: f.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, Code: s.Ring.CodeOf(f.CompanyID, p.ClientID, p.SHA256), CompanyName: f.Name,
		SHA256: p.SHA256, ServerAt: p.UploadedAt, StaffID: p.UploadedBy, PersonName: p.UploadedName, PointName: p.PointName, Place: p.Place,
	}, shot)
	display, err := readBytes(b.ctx, b.deps.Files, p.DisplayKey)
	if err != nil {
		return proof.Proof{}, err
	}
	thumb, err := readBytes(b.ctx, b.deps.Files, p.ThumbKey)
	if err != nil {
		return proof.Proof{}, err
	}
	display, err = photo.Redraw(display, func(canvas *image.RGBA) error { return draft.Mark(canvas, thumb) })
	if err != nil {
		return proof.Proof{}, err
	}
	if err := putBytes(b.ctx, b.deps.Files, key, display); err != nil {
		return proof.Proof{}, err
	}
	return draft.Signed(p.ID, display), b.tx.WithContext(b.ctx).Exec("UPDATE attachment SET display_key = ? WHERE company_id = ? AND id = ?", key, int64(f.CompanyID), int64(p.ID)).Error
}

func readBytes(ctx context.Context, s blob.Store, key string) ([]byte, error) {
	r, err := s.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(r)
}

// tally sums up what the checks of the last months came to, as the job does after each.
func (b *builder) tally() error {
	return b.tx.WithContext(b.ctx).Exec(`INSERT INTO proof_tally (company_id, month, region_path, oversight_line, checks, found)
		SELECT company_id, date_trunc('month', started_on)::date, region_path, oversight_line, count(*), count(*) FILTER (WHERE failed > 0)
		FROM inspection_check WHERE started_on >= date_trunc('month', ?::date) - interval '3 months' GROUP BY 1, 2, 3, 4`, b.today).Error
}

// odd is a signal of the demo city.
type odd struct {
	rule    proof.Rule
	figures proof.Figures
	ago     int // days since it was raised
	said    string
	outcome proof.Outcome
	note    string
}

// odds are the signals of the worked company; other companies get some of them.
var odds = []odd{
	{proof.Fast, proof.Figures{"items": "18", "chars": "1126", "seconds": "41", "least": "76", "rate": "15"}, 0, "", "", ""},
	{proof.NightBatch, proof.Figures{"person": "值班人员", "checks": "5", "from": "23:12", "until": "23:58"}, 4, "", "", ""},
	{proof.ClockChange, proof.Figures{"before": "+1 s", "after": "-512 s", "jump": "513"}, 2, "检查人更换了手机，新手机当天没有打开自动校时，已改为自动。", "", ""},
	{proof.OneSpot, proof.Figures{"points": "4", "apart": "86", "within": "6"}, 20, "车间内定位信号弱，手机给出的是车间门口的位置；已按点位补拍照片。", "", ""},
	{proof.SamePhoto, proof.Figures{"photos": "1", "on": "上月", "code": "7K2M-9QXR-4TBD", "bits": "1"}, 24, "", "", ""},
	{
		proof.FalsePlace,
		proof.Figures{"how": "相邻两张照片相距 2410 米，间隔 20 秒，相当于每小时 434 公里。", "how@en": "Two photos in a row are 2410 m and 20 s apart, which is 434 km/h."},
		40,
		"手机使用了基站定位，第一张照片的位置偏到了镇上。", proof.NoConcern, "说明合理",
	},
}

// signal raises the demo's signals about checks there are.
func (b *builder) signal() error {
	cal, err := calendar.Open()
	if err != nil {
		return err
	}
	var rows []*proof.Signal
	for n, f := range b.equipped() {
		list := odds
		switch {
		case f == b.index["safety"]:
		case n%3 == 0 && len(rows) < 60:
			list = []odd{odds[n%len(odds)], odds[(n+3)%len(odds)]}
		default:
			continue
		}
		checks, err := b.latestChecks(f, len(list))
		if err != nil {
			return err
		}
		for i, c := range checks {
			rows = append(rows, b.raised(f, list[i], c, cal))
		}
	}
	return fillRefs(b.ctx, b.tx, rows)
}

// looked is a check that a signal is about.
type looked struct {
	ID         int64
	StartedOn  day.Date
	PointID    int64
	PointName  string
	StaffID    *int64
	PersonName string
}

func (b *builder) latestChecks(f *firm, n int) (out []looked, err error) {
	err = b.tx.WithContext(b.ctx).Raw(`SELECT c.id, c.started_on, c.point_id, p.name AS point_name, c.staff_id, c.person_name FROM inspection_check c
		JOIN checklist_point p ON p.company_id = c.company_id AND p.id = c.point_id WHERE c.company_id = ? ORDER BY c.started_on DESC, c.id DESC LIMIT ?`, int64(f.CompanyID), n).Scan(&out).Error
	return out, err
}

// raised is one signal with what became of it so far.
func (b *builder) raised(f *firm, o odd, c looked, cal *calendar.Calendar) *proof.Signal {
	on := b.today.AddDays(-o.ago)
	figures := proof.Figures{}
	for k, v := range o.figures {
		figures[k] = v
	}
	if _, named := figures["person"]; named {
		figures["person"] = c.PersonName
	}
	if _, dated := figures["on"]; dated {
		figures["on"] = on.AddMonths(-1).String()
	}
	s := &proof.Signal{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Rule: o.rule, RuleVersion: proof.RulesOn(on).Version,
		Subject: fmt.Sprintf("check:%s:%d", c.StartedOn, c.ID), CheckStartedOn: c.StartedOn, CheckID: &c.ID, PointID: &c.PointID, PointName: c.PointName, StaffID: c.StaffID,
		PersonName: c.PersonName, HappenedOn: day.Earlier(on, c.StartedOn), Figures: db.JSON[proof.Figures]{V: figures}, Photos: db.Ints{}, AttachmentIDs: db.Ints{}, State: proof.Raised,
		RaisedAt: at(on, 8, 30), DueOn: worked(cal, on, proof.RulesOn(on).TermDays),
	}
	if o.said != "" {
		s.State, s.Explanation, s.ExplainedAt, s.ExplainedName = proof.Explained, o.said, some(at(on.AddDays(1), 10, 0)), b.names["safety"]
	}
	if !s.DueOn.Before(b.today) {
		return s
	}
	s.OpenedAt = some(at(s.DueOn.AddDays(1), 0, 15))
	if s.State == proof.Raised {
		s.State = proof.Unexplained
	}
	if o.outcome != "" {
		s.Outcome, s.OutcomeNote, s.OutcomeAt, s.OutcomeName = o.outcome, o.note, some(at(s.DueOn.AddDays(3), 14, 0)), b.names["county"]
	}
	return s
}

// worked is the n-th working day after d; the demo takes Monday to Friday where no list is published.
func worked(cal *calendar.Calendar, d day.Date, n int) day.Date {
	for n > 0 {
		if d = d.AddDays(1); cal.Working(d) {
			n--
		}
	}
	return d
}
