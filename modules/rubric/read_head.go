package rubric

import (
	"encoding/json"
	"strconv"

	"anbiao/kit/scoring"
	"anbiao/kit/sheet"
)

// head reads one line of what stands above the table.
func (s *sheets) head(r sheet.Row) {
	t, value := s.out.Table, r.Values["value"]
	whole := func(into *int) {
		n, err := strconv.Atoi(value)
		if value != "" && err != nil {
			s.trouble(r.Number, "value", errPoints.With("text", value))
		}
		*into = n
	}
	switch r.Values["name"] {
	case "id":
		t.ID = value
	case "version":
		t.Version = value
	case "purpose":
		t.Purpose = scoring.Purpose(value)
	case "title_zh":
		t.Title = value
	case "title_en":
		t.TitleEN = value
	case "issuer_ref":
		t.Issuer = value
	case "year":
		whole(&t.Year)
	case "total_points":
		t.Total = s.points(r, "value")
	case "model":
		t.Model = value
	case "decimals":
		whole(&t.Rounding.Decimals)
	case "rounding_mode":
		t.Rounding.Mode = value
	case "rounding_source":
		t.Rounding.Source = value
	case "na_listed":
		t.NAListed = s.yes(r, "value")
	case "min_element_percent":
		t.MinElement = s.number(r, "value")
	case "about":
		if err := json.Unmarshal([]byte(value), &t.About); value != "" && err != nil {
			s.trouble(r.Number, "value", errWord.With("text", value))
		}
	default:
		s.trouble(r.Number, "name", errUnfound.With("text", r.Values["name"]))
	}
}

func (s *sheets) level(r sheet.Row) {
	v := r.Values
	l := scoring.Level{Level: v["level"], Name: v["name"], MinScore: s.number(r, "min_score"), Performance: v["performance"], Source: v["source"]}
	for _, c := range s.comparisons(r, "limits") {
		if c.Min != "" {
			s.trouble(r.Number, "limits", errExpr.With("text", c.Fact+">="+string(c.Min)))
			continue
		}
		l.Limits = append(l.Limits, scoring.Limit{Fact: c.Fact, Max: c.Max})
	}
	s.out.Table.Levels = append(s.out.Table.Levels, l)
}

// element reads what the sheet of the branches says of one that the table has.
func (s *sheets) element(r sheet.Row) {
	v := r.Values
	for i := range s.out.Table.Elements {
		e := &s.out.Table.Elements[i]
		if e.Code == v["code"] && v["rank"] == "1" {
			s.branch(r, e)
			return
		}
		for j := range e.Children {
			if e.Children[j].Code == v["code"] && v["rank"] == "2" {
				s.branch(r, &e.Children[j])
				return
			}
		}
	}
	s.trouble(r.Number, "code", errUnfound.With("text", v["code"]))
}

func (s *sheets) branch(r sheet.Row, e *scoring.Element) {
	v := r.Values
	e.Title, e.Points, e.Weight = v["title"], s.points(r, "points"), s.number(r, "weight")
	e.PointsSource, e.Source, e.Note = v["points_source"], v["source"], v["note"]
}
