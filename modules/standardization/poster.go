package standardization

import (
	"bytes"
	"context"
	"iter"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Posted is a report that hangs inside the firm, as everybody there reads it.
type Posted struct {
	ID         id.Of[id.Evaluation] `json:"id"`
	Title      string               `json:"title"`
	Year       int                  `json:"year"`
	Company    string               `json:"company"`
	Official   string               `json:"official"`
	LevelName  string               `json:"levelName"`
	FinishedOn day.Date             `json:"finishedOn"`
	From       day.Date             `json:"from"`
	Until      day.Date             `json:"until"`
	Where      string               `json:"where"`
	Elements   []BranchView         `json:"elements" nullable:"false"`
	Losses     []LossView           `json:"losses" nullable:"false"`
	Conclusion string               `json:"conclusion"`
}

// Posted lists what hangs today, for everybody of the company.
func (s *Service) Posted(ctx context.Context) (out []Posted, err error) {
	out = []Posted{}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err := hanging(ctx, tx, home.CompanyID, today(tx))
		if err != nil {
			return err
		}
		name, err := nameOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		for i := range rows {
			p, err := s.posted(ctx, tx, &rows[i], name)
			if err != nil {
				return err
			}
			out = append(out, p)
		}
		return nil
	})
	return out, err
}

func (s *Service) posted(ctx context.Context, tx db.Tx, e *Evaluation, company string) (Posted, error) {
	table, err := s.Load(ctx, tx, e.RubricID)
	if err != nil {
		return Posted{}, err
	}
	found, err := findingsIn(ctx, tx, keysOf(*e))
	if err != nil {
		return Posted{}, err
	}
	sh := Sheet{Evaluation: *e, Table: table, Findings: found[e.ID]}
	if sh.Result, err = e.result(table, nil, nil); err != nil {
		return Posted{}, err
	}
	p := Posted{
		ID: e.ID, Title: e.Title, Year: int(e.Year), Company: company, Official: e.Official, LevelName: e.LevelName, FinishedOn: e.FinishedOn, From: e.PublishedFrom, Until: e.PublishedUntil, Where: e.PublishedWhere,
		Elements: []BranchView{}, Losses: sh.losses(), Conclusion: e.Conclusion,
	}
	c := sh.cells(0)
	for i := range table.Elements {
		p.Elements = append(p.Elements, c.branch(&table.Elements[i], sh.Result.Elements))
	}
	return p, nil
}

// Poster is the sheet that hangs on the board. Errors: rbac.ErrNotFound, ErrReport.
func (s *Service) Poster(ctx context.Context, n id.Of[id.Evaluation]) (name string, content []byte, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		r, err := s.writing(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		e := &r.sheet.Evaluation
		if e.PublishedFrom.IsZero() {
			return ErrReport
		}
		name = r.firm.Name + r.say("poster") + ".pdf"
		d := doc.New(doc.Options{Size: "A3", Title: r.say("poster"), Footer: r.firm.Name, Made: e.ChangedAt})
		p := onPDF{d}
		p.Title(r.firm.Name)
		p.Title(r.say("poster"))
		p.Para(r.say("poster-days", "from", dayText(e.PublishedFrom), "until", dayText(e.PublishedUntil), "where", e.PublishedWhere))
		r.conclusion(p)
		r.elements(p)
		r.losses(p)
		r.excluded(p)
		p.Para(r.say("poster-objection", "until", dayText(e.PublishedUntil)))
		p.Para(r.say("sign-seal"))
		content, err = d.Bytes()
		return err
	})
	return name, content, err
}

func titled(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

// sheetColumns are the columns of a score sheet as Excel.
func sheetColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "element", Title: titled("一级要素", "Element"), Width: 16},
		{Key: "sub", Title: titled("二级要素", "Sub-element"), Width: 18},
		{Key: "code", Title: titled("编号", "No."), Width: 10},
		{Key: "requirement", Title: titled("考评内容", "Requirement"), Width: 44},
		{Key: "points", Title: titled("标准分", "Points"), Kind: sheet.Decimal, Width: 9},
		{Key: "state", Title: titled("评定", "Judgement"), Kind: sheet.Choice, Width: 10, Choices: []sheet.Option{
			{Value: Scored, Title: titled("已评", "Scored")}, {Value: NA, Title: titled("不适用", "Not applicable")}, {Value: Open, Title: titled("未评", "Open")},
		}},
		{Key: "score", Title: titled("得分", "Score"), Kind: sheet.Decimal, Width: 9},
		{Key: "found", Title: titled("扣分点", "Findings"), Width: 44},
		{Key: "reason", Title: titled("不适用理由", "Reason"), Width: 24},
		{Key: "assignee", Title: titled("评定人", "Scored by"), Width: 12},
	}
}

// Excel is the score sheet of an evaluation as Excel. Errors: rbac.ErrNotFound.
func (s *Service) Excel(ctx context.Context, n id.Of[id.Evaluation]) (name string, content []byte, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		r, err := s.writing(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		name = r.firm.Name + strconv.Itoa(int(r.sheet.Year)) + r.say("sheet") + ".xlsx"
		var b bytes.Buffer
		err = sheet.Export(&b, sheetColumns(), r.rows(), r.lang)
		content = b.Bytes()
		return err
	})
	return name, content, err
}

// rows are the lines of the score sheet.
func (r *report) rows() iter.Seq2[sheet.Record, error] {
	v := r.sheet.view(0)
	return func(yield func(sheet.Record, error) bool) {
		for _, e := range v.Elements {
			for _, sub := range e.Subs {
				for _, it := range sub.Items {
					found := ""
					for i, f := range it.Findings {
						if i > 0 {
							found += "；"
						}
						found += f.What
					}
					if !yield(sheet.Record{Key: it.Code, Values: []string{
						e.Title, sub.Title, it.Code, it.Requirement, it.Points.String(), it.State, it.Score.String(), found, it.Reason, it.AnsweredBy,
					}}, nil) {
						return
					}
				}
			}
		}
	}
}
