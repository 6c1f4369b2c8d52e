package proof

import (
	"math"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Record is a check as the rules look at it.
type Record struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	StartedOn     day.Date
	CheckID       id.Of[id.Check]
	PointID       id.Of[id.Point]
	PointName     string
	StaffID       *int64
	PersonName    string
	StartedAt     time.Time // by the phone's clock
	FinishedAt    time.Time
	ReceivedAt    time.Time // by ours
	ClockMS       *int64    // server less phone
	Position      *Fix
	Route         []Stop // points walked; the one point of a plain check
	Items         int    // asked and answered one by one or as the rest
	Chars         int    // of what the items ask
	Found         bool   // an item failed
	Photos        []id.Of[id.Attachment]
	ByException   bool // team card: not read item by item
	Paper         bool // copied from a printed card
	Explosive     bool // a point of it has an explosive atmosphere: no signals
	Night         bool // for a task of a night shift
	Correction    bool // replaces an earlier check, whose photos it keeps
}

// Stop is a point of a check and where the company says it lies.
type Stop struct {
	PointID id.Of[id.Point]
	Known   *Fix
}

// Fix is a position, in millionths of a degree (WGS 84), and its accuracy in metres.
type Fix struct {
	Longitude, Latitude int32
	Accuracy            int32
}

// apart is the distance in metres (haversine on a sphere of 6,371 km).
func (f Fix) apart(o Fix) float64 {
	const radius, rad = 6_371_000, math.Pi / 180 / 1e6
	la, lb := float64(f.Latitude)*rad, float64(o.Latitude)*rad
	dla, dlo := lb-la, float64(o.Longitude-f.Longitude)*rad
	h := math.Pow(math.Sin(dla/2), 2) + math.Cos(la)*math.Cos(lb)*math.Pow(math.Sin(dlo/2), 2)
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}

// silent are records that no rule looks at.
func (r Record) silent() bool { return r.Explosive || r.Correction || r.Paper }

// began is when the check was begun, by our clock as far as it is known.
func (r Record) began() time.Time { return corrected(r.StartedAt, r.ClockMS) }

func corrected(at time.Time, clock *int64) time.Time {
	if clock == nil {
		return at
	}
	return at.Add(time.Duration(*clock) * time.Millisecond)
}

// fix is where a photo was taken; nil: unknown.
func (p Proof) fix() *Fix {
	if p.LongitudeE6 == nil {
		return nil
	}
	f := Fix{Longitude: *p.LongitudeE6, Latitude: *p.LatitudeE6}
	if p.AccuracyM != nil {
		f.Accuracy = *p.AccuracyM
	}
	return &f
}

// taken is when a photo was taken, by our clock as far as it is known.
func (p Proof) taken() time.Time {
	if p.DeviceAt == nil {
		return p.ServerAt
	}
	return corrected(*p.DeviceAt, p.ClockMS)
}

// Finding is what a rule saw.
type Finding struct {
	Rule    Rule
	Subject string // what it is about; a rule raises each once
	Figures Figures
	Photos  []id.Of[id.Attachment]
}
