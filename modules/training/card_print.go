package training

import (
	"context"
	"slices"
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/text"
)

// CardPaper is a file to be printed.
type CardPaper struct {
	Content []byte
	Name    string
}

func paperSay(key string, params map[string]string) string {
	return text.Say(text.Chinese, "training.paper-"+key, params)
}

// PrintCard makes the card of a person on one A4 page; own: one's own. Errors: rbac.ErrNotFound.
func (s *Service) PrintCard(ctx context.Context, n id.Of[id.Education], own bool) (CardPaper, error) {
	c, err := s.CardFileOf(ctx, n, own)
	if err != nil {
		return CardPaper{}, err
	}
	d := doc.New(doc.Options{Title: paperSay("card-"+c.Reason, nil), Footer: paperSay("card-foot", nil), Made: c.ChangedAt})
	c.draw(d)
	content, err := d.Bytes()
	return CardPaper{content, paperSay("card-"+c.Reason, nil) + "-" + c.Name + ".pdf"}, err
}

// draw prints the head, a box for each level with both signatures, and the exam.
func (c CardFile) draw(d *doc.Doc) {
	d.Title(paperSay("card-"+c.Reason, nil))
	d.Small(paperSay("card-number", map[string]string{"number": c.number(), "company": c.Company}))
	d.Fields([][2]string{
		{paperSay("name", nil), c.Name},
		{paperSay("employee-no", nil), c.EmployeeNo},
		{paperSay("unit", nil), c.UnitName},
		{paperSay("post", nil), c.PostName},
		{paperSay("joined-on", nil), c.JoinedOn.String()},
		{paperSay("starts-on", nil), dayText(c.StartsOn)},
		{paperSay("reason", nil), paperSay("reason-"+c.Reason, nil)},
		{paperSay("required", nil), hoursText(c.RequiredMinutes)},
	})
	d.Gap(2)
	for i, level := range c.Levels {
		c.drawLevel(d, level, int(c.Proposed[i]))
	}
	c.drawEnd(d)
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

const levelHeight = 54.0

func (c CardFile) drawLevel(d *doc.Doc, level string, proposed int) {
	at := slices.IndexFunc(c.Had, func(l CardLevel) bool { return l.Level == level })
	l := CardLevel{Content: cardContent(level, c.Risk)}
	hours := paperSay("hours-proposed", map[string]string{"hours": hoursText(proposed)})
	if at >= 0 {
		l = c.Had[at]
		hours = paperSay("hours", map[string]string{"hours": hoursText(l.Minutes), "minutes": strconv.Itoa(l.Minutes)})
	}
	if d.Left() < levelHeight {
		d.Break()
	}
	x, y, w := 15.0, d.Y(), d.Width()
	d.RectAt(x, y, w, levelHeight-2)
	d.TextAt(x+2, y+2, 11, paperSay("level-"+level, nil))
	d.TextAt(x+w/2, y+2, 9.5, paperSay("held-on", map[string]string{"day": dayText(l.HeldOn)})+"　"+hours)
	d.BoxAt(x+2, y+9, w-4, 9, paperSay("content", nil)+l.Content)
	sign := func(left float64, title string, strokes []byte, under string) {
		d.RectAt(left, y+31, w/2-3, 19)
		d.TextAt(left+2, y+33, 9, title)
		if len(strokes) > 0 {
			d.ImageAt(strokes, left+28, y+32, w/2-36, 13)
		}
		d.TextAt(left+2, y+45, 7.5, under)
	}
	signed := ""
	if l.TraineeSignedAt != nil {
		signed = paperSay("signed-at", map[string]string{"at": l.TraineeSignedAt.In(day.Shanghai).Format("2006-01-02 15:04")})
	}
	sign(x+2, paperSay("trainer", map[string]string{"name": l.Trainer}), l.TrainerStrokes, "")
	sign(x+w/2+1, paperSay("trainee", map[string]string{"name": c.Name}), l.TraineeStrokes, signed)
	d.Gap(levelHeight)
}

func (c CardFile) drawEnd(d *doc.Doc) {
	score := ""
	if c.ExamScore != nil {
		score = strconv.Itoa(*c.ExamScore)
	}
	state := paperSay("state-"+c.State, nil)
	if c.State == CardComplete && c.late(c.Today) {
		state += paperSay("late", nil)
	}
	d.Fields([][2]string{
		{paperSay("sum", nil), hoursText(c.Minutes)}, {paperSay("score", nil), score}, {paperSay("passed-on", nil), dayText(c.ExamPassedOn)}, {paperSay("state", nil), state},
	})
	d.Small(paperSay("card-rule", map[string]string{"hours": hoursText(c.RequiredMinutes)}))
}

// PrintJoin makes the poster with the code that newcomers scan. Errors: ErrJoinCode.
func (s *Service) PrintJoin(ctx context.Context) (CardPaper, error) {
	set, err := s.CardSetting(ctx)
	if err == nil && set.Link == "" {
		err = ErrJoinCode
	}
	if err != nil {
		return CardPaper{}, err
	}
	d := doc.New(doc.Options{Title: paperSay("join", nil), Footer: set.Company, Made: set.ChangedAt})
	w, _ := d.Size()
	d.Gap(12)
	d.Title(set.Company)
	d.Title(paperSay("join", nil))
	d.QRAt(set.Link, w/2-50, 75, 100)
	d.CentreAt(w/2, 185, 14, paperSay("join-how", nil))
	d.CentreAt(w/2, 196, 11, paperSay("join-steps", nil))
	d.CentreAt(w/2, 206, 10, paperSay("join-privacy", nil))
	content, err := d.Bytes()
	return CardPaper{content, paperSay("join", nil) + ".pdf"}, err
}

// PrintFile makes one file of a person; who zero: one's own. Errors: rbac.ErrNotFound.
func (s *Service) PrintFile(ctx context.Context, who id.Of[id.Staff]) (CardPaper, error) {
	read := func() (File, error) { return s.FileOf(ctx, who) }
	if who == 0 {
		read = func() (File, error) { return s.MyFile(ctx) }
	}
	file, err := read()
	if err != nil {
		return CardPaper{}, err
	}
	d := doc.New(doc.Options{Title: paperSay("file", nil), Footer: paperSay("file-foot", map[string]string{"name": file.Name}), Made: file.Made.Midnight(time.UTC)})
	file.draw(d)
	content, err := d.Bytes()
	return CardPaper{content, paperSay("file", nil) + "-" + file.Name + ".pdf"}, err
}
