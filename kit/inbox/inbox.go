// Package inbox is the shape in which modules offer what waits for a regulator (待办).
package inbox

import (
	"anbiao/kit/day"
	"anbiao/kit/id"
)

// Item is one thing that waits.
type Item struct {
	Kind      string
	Ref       int64 // id of the row; one item per Kind and Ref
	Title     string
	CompanyID id.Of[id.Company] // 0: it is about no company
	Company   string
	Region    string   // path of the company's area
	Since     day.Date // when it came
	DueOn     day.Date // last day to deal with it; zero: no day is set
	Path      string   // desk page that opens it
}
