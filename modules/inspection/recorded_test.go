package inspection_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/inspection"
	"anbiao/rbac"
)

// TestChecksAreLookedAtAfterwards shows what the job runner reads of a check, and that whoever wants
// to look is told of each new one once.
func TestChecksAreLookedAtAfterwards(t *testing.T) {
	t.Parallel()
	w := setup(t)
	told := 0
	w.s.Submitted = func(_ context.Context, _ db.Tx, c rbac.CompanyID) error {
		require.Equal(t, w.firm.ID, c)
		told++
		return nil
	}
	file := w.photo(t, w.worker, 40)
	sent := w.check(file)
	w.api.As(w.worker).Post("/api/inspection/checks", sent).Made(t)
	w.api.As(w.worker).Post("/api/inspection/checks", sent).Made(t)
	require.Equal(t, 1, told)
	now := w.Now()
	var received, begun, later []inspection.Recorded
	err := w.Gate.System(t.Context(), "test.look", func(tx db.Tx, _ rbac.Scope) (err error) {
		if received, err = inspection.Received(t.Context(), tx, w.firm.ID, now, now.Add(time.Second)); err != nil {
			return err
		}
		if later, err = inspection.Received(t.Context(), tx, w.firm.ID, now.Add(time.Second), now.Add(time.Hour)); err != nil {
			return err
		}
		begun, err = inspection.Begun(t.Context(), tx, w.firm.ID, int64(w.worker.StaffID), now.AddDate(0, 0, -1), now.Add(time.Hour))
		return err
	})
	require.NoError(t, err)
	require.Len(t, received, 1)
	require.Empty(t, later)
	require.Len(t, begun, 1)
	r := received[0]
	require.NotEmpty(t, r.PointName)
	require.Equal(t, []id.Of[id.Attachment]{id.Of[id.Attachment](file)}, r.Photos())
	require.Equal(t, []id.Of[id.Point]{r.PointID}, r.Points())
	n := 0
	r.Asked(func(at id.Of[id.Point], a inspection.Answer) {
		require.Equal(t, r.PointID, at)
		require.NotEmpty(t, a.Code)
		n++
	})
	require.Equal(t, len(r.Answers.V), n)
	code := r.Answers.V[0].Code
	var last []inspection.LastAnswer
	err = w.Gate.Read(rbac.WithActor(t.Context(), w.worker), inspection.ActionWork, func(tx db.Tx, _ rbac.Scope) (err error) {
		last, err = inspection.LastAnswers(t.Context(), tx, w.firm.ID, []string{code, "OWN-99"})
		return err
	})
	require.NoError(t, err)
	require.Equal(t, []inspection.LastAnswer{{Code: code, On: r.StartedOn, Result: string(r.Answers.V[0].Result)}}, last)
}
