package fund

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/rbac"
)

type ItemUse struct {
	Category   string
	Item       int16
	Tag, Label string
	ExpenseFen fen.Amount
	CapitalFen fen.Amount
	Months     [12]fen.Amount
}

func usedByItem(context.Context, db.Tx, rbac.CompanyID, int) ([]ItemUse, error) { return nil, nil }
