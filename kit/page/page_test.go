package page_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/page"
)

// read answers as a query does: limit+1 rows of 1..n from k on, backwards when k.Back.
func read(n int, k page.Key, limit int) []int {
	at := 0
	if !k.First() {
		at, _ = strconv.Atoi(k.Vals[0])
	}
	var rows []int
	switch {
	case k.Back:
		for i := at - 1; i >= 1 && len(rows) <= limit; i-- {
			rows = append(rows, i)
		}
	default:
		for i := at + 1; i <= n && len(rows) <= limit; i++ {
			rows = append(rows, i)
		}
	}
	return rows
}

func turn(t *testing.T, n, limit int, cursor string) page.List[string] {
	t.Helper()
	k, err := page.Query{Limit: limit, Cursor: cursor}.Start("name", 1)
	require.NoError(t, err)
	return page.Of(read(n, k, limit), k, limit, func(r int) []string { return []string{strconv.Itoa(r)} }, strconv.Itoa)
}

// Every list of 0 to 12 rows is walked to its end and back, at every page size.
func TestWalkThereAndBack(t *testing.T) {
	t.Parallel()
	for n := range 13 {
		for limit := 1; limit <= 5; limit++ {
			t.Run(fmt.Sprintf("%d by %d", n, limit), func(t *testing.T) {
				t.Parallel()
				var pages [][]string
				var all []string
				l := turn(t, n, limit, "")
				require.Empty(t, l.Prev)
				require.NotNil(t, l.Items)
				for {
					pages, all = append(pages, l.Items), append(all, l.Items...)
					if l.Next == "" {
						break
					}
					l = turn(t, n, limit, l.Next)
					require.NotEmpty(t, l.Items, "a next page without rows")
				}
				require.Len(t, all, n)
				require.True(t, slices.IsSortedFunc(all, func(a, b string) int { return number(a) - number(b) }))
				for i := len(pages) - 2; i >= 0; i-- {
					require.NotEmpty(t, l.Prev)
					l = turn(t, n, limit, l.Prev)
					require.Equal(t, pages[i], l.Items)
					require.NotEmpty(t, l.Next)
				}
				require.Empty(t, l.Prev)
			})
		}
	}
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }

func TestForeignCursorsAreRefused(t *testing.T) {
	t.Parallel()
	own := page.Key{Sort: "name", Vals: []string{"a"}}.String()
	for _, c := range []string{
		"x", "!!", own + "=", own[:len(own)-4], base64.RawURLEncoding.EncodeToString([]byte("{}")), base64.RawURLEncoding.EncodeToString([]byte("null")),
		base64.RawURLEncoding.EncodeToString([]byte(`{"s":"name","v":["a","b"]}`)), page.Key{Sort: "day", Vals: []string{"a"}}.String(), page.Key{Sort: "name"}.String(),
	} {
		_, err := page.Query{Cursor: c}.Start("name", 1)
		require.ErrorIs(t, err, page.ErrCursor, c)
	}
	k, err := page.Query{Cursor: own}.Start("name", 1)
	require.NoError(t, err)
	require.Equal(t, page.Key{Sort: "name", Vals: []string{"a"}}, k)
}

// FuzzStart holds that a cursor is read or refused, and that what is read has the right
// number of values: queries count on it.
func FuzzStart(f *testing.F) {
	f.Add(page.Key{Sort: "name", Vals: []string{"安", "7"}}.String())
	f.Add("")
	f.Add("bnVsbA")
	f.Fuzz(func(t *testing.T, cursor string) {
		k, err := page.Query{Cursor: cursor}.Start("name", 2)
		if err != nil {
			require.ErrorIs(t, err, page.ErrCursor)
			return
		}
		if !k.First() && (len(k.Vals) != 2 || k.Sort != "name") {
			t.Fatalf("%q: %v", cursor, k)
		}
		if k.First() && cursor != "" {
			t.Fatalf("%q starts anew", cursor)
		}
	})
}
