package exam

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
)

func TestMark(t *testing.T) {
	t.Parallel()
	ab := []int16{0, 1}
	for _, c := range []struct {
		name    string
		kind    Kind
		answer  []int16
		choice  []int16
		points  int
		partial bool
		want    int
	}{
		{"single right", Single, []int16{2}, []int16{2}, 2, true, 2},
		{"single wrong", Single, []int16{2}, []int16{1}, 2, true, 0},
		{"nothing", Single, []int16{2}, nil, 2, true, 0},
		{"true", Judge, []int16{1}, []int16{1}, 2, false, 2},
		{"false", Judge, []int16{0}, []int16{1}, 2, false, 0},
		{"all right in any order", Multiple, ab, []int16{1, 0}, 3, true, 3},
		{"part right is half, rounded down", Multiple, ab, []int16{0}, 3, true, 1},
		{"part right of an even number", Multiple, ab, []int16{1}, 4, true, 2},
		{"part right of one point is nothing", Multiple, ab, []int16{1}, 1, true, 0},
		{"part right where the paper gives nothing for it", Multiple, ab, []int16{0}, 4, false, 0},
		{"one wrong", Multiple, ab, []int16{0, 2}, 4, true, 0},
		{"all and one wrong", Multiple, ab, []int16{0, 1, 2}, 4, true, 0},
		{"nothing of several", Multiple, ab, []int16{}, 4, true, 0},
	} {
		require.Equal(t, c.want, mark(c.kind, c.answer, c.choice, c.points, c.partial), c.name)
	}
}

func pool(n int) (out []Candidate) {
	for i := 1; i <= n; i++ {
		c := Candidate{ID: id.Of[id.Question](i), Number: id.Of[id.Question](1000 + i), BankID: id.Of[id.Bank](1 + i%3), Kind: []Kind{Single, Multiple, Judge}[i%3], Options: 4}
		if i%2 == 0 {
			c.Tags = []string{"动火"}
		}
		if c.Kind == Judge {
			c.Options = 0
		}
		out = append(out, c)
	}
	return out
}

// Whatever the seed: as many of each kind as asked, none twice, options a permutation, the same again from the same seed.
func TestDrawing(t *testing.T) {
	t.Parallel()
	all := pool(90)
	by := map[id.Of[id.Question]]Candidate{}
	for _, c := range all {
		by[c.ID] = c
	}
	terms := Terms{Shuffle: true, Parts: []Part{{Kind: Single, Count: 10, Points: 2}, {Kind: Single, Count: 5, Points: 3, Tags: []string{"动火"}}, {Kind: Multiple, Count: 7, Points: 4}, {Kind: Judge, Count: 30, Points: 1}}}
	different := 0
	var first []Drawn
	for seed := range int64(300) {
		got, err := Draw(terms, all, seed)
		require.NoError(t, err)
		require.Len(t, got, 52)
		seen, n := map[id.Of[id.Question]]bool{}, 0
		for _, p := range terms.Parts {
			for range p.Count {
				d := got[n]
				n++
				require.False(t, seen[d.ID], "drawn twice")
				seen[d.ID] = true
				c := by[d.ID]
				require.Equal(t, p.Kind, c.Kind)
				require.Equal(t, p.Points, d.Points)
				require.True(t, p.takes(c))
				if c.Kind != Judge {
					require.ElementsMatch(t, []int16{0, 1, 2, 3}, d.Order)
					for i := range int16(4) {
						require.Equal(t, []int16{i}, d.shown(d.own([]int16{i})))
					}
				}
			}
		}
		reversed := make([]Candidate, len(all))
		for i, c := range all {
			reversed[len(all)-1-i] = c
		}
		again, err := Draw(terms, reversed, seed)
		require.NoError(t, err)
		require.Equal(t, got, again, "the order in which candidates are read changes nothing")
		if seed == 0 {
			first = got
		} else if first[0].ID != got[0].ID {
			different++
		}
	}
	require.Greater(t, different, 200, "another seed draws another paper")
}

// A drawing made years ago comes out the same.
func TestDrawingIsKept(t *testing.T) {
	t.Parallel()
	got, err := Draw(Terms{Parts: []Part{{Kind: Single, Count: 5, Points: 2}}}, pool(30), 20261123)
	require.NoError(t, err)
	require.Equal(t, []id.Of[id.Question]{15, 9, 3, 12, 21}, idsOf(got))
}

