package training

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
)

// TestCardTotals holds what the rules ask for: 24, 72 and 50 class hours of 45 minutes for the new, workshop and team level again for others.
func TestCardTotals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reason, risk string
		levels       []string
		hours        int
		proposed     []int32
	}{
		{CardNew, "general", []string{"factory", "workshop", "team"}, 24, []int32{360, 360, 360}},
		{CardNew, "hazardous", []string{"factory", "workshop", "team"}, 72, []int32{1080, 1080, 1080}},
		{CardNew, "construction", []string{"factory", "workshop", "team"}, 50, []int32{675, 675, 900}},
		{CardTransfer, "general", []string{"workshop", "team"}, 8, []int32{180, 180}},
		{CardReturn, "hazardous", []string{"workshop", "team"}, 24, []int32{540, 540}},
		{CardNew, "unheard of", []string{"factory", "workshop", "team"}, 24, []int32{360, 360, 360}},
	} {
		got := cardOf(c.reason, c.risk, nil)
		require.Equal(t, c.levels, []string(got.Levels), c)
		require.Equal(t, c.hours*45, got.RequiredMinutes, c)
		require.Equal(t, c.proposed, []int32(got.Proposed), c)
	}
	split := cardOf(CardNew, "general", map[string]int{"factory": 720, "workshop": 180, "team": 180})
	require.Equal(t, []int32{720, 180, 180}, []int32(split.Proposed))
	require.Equal(t, 1080, split.RequiredMinutes)
}

// TestCardCompletes takes a complete card and leaves one thing out at a time.
func TestCardCompletes(t *testing.T) {
	t.Parallel()
	ink := []byte{1}
	full := func() (Card, []CardLevel) {
		c := cardOf(CardNew, "general", nil)
		c.ExamPassedOn = day.Of(2026, 3, 4)
		var levels []CardLevel
		for i, l := range c.Levels {
			levels = append(levels, CardLevel{Level: l, HeldOn: day.Of(2026, 3, 2+i), Minutes: 360, Trainer: "王强", TraineeStrokes: ink})
		}
		return c, levels
	}
	c, levels := full()
	require.Empty(t, c.lacks(levels))
	require.True(t, c.settle(levels))
	require.Equal(t, []any{CardComplete, day.Of(2026, 3, 4), 1080}, []any{c.State, c.CompletedOn, c.Minutes})
	for _, x := range []struct {
		name  string
		take  func(c *Card, l []CardLevel) []CardLevel
		lacks []string
	}{
		{"a level", func(_ *Card, l []CardLevel) []CardLevel { return l[:2] }, []string{"level.team", "minutes"}},
		{"a minute", func(_ *Card, l []CardLevel) []CardLevel { l[0].Minutes--; return l }, []string{"minutes"}},
		{"a trainer", func(_ *Card, l []CardLevel) []CardLevel { l[1].Trainer = ""; return l }, []string{"trainer.workshop"}},
		{"a signature", func(_ *Card, l []CardLevel) []CardLevel { l[2].TraineeStrokes = nil; return l }, []string{"signature.team"}},
		{"the exam", func(c *Card, l []CardLevel) []CardLevel { c.ExamPassedOn = day.Date{}; return l }, []string{"exam"}},
		{"a level replaced by a foreign one", func(_ *Card, l []CardLevel) []CardLevel { l[0].Level = "other"; return l }, []string{"level.factory", "minutes"}},
	} {
		c, levels := full()
		levels = x.take(&c, levels)
		require.Equal(t, x.lacks, c.lacks(levels), x.name)
		require.False(t, c.settle(levels), x.name)
		require.Equal(t, CardOpen, c.State, x.name)
	}
	unequal, levels := full() // the law fixes the sum alone
	levels[0].Minutes, levels[1].Minutes, levels[2].Minutes = 90, 90, 900
	require.True(t, unequal.settle(levels))
}

// TestCardLate holds that education ends before the first day of work, not on it.
func TestCardLate(t *testing.T) {
	t.Parallel()
	done := Card{State: CardComplete, CompletedOn: day.Of(2026, 3, 4)}
	open := Card{State: CardOpen}
	for _, c := range []struct {
		card   Card
		starts day.Date
		want   bool
	}{
		{done, day.Of(2026, 3, 5), false},
		{done, day.Of(2026, 3, 4), true},
		{done, day.Of(2026, 3, 1), true},
		{done, day.Date{}, false},
		{open, day.Of(2026, 3, 11), false},
		{open, day.Of(2026, 3, 10), true},
		{open, day.Date{}, false},
		{Card{State: CardVoid}, day.Of(2026, 3, 1), false},
	} {
		c.card.StartsOn = c.starts
		require.Equal(t, c.want, c.card.late(day.Of(2026, 3, 10)), "%v", c)
	}
}

// TestFileSums counts a level once that is on a card and on a session's sheet.
func TestFileSums(t *testing.T) {
	t.Parallel()
	on := day.Of(2026, 3, 2)
	r := func(level, source string, minutes int) FileRecord {
		return FileRecord{HeldOn: on, Phase: PhaseInitial, Level: level, Source: source, Minutes: minutes}
	}
	require.Equal(t, []FileSum{{2026, PhaseInitial, 360 + 400 + 45 + 45}}, sumsOf([]FileRecord{
		r("factory", "session", 360), r("factory", "card", 360), r("team", "card", 400), r("team", "session", 180), r("", "import", 45), r("", "session", 45),
	}))
}
