package city

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/modules/exam"
	"anbiao/modules/training"
	"anbiao/rbac"
)

// joinToken stands in the code of the worked company's gate; anybody may try it in the demo.
const joinToken = "demo-join-code-0001"

// scrawl is a signature as a finger draws it.
func scrawl(d dice) ([]byte, error) {
	m := image.NewGray(image.Rect(0, 0, 280, 110))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	y, step := 50, d.between(3, 6)
	for n := range 220 {
		x := 20 + n
		y += (n*step/9)%7 - 3
		y = min(max(y, 15), 95)
		for k := range 3 {
			m.SetGray(x, y+k, color.Gray{})
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, m)
	return b.Bytes(), err
}

// teaching is a card to be made up: how long ago it was opened, how many levels were taught, whether signed and passed.
type teaching struct {
	reason         string
	days, levels   int
	signed, passed bool
	starts         int // days from the opening to the first day of work; 0: not known
	void           bool
}

// teachings are the cards of the worked company, in every state.
func teachings() []teaching {
	out := []teaching{
		{training.CardNew, 3, 0, false, false, 0, false},
		{training.CardNew, 5, 1, true, false, 9, false},
		{training.CardNew, 6, 2, false, false, 10, false},
		{training.CardNew, 8, 3, true, false, 12, false},
		{training.CardNew, 20, 2, true, false, 6, false}, // at work already
		{training.CardTransfer, 10, 1, true, false, 0, false},
		{training.CardReturn, 7, 2, true, false, 0, false},
		{training.CardNew, 40, 1, false, false, 0, true},
	}
	for i := range 16 {
		out = append(out, teaching{training.CardNew, 60 + 18*i, 3, true, true, 8, false})
	}
	return append(out, teaching{training.CardNew, 75, 3, true, true, 2, false}, teaching{training.CardTransfer, 130, 3, true, true, 6, false}, teaching{training.CardReturn, 210, 3, true, true, 6, false})
}

// educate makes up the education cards of the worked company's workers.
func (b *builder) educate() error {
	f, d := b.index["safety"], newDice(seed, streamExams+2)
	ink, err := scrawl(d)
	if err != nil {
		return err
	}
	var people []*worker
	for _, w := range slices.Backward(f.staff) {
		if w.LeftOn.IsZero() && w.PersonID == nil {
			people = append(people, w)
		}
	}
	todo := teachings()
	if w := b.named("worker"); w != nil {
		people = append([]*worker{w}, people...) // the demo worker lacks his signature and the exam
		todo = append([]teaching{{training.CardTransfer, 4, 3, false, false, 0, false}}, todo...)
	}
	todo = todo[:min(len(todo), len(people))]
	cards := make([]*training.Card, len(todo))
	for i, l := range todo {
		cards[i] = b.card(f, people[i], l)
	}
	if err := fillRefs(b.ctx, b.tx, cards); err != nil {
		return err
	}
	var levels []training.CardLevel
	for i, l := range todo {
		levels = append(levels, b.taught(f, cards[i], l, ink)...)
	}
	if err := fill(b.ctx, b.tx, levels); err != nil {
		return err
	}
	if err := b.examine(d, cards, people); err != nil {
		return err
	}
	if err := b.cardHours(cards, levels); err != nil {
		return err
	}
	return b.begin(f, cards)
}

// beginners is how many of those with a card for newcomers really began this year: the others have been trained with everybody before.
const beginners = 5

// begin dates the first day of those who began this year, and reckons their hours.
func (b *builder) begin(f *firm, cards []*training.Card) error {
	var who []id.Of[id.Staff]
	for _, c := range slices.Backward(cards) {
		if c.Reason != training.CardNew || c.StartsOn.IsZero() || c.StartsOn.Year() != b.today.Year() || len(who) == beginners {
			continue
		}
		who = append(who, c.StaffID)
		for _, q := range []string{
			"UPDATE staff_person SET joined_on = ? WHERE company_id = ? AND id = ?", "UPDATE staff_assignment SET from_on = ? WHERE company_id = ? AND staff_id = ? AND until_on IS NULL",
		} {
			if err := b.tx.WithContext(b.ctx).Exec(q, c.StartsOn.String(), int64(c.CompanyID), int64(c.StaffID)).Error; err != nil {
				return err
			}
		}
	}
	if b.deps.Training == nil {
		return nil
	}
	return b.deps.Training.Seated(b.ctx, b.tx, b.scope, rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}, who)
}

func (b *builder) card(f *firm, w *worker, l teaching) *training.Card {
	opened := b.today.AddDays(-l.days)
	c := &training.Card{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, StaffID: w.ID, UnitID: w.UnitID, Reason: l.reason, Risk: "general", Levels: db.Texts{"factory", "workshop", "team"},
		Proposed: db.Int4s{360, 360, 360}, RequiredMinutes: 1080, OpenedOn: opened, State: training.CardOpen, OpenedByName: b.named("safety").Name, ChangedAt: at(opened.AddDays(min(l.days, 5)), 16, 0),
	}
	if l.reason != training.CardNew {
		c.Levels, c.Proposed, c.RequiredMinutes = db.Texts{"workshop", "team"}, db.Int4s{180, 180}, 360
	}
	if l.starts > 0 {
		c.StartsOn = opened.AddDays(l.starts)
	}
	for i := range min(l.levels, len(c.Levels)) {
		c.Minutes += int(c.Proposed[i])
	}
	if l.passed {
		score := 84 + l.days%16
		c.State, c.ExamScore, c.ExamPassedOn, c.CompletedOn = training.CardComplete, &score, opened.AddDays(5), opened.AddDays(5)
	}
	if l.void {
		c.State, c.ReasonVoid = training.CardVoid, "未报到，取消录用"
	}
	return c
}

