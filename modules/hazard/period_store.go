package hazard

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// mostInPeriod is how many rows of a period are laid out for systems elsewhere.
const mostInPeriod = 2000

// InPeriod lists the hazards of a company's ledger that lay open in a period, both days
// inclusive, field by field as systems elsewhere ask for them. Days are YYYY-MM-DD, sums yuan.
func InPeriod(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company], from, until day.Date) ([]map[string]string, error) {
	cond, args := seen(scope)
	var rows []Hazard
	err := tx.WithContext(ctx).Raw("SELECT h.* FROM hazard h WHERE "+cond+" AND h.company_id = ? AND h.voided_on IS NULL AND h.found_on <= ? AND (h.cancelled_on IS NULL OR h.cancelled_on >= ?) ORDER BY h.id LIMIT ?",
		append(args, int64(company), until, from, mostInPeriod)...).Scan(&rows).Error
	out := make([]map[string]string, len(rows))
	for i, h := range rows {
		out[i] = h.laidOut()
	}
	return out, err
}

func (h Hazard) laidOut() map[string]string {
	yes := map[bool]string{true: "1", false: "0"}
	level := h.Level
	if level != Major {
		level = General
	}
	title := []rune(h.Description)
	f := map[string]string{
		"number": h.Number, "title": string(title[:min(len(title), 50)]), "description": h.Description, "place": h.Place, "level": string(level), "category": h.Category,
		"foundOn": h.FoundOn.String(), "foundAt": h.FoundAt.In(day.Shanghai).Format("2006-01-02 15:04:05"), "finder": h.FoundByName, "fixType": h.FixType, "measures": h.Measures,
		"owner": h.OwnerName, "deadline": h.Deadline.String(), "fixedOn": h.FixedOn.String(), "acceptor": h.AcceptedByName, "acceptedOn": h.AcceptedOn.String(),
		"reviewedOn": h.ReviewedOn.String(), "cancelledOn": h.CancelledOn.String(), "listed": yes[!h.ListedOn.IsZero() && h.DelistedOn.IsZero()], "listedOn": h.ListedOn.String(), "listedLevel": h.ListedLevel,
		"hasGoal": yes[h.Goal != ""], "hasOwner": yes[h.OwnerID != nil], "hasMeasures": yes[h.Measures != ""], "hasFunds": yes[h.FundsFen != nil], "hasDeadline": yes[!h.Deadline.IsZero()],
		"hasContingency": yes[h.Contingency != ""], "exchangeState": h.exchangeState(),
	}
	if h.FundsFen != nil {
		f["fundsYuan"] = h.FundsFen.Yuan()
	}
	if h.DangerSource != 0 {
		f["dangerSource"] = fmt.Sprint(h.DangerSource)
	}
	if h.CheckID != nil {
		f["checkId"] = h.CheckID.String()
	}
	return f
}

// exchangeState is the dangerState of the dual-prevention upload: 0 being fixed, 1 to be accepted, 9 accepted.
func (h Hazard) exchangeState() string {
	switch {
	case !h.AcceptedOn.IsZero() || !h.CancelledOn.IsZero():
		return "9"
	case !h.FixedOn.IsZero():
		return "1"
	}
	return "0"
}
