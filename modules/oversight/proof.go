package oversight

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Drift is a count that differed from the list.
type Drift struct {
	Node        string `json:"node" doc:"path of the area"`
	Line        int16  `json:"line"`
	Colour      int16  `json:"colour"`
	Kept        int64  `json:"kept" doc:"companies as counted"`
	Truth       int64  `json:"truth" doc:"companies as listed"`
	KeptOverdue int64  `json:"keptOverdue" doc:"overdue hazards as counted"`
	TrueOverdue int64  `json:"trueOverdue" doc:"overdue hazards as listed"`
}

// Proof is one night's comparison of the counts with the list.
type Proof struct {
	ID         id.Of[Proof]
	At         time.Time
	Companies  int32 // on the list
	WrongCells int32 // counts that differed, and were repaired
	Drift      db.JSON[[]Drift]
}

// shownProofs is how many nights are shown.
const shownProofs = 30

// Proofs lists the latest nights' comparisons of the counts with the list.
func (s *Service) Proofs(ctx context.Context) (rows []Proof, err error) {
	err = s.Gate.Read(ctx, ActionProofs, func(tx db.Tx, _ rbac.Scope) (err error) {
		rows, err = proofs(ctx, tx, shownProofs)
		return err
	})
	return rows, err
}
