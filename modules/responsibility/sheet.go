package responsibility

import (
	"cmp"
	"slices"
	"strings"

	"anbiao/kit/id"
	"anbiao/kit/org"
)

// Sheet is the matrix on a day: rows are duties, columns are posts. A published list freezes
// one, so it holds no people.
type Sheet struct {
	Posts  []SheetPost `json:"posts" nullable:"false" doc:"columns, in the order of the tree"`
	Duties []SheetDuty `json:"duties" nullable:"false" doc:"rows"`
	Cells  []SheetCell `json:"cells" nullable:"false"`
}

// SheetPost is a column.
type SheetPost struct {
	ID       id.Of[id.Post] `json:"id"`
	UnitID   id.Of[id.Unit] `json:"unitId"`
	Workshop string         `json:"workshop" doc:"workshop or department; empty: directly below the company"`
	Team     string         `json:"team" doc:"empty: of the workshop itself"`
	Name     string         `json:"name"`
	Types    []string       `json:"types" nullable:"false"`
}

// title names the post with where it is.
func (p SheetPost) title() string {
	return strings.Join(slices.DeleteFunc([]string{p.Workshop, p.Team, p.Name}, func(s string) bool { return s == "" }), "/")
}

// SheetDuty is a row.
type SheetDuty struct {
	ID             id.Of[id.Duty] `json:"id"`
	Number         int            `json:"number"`
	Category       string         `json:"category" doc:"post type it is grouped under"`
	Template       string         `json:"template" doc:"of the library; empty: the company's own"`
	LibraryVersion string         `json:"libraryVersion"`
	Text           string         `json:"text"`
	Basis          []Clause       `json:"basis" nullable:"false"`
	Statutory      []string       `json:"statutory" nullable:"false" doc:"items of arts 21 and 25 it fulfils"`
	Frequency      string         `json:"frequency"`
	CheckMethod    string         `json:"checkMethod"`
	Evidence       string         `json:"evidence"`
	Modules        []string       `json:"modules" nullable:"false" doc:"of the checklist library"`
}

// SheetCell is where a row and a column meet.
type SheetCell struct {
	ID          id.Of[Share] `json:"id"`
	Row         int          `json:"row" doc:"place in duties, from 0"`
	Column      int          `json:"column" doc:"place in posts, from 0"`
	Raci        Raci         `json:"raci" enum:"A,R,AR,C,I"`
	Kind        Kind         `json:"kind" enum:"main,direct,lead,supervise"`
	Score       int          `json:"score" doc:"hundredths of a point"`
	Frequency   string       `json:"frequency,omitempty" doc:"empty: the duty's; so the next two"`
	CheckMethod string       `json:"checkMethod,omitempty"`
	Evidence    string       `json:"evidence,omitempty"`
}

// sheetOf lays duties and shares out over the posts of a tree. Shares of posts that are not
// in it are left out.
func sheetOf(tree org.Tree, duties []SheetDuty, shares []Share) Sheet {
	s := Sheet{Posts: columns(tree), Duties: duties, Cells: []SheetCell{}}
	column, row := map[id.Of[id.Post]]int{}, map[id.Of[id.Duty]]int{}
	for i, p := range s.Posts {
		column[p.ID] = i
	}
	for i, d := range duties {
		row[d.ID] = i
	}
	for _, c := range shares {
		at, ok := column[c.PostID]
		of, known := row[c.DutyID]
		if ok && known {
			s.Cells = append(s.Cells, SheetCell{c.ID, of, at, c.Raci, c.Kind, c.Score, c.Frequency, c.CheckMethod, c.Evidence})
		}
	}
	return s
}

// columns are the posts in the order of the tree.
func columns(tree org.Tree) []SheetPost {
	place := map[id.Of[id.Unit]]string{}
	for _, u := range tree.Units {
		place[u.ID] = u.Path
	}
	out := make([]SheetPost, 0, len(tree.Posts))
	for _, p := range tree.Posts {
		c := SheetPost{ID: p.ID, UnitID: p.UnitID, Name: p.Name, Types: append([]string{}, p.Types...)}
		if names := tree.Names(p.UnitID); len(names) > 0 {
			c.Workshop, c.Team = names[0], strings.Join(names[1:], "/")
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b SheetPost) int { return strings.Compare(place[a.UnitID], place[b.UnitID]) })
	return out
}

