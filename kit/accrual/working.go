package accrual

import "slices"

// working shows the lines of the month i.
func (e *engine) working(i int) (Working, error) {
	law := e.law[i]
	w := Working{Rules: law.Version, Docno: law.Docno, Clauses: []string{}, Lines: []LineWorking{}, Notes: []string{}}
	if i > 0 && e.law[i-1].InForce.Before(law.InForce) {
		w.note(NoteNewLaw)
	}
	var err error
	var lines []LineWorking
	if !e.lump(i) || i == 11 {
		if w.AnnualFen, lines, err = e.annual(i, law); err != nil {
			return w, err
		}
	}
	first := law.Treatment.FirstYear
	if e.y.FirstYear && e.anyOnRevenue() {
		w.cite(law, first.Article)
		switch {
		case first.Way != YearEndLump:
		case i == 11:
			w.note(NoteLump)
		default:
			w.note(NoteFirstYear)
		}
	}
	if e.y.Inseparable && len(lines) > 0 {
		w.note(NoteInseparable)
		w.cite(law, law.Treatment.Inseparable.Article)
	}
	output, more, err := e.output(i)
	if err != nil {
		return w, err
	}
	w.OutputFen = output
	w.Lines = append(append(w.Lines, lines...), more...)
	return w, e.remark(i, &w)
}

// remark cites the clauses of the lines and notes what is out of the ordinary about them.
func (e *engine) remark(i int, w *Working) error {
	for line := range e.y.Lines {
		p, err := e.pick(line, e.law[i])
		if err != nil {
			return err
		}
		switch {
		case !p.bound:
			w.note(NoteNotBound)
		case p.hazards:
			w.note(NoteHazards)
		}
	}
	for _, l := range w.Lines {
		rules := Version(e.all, l.Rules)
		c, _ := rules.Category(l.Category)
		w.cite(rules, c.Article)
		if l.Rules != w.Rules {
			w.note(NoteKeptRules)
		}
		if l.Override {
			w.note(NoteOwnRate)
		}
		if l.ToVerify {
			w.note(NoteToVerify)
		}
	}
	return nil
}

func (e *engine) anyOnRevenue() bool {
	for line := range e.y.Lines {
		if e.onRevenue(line) {
			return true
		}
	}
	return false
}

func (w *Working) note(code string) {
	if !slices.Contains(w.Notes, code) {
		w.Notes = append(w.Notes, code)
	}
}

// cite names an article, with its document where that is not the month's.
func (w *Working) cite(r *Rules, article int) {
	c := Clause(article)
	if r.Docno != w.Docno {
		c = r.Docno + c
	}
	if !slices.Contains(w.Clauses, c) {
		w.Clauses = append(w.Clauses, c)
	}
}

// Clause writes an article as Chinese law does: 第二十一条.
func Clause(article int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	tens, ones := article/10%10, article%10
	s := digits[ones]
	switch {
	case tens == 1:
		s = "十" + s
	case tens > 1:
		s = digits[tens] + "十" + s
	}
	return "第" + s + "条"
}
