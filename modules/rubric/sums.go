package rubric

import "anbiao/kit/scoring"

// Sum is what one level of a table states and what is below it comes to.
type Sum struct {
	Code   string         `json:"code" doc:"Of the element or sub-element; empty: the table"`
	Rank   int            `json:"rank" doc:"0: the table, 1: an element, 2: a sub-element"`
	Title  string         `json:"title"`
	Points scoring.Points `json:"points" doc:"As stated"`
	Inner  scoring.Points `json:"inner" doc:"What is below comes to"`
	Items  int            `json:"items"`
}

// Sums lists every level of a table, in its order; nil for a tree without points.
func Sums(r *scoring.Rubric) []Sum {
	if !r.Scorable {
		return nil
	}
	out := []Sum{{Title: r.Title, Points: r.Total, Items: len(r.Rows())}}
	for i := range r.Elements {
		e := &r.Elements[i]
		out[0].Inner += e.Points
		at := len(out)
		out = append(out, Sum{Code: e.Code, Rank: 1, Title: e.Title, Points: e.Points})
		for j := range e.Children {
			s := &e.Children[j]
			one := Sum{Code: s.Code, Rank: 2, Title: s.Title, Points: s.Points, Items: len(s.Items)}
			for k := range s.Items {
				one.Inner += s.Items[k].Points
			}
			out[at].Inner += s.Points
			out[at].Items += len(s.Items)
			out = append(out, one)
		}
	}
	return out
}