// narrow keeps the columns that keep says, and the rows that have a cell in one of them.
func (s Sheet) narrow(keep func(SheetPost) bool) Sheet {
	out := Sheet{Posts: []SheetPost{}, Duties: []SheetDuty{}, Cells: []SheetCell{}}
	column := map[int]int{}
	for i, p := range s.Posts {
		if keep(p) {
			column[i] = len(out.Posts)
			out.Posts = append(out.Posts, p)
		}
	}
	used := map[int]bool{}
	for _, c := range s.Cells {
		if _, ok := column[c.Column]; ok {
			used[c.Row] = true
		}
	}
	row := map[int]int{}
	for i, d := range s.Duties {
		if used[i] {
			row[i] = len(out.Duties)
			out.Duties = append(out.Duties, d)
		}
	}
	for _, c := range s.Cells {
		if at, ok := column[c.Column]; ok {
			c.Row, c.Column = row[c.Row], at
			out.Cells = append(out.Cells, c)
		}
	}
	return out
}

// Problem keeps a list from being published.
type Problem struct {
	Code   string         `json:"code" enum:"few-cells,score-sum,no-accountable,no-doer,principal" doc:"few-cells: fewer than five scored duties; score-sum: scores do not add up to 100; no-accountable: nobody is accountable; no-doer: nobody does it; principal: a duty of art. 21 whose accountable post is not the main responsible person's"`
	PostID id.Of[id.Post] `json:"postId" doc:"empty: about a duty"`
	DutyID id.Of[id.Duty] `json:"dutyId" doc:"empty: about a post"`
	Name   string         `json:"name" doc:"of the post, with where it is, or the text of the duty"`
	Value  int            `json:"value" doc:"scored duties, or the sum of scores in hundredths"`
}

// problems lists what the rules of the matrix forbid. Each post needs at least five scored
// cells that add up to 100 points; each duty exactly one accountable post and one that does
// it; a duty of art. 21 stays with the main responsible person, who may let others do it but
// remains accountable.
func (s Sheet) problems() []Problem {
	out := []Problem{}
	count, total := make([]int, len(s.Posts)), make([]int, len(s.Posts))
	owner, does := make([]int, len(s.Duties)), make([]bool, len(s.Duties))
	for i := range owner {
		owner[i] = -1
	}
	for _, c := range s.Cells {
		if c.Score > 0 {
			count[c.Column]++
			total[c.Column] += c.Score
		}
		if c.Raci.accountable() {
			owner[c.Row] = c.Column
		}
		does[c.Row] = does[c.Row] || c.Raci.does()
	}
	for i, p := range s.Posts {
		if count[i] < leastCells {
			out = append(out, Problem{Code: "few-cells", PostID: p.ID, Name: p.title(), Value: count[i]})
		} else if total[i] != Whole {
			out = append(out, Problem{Code: "score-sum", PostID: p.ID, Name: p.title(), Value: total[i]})
		}
	}
	for i, d := range s.Duties {
		if code := s.wrong(d, owner[i], does[i]); code != "" {
			out = append(out, Problem{Code: code, DutyID: d.ID, Name: d.Text})
		}
	}
	return out
}

// wrong names what is wrong with a duty whose accountable post is at column owner, -1: none.
func (s Sheet) wrong(d SheetDuty, owner int, does bool) string {
	switch {
	case owner < 0:
		return "no-accountable"
	case !does:
		return "no-doer"
	case ofPrincipal(d.Statutory) && !slices.Contains(s.Posts[owner].Types, Principal):
		return "principal"
	}
	return ""
}

// ofPrincipal reports whether items of art. 21 are among the codes.
func ofPrincipal(codes []string) bool {
	return slices.ContainsFunc(codes, func(c string) bool { return strings.HasPrefix(c, "21.") })
}

// cellsByPost gives each column its cells with what their duties say, the highest score first.
func (s Sheet) cellsByPost() [][]Cell {
	out := make([][]Cell, len(s.Posts))
	for _, c := range s.Cells {
		out[c.Column] = append(out[c.Column], s.cell(c))
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b Cell) int { return b.Score - a.Score })
	}
	return out
}

// cell is c with what its duty says.
func (s Sheet) cell(c SheetCell) Cell {
	d := s.Duties[c.Row]
	return Cell{
		CellID: int64(c.ID), DutyID: d.ID, PostID: s.Posts[c.Column].ID, Text: d.Text, Basis: basis(d.Basis), Frequency: cmp.Or(c.Frequency, d.Frequency),
		CheckMethod: cmp.Or(c.CheckMethod, d.CheckMethod), Evidence: cmp.Or(c.Evidence, d.Evidence), Kind: string(c.Kind), Raci: string(c.Raci), Score: c.Score,
		Modules: d.Modules, Statutory: strings.Join(d.Statutory, " "),
	}
}
