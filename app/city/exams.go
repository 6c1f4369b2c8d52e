package city

import (
	"slices"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/exam"
)

// streamExams is the stream of dice for exams, cards and newcomers.
const streamExams = streamHazards + 400

// examined holds the questions and papers of the worked company.
type examined struct {
	f         *firm
	questions map[id.Of[id.Question]]exam.Question
	pool      []exam.Candidate
	papers    []*exam.Paper // of three-level education, of fire, of the yearly exam
}

// quiz gives the worked company its question banks and papers.
func (b *builder) quiz() error {
	x := &examined{f: b.index["safety"], questions: map[id.Of[id.Question]]exam.Question{}}
	b.exams = x
	by, made := b.named("safety").Name, at(b.today.AddDays(-300), 10, 0)
	var questions []*exam.Question
	for _, r := range exam.Ready {
		bank := &exam.Bank{
			CompanyID: x.f.CompanyID, RegionPath: x.f.RegionPath, OversightLine: x.f.OversightLine, Title: r.Title, Subject: r.Subject, ReadyCode: r.Code, Questions: len(r.Questions), MadeByName: by, ChangedAt: made,
		}
		if err := fillRefs(b.ctx, b.tx, []*exam.Bank{bank}); err != nil {
			return err
		}
		for _, rq := range r.Questions {
			q := &exam.Question{
				CompanyID: x.f.CompanyID, RegionPath: x.f.RegionPath, OversightLine: x.f.OversightLine, BankID: bank.ID, Version: 1, Confidence: rq.Confidence, State: "current", MadeByName: by, MadeAt: made,
			}
			if err := q.Say(rq.Entry()); err != nil {
				return err
			}
			questions = append(questions, q)
		}
	}
	if err := fillRefs(b.ctx, b.tx, questions); err != nil {
		return err
	}
	for _, q := range questions {
		q.Number = q.ID
		x.questions[q.ID] = *q
		x.pool = append(x.pool, exam.Candidate{ID: q.ID, Number: q.ID, BankID: q.BankID, Kind: q.Kind, Options: len(q.Options), Tags: q.Tags})
	}
	if err := b.tx.WithContext(b.ctx).Exec("UPDATE exam_question SET number = id WHERE company_id = ? AND number = 0", int64(x.f.CompanyID)).Error; err != nil {
		return err
	}
	return b.papers(x, by, made)
}

func (b *builder) papers(x *examined, by string, made time.Time) error {
	bank := func(i int) []id.Of[id.Bank] {
		first := x.pool[0].BankID
		return []id.Of[id.Bank]{first + id.Of[id.Bank](i)}
	}
	part := func(k exam.Kind, n, points int, banks []id.Of[id.Bank]) exam.Part {
		return exam.Part{Kind: k, Count: n, Points: points, BankIDs: banks, Tags: []string{}}
	}
	index := func(code string) []id.Of[id.Bank] {
		return bank(slices.IndexFunc(exam.Ready, func(r exam.ReadyBank) bool { return r.Code == code }))
	}
	three, fire := index("ready-three-level"), index("ready-fire")
	for _, p := range []struct {
		title string
		parts []exam.Part
	}{
		{"三级安全教育考试", []exam.Part{part(exam.Single, 3, 15, three), part(exam.Multiple, 2, 10, three), part(exam.Judge, 3, 5, three), part(exam.Single, 2, 10, []id.Of[id.Bank]{})}},
		{"消防安全知识考试", []exam.Part{part(exam.Single, 3, 8, fire), part(exam.Multiple, 2, 7, fire), part(exam.Judge, 3, 4, fire)}},
		{"年度安全知识考试", []exam.Part{part(exam.Single, 14, 3, []id.Of[id.Bank]{}), part(exam.Multiple, 8, 4, []id.Of[id.Bank]{}), part(exam.Judge, 13, 2, []id.Of[id.Bank]{})}},
	} {
		terms := exam.Terms{Parts: p.parts, Fixed: []exam.Fixed{}, Minutes: 30, PassMark: 80, Tries: 3, RetakeHours: 1, Shuffle: true, Partial: true}
		paper := &exam.Paper{
			CompanyID: x.f.CompanyID, RegionPath: x.f.RegionPath, OversightLine: x.f.OversightLine, Title: p.title, Version: 1, Terms: db.JSON[exam.Terms]{V: terms}, MadeByName: by, ChangedAt: made,
		}
		for _, t := range p.parts {
			paper.Questions, paper.Total = paper.Questions+t.Count, paper.Total+t.Count*t.Points
		}
		x.papers = append(x.papers, paper)
	}
	return fillRefs(b.ctx, b.tx, x.papers)
}

