package hazard

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Titled is a hazard as another module names it.
type Titled struct {
	ID          int64
	Number      string
	Place       string
	Description string
	FoundOn     day.Date
}

// Titles returns hazards of a company that the actor may see, the latest first: those with words in number, place or
// description, or the one of an id.
func Titles(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, words string, one int64, limit int) (rows []Titled, err error) {
	w := scope.Of(company, "h")
	w.Within(reach(scope, "h"))
	w.And("h.voided_on IS NULL")
	w.When(one != 0, "h.id = ?", one)
	if words = strings.TrimSpace(words); words != "" {
		w.And("lower(h.number || ' ' || h.place || ' ' || h.description) LIKE ?", "%"+strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(words))+"%")
	}
	q := "SELECT h.id, h.number, h.place, h.description, h.found_on FROM hazard h WHERE " + w.SQL() + " ORDER BY h.id DESC LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, limit)...).Scan(&rows).Error
}
