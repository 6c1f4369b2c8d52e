package training

import (
	"context"

	"anbiao/kit/db"
)

// insertRecords keeps training that people had; what a source said before of a person is said anew.
func insertRecords(context.Context, db.Tx, []Record) error { return nil }