// sit is a sitting at a time, answered right for so many of a hundred questions. It is judged already.
func (x *examined) sit(d dice, p *exam.Paper, w *worker, task id.Of[exam.Task], purpose exam.Purpose, begun time.Time, sure int) (*exam.Sitting, []exam.Answer, error) {
	seed := int64(d.IntN(1 << 30))
	drawn, err := exam.Draw(p.Terms.V, x.pool, seed)
	if err != nil {
		return nil, nil, err
	}
	s := &exam.Sitting{
		CompanyID: x.f.CompanyID, RegionPath: x.f.RegionPath, OversightLine: x.f.OversightLine, PaperID: p.ID, PaperVersion: 1, Title: p.Title, Terms: p.Terms, StaffID: w.ID, UnitID: w.UnitID, TaskID: task,
		PurposeNoun: purpose.Noun, PurposeRef: purpose.Ref, Seed: seed, Drawn: db.JSON[[]exam.Drawn]{V: drawn}, TryNo: 1, State: exam.Running, StartedAt: begun, EndsAt: begun.Add(30 * time.Minute), Total: p.Total,
	}
	var answers []exam.Answer
	for i, q := range drawn {
		choice := slices.Clone(x.questions[q.ID].Answer)
		if !d.of(sure) {
			choice = db.Shorts{(choice[0] + 1) % 2}
		}
		answers = append(answers, exam.Answer{
			CompanyID: s.CompanyID, RegionPath: s.RegionPath, OversightLine: s.OversightLine, N: i, QuestionID: q.ID, Choice: choice, AnsweredAt: begun.Add(time.Duration(i+1) * 40 * time.Second),
		})
	}
	s.End(answers, x.questions, begun.Add(time.Duration(len(drawn)+2)*40*time.Second))
	return s, answers, nil
}

// keepSittings stores sittings with their answers.
func (b *builder) keepSittings(sat []*exam.Sitting, answers [][]exam.Answer) error {
	if err := fillRefs(b.ctx, b.tx, sat); err != nil {
		return err
	}
	var all []exam.Answer
	for i, s := range sat {
		for _, a := range answers[i] {
			a.SittingID = s.ID
			all = append(all, a)
		}
	}
	return fill(b.ctx, b.tx, all)
}

// drill gives the fire paper to everybody of the workshops; most have sat it, some have not passed.
func (b *builder) drill() error {
	x, d := b.exams, newDice(seed, streamExams+1)
	due := b.today.AddDays(12)
	t := &exam.Task{
		CompanyID: x.f.CompanyID, RegionPath: x.f.RegionPath, OversightLine: x.f.OversightLine, PaperID: x.papers[1].ID, Title: "消防宣传月考试", DueOn: due, MadeByName: b.named("safety").Name, MadeAt: at(b.today.AddDays(-9), 9, 0),
	}
	var people []*worker
	for _, w := range x.f.staff {
		if w.LeftOn.IsZero() && len(people) < 60 {
			people = append(people, w)
		}
	}
	t.People = len(people)
	if err := fillRefs(b.ctx, b.tx, []*exam.Task{t}); err != nil {
		return err
	}
	var sat []*exam.Sitting
	var answers [][]exam.Answer
	rows := make([]*exam.TaskPerson, len(people))
	for i, w := range people {
		rows[i] = &exam.TaskPerson{CompanyID: x.f.CompanyID, RegionPath: x.f.RegionPath, OversightLine: x.f.OversightLine, TaskID: t.ID, StaffID: w.ID, UnitID: w.UnitID}
		if w.PersonID != nil || !d.of(70) { // those with a login still have it before them
			continue
		}
		s, a, err := x.sit(d, x.papers[1], w, t.ID, exam.Purpose{}, at(b.today.AddDays(-d.between(1, 8)), 12, d.between(0, 40)), pick(d, []int{98, 95, 90, 70}))
		if err != nil {
			return err
		}
		rows[i].Best, rows[i].Passed = s.Score, *s.Passed
		if *s.Passed {
			t.Passed++
		}
		sat, answers = append(sat, s), append(answers, a)
	}
	if err := b.keepSittings(sat, answers); err != nil {
		return err
	}
	by := map[id.Of[id.Staff]]*exam.Sitting{}
	for _, s := range sat {
		by[s.StaffID] = s
	}
	for _, r := range rows {
		if s := by[r.StaffID]; s != nil {
			r.SittingID = &s.ID
		}
	}
	if err := fillRefs(b.ctx, b.tx, rows); err != nil {
		return err
	}
	return b.tx.WithContext(b.ctx).Exec("UPDATE exam_task SET passed = ? WHERE company_id = ? AND id = ?", t.Passed, int64(t.CompanyID), int64(t.ID)).Error
}
