package attachment

import (
	"bytes"
	"encoding/json"
	"time"

	"anbiao/kit/fault"
	"anbiao/kit/id"
)

// Faults of what a phone says about a photo.
var (
	// ErrShot: the description of a photo is no JSON of the agreed shape.
	ErrShot = fault.New(fault.Invalid, "attachment.shot")
	// ErrShotTime: a photo's moment or the phone's clock is missing or beyond any calendar.
	ErrShotTime = fault.New(fault.Invalid, "attachment.shot-time")
	// ErrShotPlace: half a position, or one that is not on the globe.
	ErrShotPlace = fault.New(fault.Invalid, "attachment.shot-place")
)

// Shot is what the phone says about a photo it took. Nothing in it is proven: it is kept as
// it was said, beside what the server knows by itself.
type Shot struct {
	TakenAt   time.Time       `json:"takenAt"`             // by the phone's clock
	Longitude *float64        `json:"longitude,omitempty"` // WGS 84; nil: without position
	Latitude  *float64        `json:"latitude,omitempty"`
	Accuracy  *float64        `json:"accuracy,omitempty"` // of the position, metres; nil: not said
	PointID   id.Of[id.Point] `json:"pointId,omitzero"`
	TaskID    id.Of[id.Task]  `json:"taskId,omitzero"`
	ItemCode  string          `json:"itemCode,omitempty"` // e.g. "PRS-01"; empty: no item of a check
	ClockMS   *int64          `json:"clockMs,omitempty"`  // server time less the phone's, milliseconds, as the phone saw it last; nil: never seen
	DeviceNow time.Time       `json:"deviceNow,omitzero"` // the phone's clock when the upload began
}

// Bounds of what a phone may say.
const (
	maxShot     = 2000        // characters of its JSON
	maxItemCode = 40          // characters
	maxClockMS  = 31536000000 // a year
	maxAccuracy = 1_000_000   // metres
	firstYear   = 2000        // a phone that lost its clock says 1970
	lastYear    = 2100
)

// ParseShot reads the JSON a phone sends with a photo; empty text is no shot.
// Errors: ErrShot, ErrShotTime, ErrShotPlace.
func ParseShot(text string) (*Shot, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // nothing was said, and nothing is wrong
	}
	if len(text) > maxShot {
		return nil, ErrShot.At("body.shot")
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	var s Shot
	if err := d.Decode(&s); err != nil {
		return nil, ErrShot.At("body.shot").Because(err)
	}
	if d.More() {
		return nil, ErrShot.At("body.shot")
	}
	return &s, s.check()
}

// check refuses what no phone says. Errors: ErrShot, ErrShotTime, ErrShotPlace.
func (s *Shot) check() error {
	switch {
	case !calendar(s.TakenAt), !s.DeviceNow.IsZero() && !calendar(s.DeviceNow):
		return ErrShotTime.At("body.shot.takenAt")
	case s.ClockMS != nil && (*s.ClockMS > maxClockMS || *s.ClockMS < -maxClockMS):
		return ErrShotTime.At("body.shot.clockMs")
	case (s.Longitude == nil) != (s.Latitude == nil):
		return ErrShotPlace.At("body.shot.longitude")
	case s.Longitude != nil && (!within(*s.Longitude, 180) || !within(*s.Latitude, 90)):
		return ErrShotPlace.At("body.shot.longitude")
	case s.Accuracy != nil && (*s.Accuracy < 0 || *s.Accuracy > maxAccuracy):
		return ErrShotPlace.At("body.shot.accuracy")
	case len(s.ItemCode) > maxItemCode:
		return ErrShot.At("body.shot.itemCode")
	}
	return nil
}

func calendar(t time.Time) bool { return t.Year() >= firstYear && t.Year() < lastYear }

func within(degrees, most float64) bool { return degrees >= -most && degrees <= most }