func (b *builder) taught(f *firm, c *training.Card, l teaching, ink []byte) (out []training.CardLevel) {
	trainers := map[string]string{"factory": b.named("safety").Name, "workshop": b.named("director").Name, "team": b.named("leader").Name}
	for i := range min(l.levels, len(c.Levels)) {
		on := c.OpenedOn.AddDays(1 + i)
		x := training.CardLevel{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, CardID: c.ID, Level: c.Levels[i], HeldOn: day.Earlier(on, b.today), Minutes: int(c.Proposed[i]),
			Content: text.Say(text.Chinese, "training.content-"+c.Levels[i], nil), Trainer: trainers[c.Levels[i]], TrainerStrokes: ink, TraineeStrokes: []byte{}, MadeByName: trainers[c.Levels[i]], ChangedAt: at(on, 17, 0),
		}
		if l.signed {
			x.TraineeStrokes, x.TraineeSignedAt = ink, some(at(on, 16, 50))
		}
		out = append(out, x)
	}
	return out
}

// examine gives complete cards the exam that ended them.
func (b *builder) examine(d dice, cards []*training.Card, people []*worker) error {
	var sat []*exam.Sitting
	var answers [][]exam.Answer
	var of []*training.Card
	for i, c := range cards {
		if c.State != training.CardComplete {
			continue
		}
		s, a, err := b.exams.sit(d, b.exams.papers[0], people[i], 0, exam.Purpose{Noun: "card", Ref: int64(c.ID)}, at(c.ExamPassedOn, 14, 10), 97)
		for err == nil && !*s.Passed {
			s, a, err = b.exams.sit(d, b.exams.papers[0], people[i], 0, exam.Purpose{Noun: "card", Ref: int64(c.ID)}, at(c.ExamPassedOn, 14, 10), 99)
		}
		if err != nil {
			return err
		}
		sat, answers, of = append(sat, s), append(answers, a), append(of, c)
	}
	if err := b.keepSittings(sat, answers); err != nil {
		return err
	}
	for i, s := range sat {
		of[i].ExamScore, of[i].ExamSittingID = s.Score, int64(s.ID)
		if err := b.tx.WithContext(b.ctx).Exec("UPDATE training_card SET exam_score = ?, exam_sitting_id = ? WHERE company_id = ? AND id = ?", *s.Score, int64(s.ID), int64(of[i].CompanyID), int64(of[i].ID)).Error; err != nil {
			return err
		}
	}
	return nil
}

// cardHours keeps the hours of complete cards.
func (b *builder) cardHours(cards []*training.Card, levels []training.CardLevel) error {
	by := map[id.Of[id.Education]]*training.Card{}
	for _, c := range cards {
		by[c.ID] = c
	}
	phases := map[string]string{training.CardNew: training.PhaseInitial, training.CardTransfer: training.PhaseTransfer, training.CardReturn: training.PhaseReturn}
	var rows []training.Record
	for _, l := range levels {
		c := by[l.CardID]
		if c.State != training.CardComplete {
			continue
		}
		rows = append(rows, training.Record{
			CompanyID: c.CompanyID, RegionPath: c.RegionPath, OversightLine: c.OversightLine, StaffID: c.StaffID, HeldOn: l.HeldOn, Phase: phases[c.Reason], Level: l.Level,
			Title: text.Say(text.Chinese, "training.card-record-"+l.Level, nil), Minutes: l.Minutes, Trainer: l.Trainer, Source: "card", SourceID: int64(c.ID), Score: c.ExamScore, Passed: some(true), MadeAt: c.ChangedAt,
		})
	}
	return fill(b.ctx, b.tx, rows)
}

// welcome opens the door for newcomers; three wait, one was turned away.
func (b *builder) welcome() error {
	f, d := b.index["safety"], newDice(seed, streamExams+3)
	by := b.named("safety").Name
	set := training.CardSetting{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, PaperID: b.exams.papers[0].ID, RegisterToken: joinToken, RegisterOpen: true, Contact: by + "（安全管理部）",
		ChangedByName: by, ChangedAt: at(b.today.AddDays(-90), 9, 0),
	}
	if err := fill(b.ctx, b.tx, []training.CardSetting{set}); err != nil {
		return err
	}
	ink, err := scrawl(d)
	if err != nil {
		return err
	}
	unit := b.named("leader").UnitID
	var rows []training.Newcomer
	for i, post := range []string{"冲压工", "焊工", "包装工", "装配工"} {
		token := sha256.Sum256(fmt.Appendf(nil, "demo newcomer %d", i)) // nobody holds these links
		n := training.Newcomer{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Name: d.person(), Phone: phone(990_000 + i), IdentitySealed: []byte{}, IdentityIndex: []byte{}, UnitID: unit, PostName: post,
			JoinedOn: b.today.AddDays(i), Strokes: ink, Photo: []byte{}, Notice: training.NoticeVersion, State: training.Waiting, TokenHash: token[:], AddressHash: []byte{}, RegisteredAt: at(b.today.AddDays(-i), 8, 10+i),
		}
		if i == 3 {
			n.State, n.Reason, n.DecidedByName, n.DecidedAt = training.Refused, "未通过面试", by, some(at(b.today.AddDays(-2), 15, 0))
		}
		rows = append(rows, n)
	}
	return fill(b.ctx, b.tx, rows)
}
