package inspection

import (
	"context"
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// mostPictures is how many photos a printed record shows.
const mostPictures = 24

// results are the words of a printed record.
var results = map[Result]string{Pass: "合格", Fail: "不合格", NA: "不涉及"}

// Paper is a file to be printed.
type Paper struct {
	Content []byte
	Name    string
}

// Print makes the PDF of a check, with the photos of what failed and its signature. Errors:
// those of Check.
func (s *Service) Print(ctx context.Context, company rbac.CompanyID, on day.Date, n id.Of[id.Check]) (Paper, error) {
	var r Record
	shown := map[id.Of[id.Attachment]]Picture{}
	err := s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		of, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		c, err := visible(ctx, tx, scope, of, on, n)
		if err != nil {
			return err
		}
		if r, err = s.record(ctx, tx, c); err != nil {
			return err
		}
		files := failedPhotos(r)
		if c.SignatureID != nil {
			files = append(files, id.Of[id.Attachment](*c.SignatureID))
		}
		if len(files) == 0 {
			return nil
		}
		shown, err = s.Pictures(ctx, tx, of, files)
		return err
	})
	if err != nil {
		return Paper{}, err
	}
	content, err := s.draw(ctx, r, shown)
	return Paper{content, fmt.Sprintf("检查记录-%s-%s.pdf", r.StartedOn, r.PointName)}, err
}

// failedPhotos lists the photos that a printed record shows.
func failedPhotos(r Record) (out []id.Of[id.Attachment]) {
	for _, t := range r.Told {
		if t.Result == Fail {
			out = append(out, t.Photos...)
		}
	}
	return out[:min(len(out), mostPictures)]
}

func (s *Service) draw(ctx context.Context, r Record, shown map[id.Of[id.Attachment]]Picture) ([]byte, error) {
	d := doc.New(doc.Options{Title: "安全检查记录", Made: r.ReceivedAt, Footer: fmt.Sprintf("检查记录 %s-%s　第 %d 版", r.StartedOn, r.ID, r.Version)})
	d.Title("安全检查记录")
	d.Fields(r.facts())
	for _, stop := range r.Stops {
		if len(r.Stops) > 1 {
			d.Heading(fmt.Sprintf("%04d %s　%s", stop.Number, stop.Name, stop.Place))
		}
		r.table(d, stop)
		if len(stop.Confirmed) > 0 {
			d.Para(fmt.Sprintf("由检查人整体确认合格 %d 项：", len(stop.Confirmed)))
			for _, a := range stop.Confirmed {
				d.Small(a.Code + "　" + a.Requirement)
			}
		}
	}
	if err := s.pictures(ctx, d, r, shown); err != nil {
		return nil, err
	}
	if r.SignatureID != nil {
		strokes, err := s.bytes(ctx, shown[id.Of[id.Attachment](*r.SignatureID)].Display)
		if err != nil {
			return nil, err
		}
		if d.Left() < 30 {
			d.Break()
		}
		d.Para("检查人签名：")
		if len(strokes) > 0 {
			d.ImageAt(strokes, 40, d.Y()-6, 50, 20)
			d.Gap(18)
		}
	}
	if len(r.Versions) > 1 {
		r.history(d)
	}
	return d.Bytes()
}

