package proof

import (
	"fmt"
	"math"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/stamp"
)

// Shot is what a phone says about a photo. Nothing of it is proven: it is kept as it was said,
// beside what the server knows by itself.
type Shot struct {
	TakenAt   time.Time // by the phone's clock
	Longitude *float64  // WGS 84
	Latitude  *float64
	Accuracy  *float64 // metres
	PointID   id.Of[id.Point]
	TaskID    id.Of[id.Task]
	ItemCode  string
	ClockMS   *int64    // server less phone as the phone saw it last
	DeviceNow time.Time // the phone's clock when the upload began
}

// tell puts what the phone says into p.
func (s Shot) tell(p *Proof) {
	p.Phone = true
	at := s.TakenAt.UTC().Truncate(time.Microsecond)
	p.DeviceAt = &at
	p.ClockMS = s.ClockMS
	if !s.DeviceNow.IsZero() {
		ms := p.ServerAt.Sub(s.DeviceNow).Milliseconds()
		p.DriftMS = &ms
	}
	if s.Longitude != nil && s.Latitude != nil {
		p.LongitudeE6, p.LatitudeE6 = micro(*s.Longitude), micro(*s.Latitude)
		if s.Accuracy != nil {
			m := int32(math.Round(min(*s.Accuracy, 1e6)))
			p.AccuracyM = &m
		}
	}
	p.PointID, p.TaskID = reference(int64(s.PointID)), reference(int64(s.TaskID))
	p.ItemCode = s.ItemCode
}

func micro(degrees float64) *int32 {
	n := int32(math.Round(degrees * 1e6))
	return &n
}

func reference(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

// Tolerated is by how much a device's clock may be off without the watermark saying so.
const Tolerated = 2 * time.Minute

// words are the lines of the watermark. They are Chinese whoever looks: a picture has one reader,
// the record.
func (p Proof) words() []string {
	var when []string
	if p.DeviceAt != nil {
		when = append(when, p.DeviceAt.In(day.Shanghai).Format("2006-01-02 15:04:05")+"（手机时间）")
	}
	when = append(when, p.ServerAt.In(day.Shanghai).Format("2006-01-02 15:04")+" 收到")
	lines := []string{strings.Join(when, "  ")}
	if d, ok := p.Drift(); ok && d.Abs() > Tolerated {
		lines = append(lines, "手机时钟"+slowOrFast(d)+span(d.Abs()))
	}
	if p.PointName != "" {
		at := p.PointName
		if p.Place != "" && p.Place != p.PointName {
			at += "（" + p.Place + "）"
		}
		if p.ItemCode != "" {
			at += "  " + p.ItemCode
		}
		lines = append(lines, at)
	}
	lines = append(lines, p.PersonName+" · "+p.CompanyName)
	if p.LongitudeE6 == nil {
		return append(lines, "未取得定位")
	}
	fix := fmt.Sprintf("东经 %.6f 北纬 %.6f", float64(*p.LongitudeE6)/1e6, float64(*p.LatitudeE6)/1e6)
	if p.AccuracyM != nil {
		fix += fmt.Sprintf(" ±%d 米", *p.AccuracyM)
	}
	return append(lines, fix)
}

func slowOrFast(d time.Duration) string {
	if d < 0 {
		return "快"
	}
	return "慢"
}

// span writes a duration in its two largest units.
func span(d time.Duration) string {
	days, hours, minutes, seconds := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case days > 0:
		return fmt.Sprintf(" %d 天 %d 小时", days, hours)
	case hours > 0:
		return fmt.Sprintf(" %d 小时 %d 分", hours, minutes)
	}
	return fmt.Sprintf(" %d 分 %d 秒", minutes, seconds)
}

// mark is the watermark of p; base is the address of this installation.
func (p Proof) mark(base string) stamp.Mark {
	return stamp.Mark{Lines: p.words(), Code: grouped(p.Code), QR: strings.TrimRight(base, "/") + "/verify/" + p.Code}
}
