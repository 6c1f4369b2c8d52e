package fund

import (
	"cmp"
	"slices"
	"strings"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/fen"
	"anbiao/kit/id"
)

// Where a statement stands.
const (
	StatementDraft     = "draft"
	StatementSubmitted = "submitted"
)

// Report is a year of the fund as it is printed (年度安全生产费用提取使用情况表). No national form was found; the fields are
// those that 财资〔2022〕136号 asks to be kept, disclosed and explained.
type Report struct {
	Year      Year
	Profile   Profile
	Firm      Card
	Lines     []Line
	Months    []Month // closed, in order
	Items     []ItemUse
	Summed    bool // only by kind of use, as a regulator sees it: expense and capital are one
	Statement *Statement
	Today     day.Date
}

// usedByKind is what was used by kind, the most first: a regulator sees no expenses, only the sums that are kept with the year.
func (y Year) usedByKind() (out []ItemUse) {
	for tag, sum := range y.UsedItems.V {
		out = append(out, ItemUse{Tag: tag, Label: tag, ExpenseFen: sum})
	}
	slices.SortFunc(out, func(a, b ItemUse) int {
		return cmp.Or(cmp.Compare(b.ExpenseFen, a.ExpenseFen), cmp.Compare(a.Tag, b.Tag))
	})
	return out
}

// Due is what was due of the year under the standard.
func (r Report) Due() fen.Amount { return r.Year.DueFen }

// Closing is the balance after the last month that was closed, less what was booked since.
func (r Report) Closing() fen.Amount {
	return r.Year.OpeningFen + r.Year.AccruedFen - r.Year.UsedFen + r.moved()
}

func (r Report) moved() (sum fen.Amount) {
	for _, m := range r.Months {
		sum += m.MovedFen
	}
	return sum
}

// Over reports whether the year is over.
func (r Report) Over() bool { return r.Today.Year() > int(r.Year.Year) }

// Under reports whether the year must be explained: it is over, and less than 60 % of the due was used.
func (r Report) Under() bool { return r.Over() && r.Profile.Bound && under(r.Year.UsedFen, r.Due()) }

// Suspended are the months that accrued nothing because of the balance or by approval.
func (r Report) Suspended() (months []int) {
	for _, m := range r.Months {
		if m.Suspended {
			months = append(months, int(m.MonthOn.Month()))
		}
	}
	return months
}

// TopUp is what December added to a deficit.
func (r Report) TopUp() (sum fen.Amount) {
	for _, m := range r.Months {
		sum += m.TopUpFen
	}
	return sum
}

// Working is what the last closed month was reckoned from; false before one was closed here.
func (r Report) Working() (w accrual.Working, rules string, ok bool) {
	for i := len(r.Months) - 1; i >= 0; i-- {
		if m := r.Months[i]; m.Source == "closed" && len(m.Working.V.Lines) > 0 {
			return m.Working.V, m.Rules, true
		}
	}
	return w, "", false
}

// StatementForm is a statement as it is written.
type StatementForm struct {
	Reasons    string                 `json:"reasons" maxLength:"4000"`
	Measures   string                 `json:"measures" maxLength:"4000"`
	ReviewedBy string                 `json:"reviewedBy" enum:",board,shareholders,owner" doc:"board, shareholders, or the owner where there is neither"`
	ReviewedOn day.Date               `json:"reviewedOn" required:"false"`
	Files      []id.Of[id.Attachment] `json:"files" maxItems:"10" nullable:"false" doc:"the resolution"`
}

// hold refuses what cannot be kept, even as a draft.
func (f StatementForm) hold(year int, now day.Date) error {
	if !f.ReviewedOn.IsZero() && (f.ReviewedOn.After(now) || f.ReviewedOn.Year() <= year) {
		return ErrReviewed.At("body.reviewedOn")
	}
	return nil
}

// complete refuses what cannot be handed in. Errors: ErrReason, ErrReviewed.
func (t Statement) complete() error {
	switch {
	case strings.TrimSpace(t.Reasons) == "":
		return ErrReason.At("body.reasons")
	case strings.TrimSpace(t.Measures) == "":
		return ErrReason.At("body.measures")
	case t.ReviewedBy == "":
		return ErrReviewed.At("body.reviewedBy")
	case t.ReviewedOn.IsZero():
		return ErrReviewed.At("body.reviewedOn")
	case len(t.Files) == 0:
		return ErrReviewed.At("body.files")
	}
	return nil
}