// facts are the head of a printed record.
func (r Record) facts() [][2]string {
	clock := func(t time.Time) string { return t.In(day.Shanghai).Format("2006-01-02 15:04:05") }
	where := "未定位"
	switch {
	case len(r.Stops) > 0 && r.Stops[0].Explosive:
		where = "爆炸危险区域，不要求定位"
	case r.LongitudeE6 != nil:
		where = fmt.Sprintf("%.6f，%.6f", *degrees(r.LongitudeE6), *degrees(r.LatitudeE6))
		if r.Accuracy != nil {
			where += fmt.Sprintf("（误差约 %d 米）", *r.Accuracy)
		}
	}
	out := [][2]string{
		{"检查点", r.PointName},
		{"位置", r.Place},
		{"检查人", r.PersonName},
		{"用时", r.took()},
		{"开始时间", clock(r.StartedAt)},
		{"结束时间", clock(r.FinishedAt)},
		{"服务器收到", clock(r.ReceivedAt)},
		{"定位", where},
		{"结果", fmt.Sprintf("合格 %d，不合格 %d，不涉及 %d", r.Passed, r.Failed, r.NotApplicable)},
		{"方式", r.way()},
	}
	if r.RestAt != nil {
		out = append(out, [2]string{"其余合格", clock(*r.RestAt)})
	}
	if r.EnteredName != "" {
		out = append(out, [2]string{"录入人", r.EnteredName})
	}
	if r.Reason != "" {
		out = append(out, [2]string{"更正原因", r.Reason})
	}
	return out
}

// took is how long the check took, by the phone's clock.
func (r Record) took() string {
	seconds := int(r.FinishedAt.Sub(r.StartedAt) / time.Second)
	return fmt.Sprintf("%d 分 %d 秒", seconds/60, seconds%60)
}

// way says how the check was made.
func (r Record) way() string {
	switch {
	case r.Paper:
		return "纸质检查卡补录"
	case r.ByException:
		return "班组卡（整线确认，只记异常）"
	case len(r.Stops) > 1:
		return fmt.Sprintf("路线检查，%d 个检查点", len(r.Stops))
	}
	return "逐项检查"
}

// table draws the answers of one point.
func (r Record) table(d *doc.Doc, stop Stop) {
	var rows [][]string
	for _, t := range r.Told {
		if t.At != stop.PointID {
			continue
		}
		value := t.Measured
		if t.Asked.Limit != nil {
			value += "（限值 " + t.Asked.Limit.String() + "）"
		}
		result := results[t.Result]
		if t.Rest {
			result += "（其余合格）"
		}
		rows = append(rows, []string{t.Code, t.Asked.Requirement, result, value, t.Note})
	}
	if len(rows) > 0 {
		d.Table([]doc.Column{{Title: "编号", Width: 18}, {Title: "检查内容"}, {Title: "结果", Width: 20}, {Title: "测量值", Width: 30}, {Title: "说明", Width: 38}}, rows)
	}
}

// pictures draws the photos of what failed, four a row.
func (s *Service) pictures(ctx context.Context, d *doc.Doc, r Record, shown map[id.Of[id.Attachment]]Picture) error {
	const side = 42.0
	files := failedPhotos(r)
	if len(files) == 0 {
		return nil
	}
	d.Heading("不合格项照片")
	for i, n := range files {
		if i%4 == 0 {
			if i > 0 {
				d.Gap(side + 2)
			}
			if d.Left() < side {
				d.Break()
			}
		}
		b, err := s.bytes(ctx, shown[n].Thumb)
		if err != nil {
			return err
		}
		if len(b) > 0 {
			d.ImageAt(b, 15+float64(i%4)*(side+2), d.Y(), side, side)
		}
	}
	d.Gap(side + 3)
	return nil
}

// history lists the versions of a corrected record.
func (r Record) history(d *doc.Doc) {
	d.Heading("版本")
	rows := make([][]string, len(r.Versions))
	for i, v := range r.Versions {
		by := v.PersonName
		if v.Version > 1 && v.EnteredName != "" {
			by = v.EnteredName
		}
		rows[i] = []string{fmt.Sprint(v.Version), v.ReceivedAt.In(day.Shanghai).Format("2006-01-02 15:04"), by, v.Reason, fmt.Sprintf("%d / %d / %d", v.Passed, v.Failed, v.NotApplicable)}
	}
	d.Table([]doc.Column{{Title: "版本", Width: 14, Align: "C"}, {Title: "时间", Width: 34}, {Title: "记录人", Width: 24}, {Title: "更正原因"}, {Title: "合格/不合格/不涉及", Width: 40}}, rows)
}