func TestDrawingNeedsEnough(t *testing.T) {
	t.Parallel()
	_, err := Draw(Terms{Parts: []Part{{Kind: Single, Count: 10, Points: 2}, {Kind: Single, Count: 25, Points: 2}}}, pool(90), 1)
	require.ErrorIs(t, err, ErrPool)
	_, err = Draw(Terms{Fixed: []Fixed{{Number: 1001, Points: 2}, {Number: 5, Points: 2}}}, pool(9), 1)
	require.ErrorIs(t, err, ErrFixed)
	got, err := Draw(Terms{Fixed: []Fixed{{Number: 1005, Points: 3}, {Number: 1001, Points: 2}}}, pool(9), 1)
	require.NoError(t, err)
	require.Equal(t, []id.Of[id.Question]{5, 1}, idsOf(got))
}

func TestRowsAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		row   map[string]string
		kind  Kind
		opts  int
		want  []int16
		wrong string
	}{
		{"single", map[string]string{"kind": "单选题", "stem": "x", "optionA": "A. 停机", "optionB": "断电", "answer": "B"}, Single, 2, []int16{1}, ""},
		{"full width", map[string]string{"kind": "多选", "stem": "x", "options": "Ａ．停机 Ｂ．断电 Ｃ．挂牌", "answer": "Ａ，Ｃ"}, Multiple, 3, []int16{0, 2}, ""},
		{"one cell with letters", map[string]string{"kind": "多项选择题", "stem": "x", "options": "A、停机；B、断电；C、挂牌；D、上锁", "answer": "A、B、D"}, Multiple, 4, []int16{0, 1, 3}, ""},
		{"one cell by lines", map[string]string{"kind": "单项选择", "stem": "x", "options": "停机\n断电\n挂牌", "answer": "c"}, Single, 3, []int16{2}, ""},
		{"true sign", map[string]string{"kind": "判断题", "stem": "x", "answer": "√"}, Judge, 0, []int16{1}, ""},
		{"false sign", map[string]string{"kind": "是非", "stem": "x", "answer": "×"}, Judge, 0, []int16{0}, ""},
		{"false word", map[string]string{"kind": "判断", "stem": "x", "answer": "错误"}, Judge, 0, []int16{0}, ""},
		{"judge with options", map[string]string{"kind": "判断", "stem": "x", "optionA": "错误", "optionB": "正确", "answer": "B"}, Judge, 0, []int16{1}, ""},
		{"told by the answer", map[string]string{"stem": "x", "optionA": "停机", "optionB": "断电", "answer": "AB"}, Multiple, 2, []int16{0, 1}, ""},
		{"told by missing options", map[string]string{"stem": "x", "answer": "对"}, Judge, 0, []int16{1}, ""},
		{"no kind", map[string]string{"kind": "简答题", "stem": "x", "answer": "略"}, "", 0, nil, "kind"},
		{"no answer", map[string]string{"kind": "单选", "stem": "x", "optionA": "停机", "optionB": "断电", "answer": "略"}, "", 0, nil, "answer"},
	} {
		e, wrong := entryOf(c.row)
		require.Equal(t, c.wrong, wrong, c.name)
		if wrong != "" {
			continue
		}
		require.Equal(t, c.kind, e.Kind, c.name)
		require.Len(t, e.Options, c.opts, c.name)
		require.Equal(t, c.want, e.Answer, c.name)
		require.NoError(t, new(Question).Say(e), c.name)
	}
	require.Equal(t, fold("发现火情，应当（ ）。"), fold("发现火情 应当（　）"))
}

// The ready banks are read at start; here only that they hold what they promise.
func TestReadyBanks(t *testing.T) {
	t.Parallel()
	n, codes := 0, map[string]bool{}
	for _, b := range Ready {
		require.False(t, codes[b.Code])
		codes[b.Code] = true
		stems := map[string]bool{}
		for _, q := range b.Questions {
			n++
			require.False(t, stems[fold(q.Stem)], q.Stem)
			stems[fold(q.Stem)] = true
			require.NotEmpty(t, q.Explanation, q.Stem)
			require.Contains(t, []string{"verified", "memory", "design"}, q.Confidence)
			require.False(t, q.Confidence == "verified" && q.Basis == "", q.Stem)
		}
	}
	require.GreaterOrEqual(t, n, 60)
	require.Len(t, Ready, 6)
}
