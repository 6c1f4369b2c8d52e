package sheet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
)

func TestRecordsOfWhatAListAnswers(t *testing.T) {
	t.Parallel()
	type row struct {
		ID    string     `json:"id"`
		Code  string     `json:"code"`
		N     int        `json:"n"`
		Big   int64      `json:"big"`
		Yes   bool       `json:"yes"`
		On    day.Date   `json:"on"`
		Until day.Date   `json:"until,omitzero"`
		At    *time.Time `json:"at,omitempty"`
		Words []string   `json:"words"`
	}
	at := time.Date(2026, 3, 31, 16, 30, 0, 0, time.UTC)
	var columns []Column
	for _, key := range []string{"code", "n", "big", "yes", "on", "until", "at", "words", "nothing"} {
		columns = append(columns, Column{Key: key})
	}
	got, err := RecordsOf(columns, []row{{"7", "007", -3, 9007199254740993, true, day.Of(2026, 4, 1), day.Date{}, &at, []string{"a", "b"}}}, func(r row) string { return r.ID })
	require.NoError(t, err)
	require.Equal(t, []Record{{Key: "7", Values: []string{"007", "-3", "9007199254740993", "true", "2026-04-01", "", "2026-04-01 00:30", "a、b", ""}}}, got)
}
