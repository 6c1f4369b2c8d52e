package fund

import (
	"encoding/json"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
)

// Rule is a version of the rates beside those built in: a correction by the platform administrator.
type Rule struct {
	Version     string
	Docno       string
	InForce     day.Date
	BaseVersion string
	Document    db.JSON[json.RawMessage]
	Changes     db.JSON[json.RawMessage]
	Note        string
	MadeByName  string
	MadeAt      time.Time
}
