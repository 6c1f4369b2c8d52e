package proof

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// subject names a check.
func (r Record) subject() string { return fmt.Sprintf("check:%s:%s", r.StartedOn, r.CheckID) }

// fast: the whole check took less time than reading it takes.
func (r Rules) fast(c Record) *Finding {
	took := c.FinishedAt.Sub(c.StartedAt)
	least := time.Duration(c.Chars) * time.Second / time.Duration(r.Fast.CharsPerSecond)
	if c.ByException || c.Items < r.Fast.MinItems || took >= least {
		return nil
	}
	return &Finding{Fast, c.subject(), Figures{
		"items": strconv.Itoa(c.Items), "chars": strconv.Itoa(c.Chars), "seconds": seconds(took), "least": strconv.Itoa(int(math.Ceil(least.Seconds()))),
		"rate": strconv.Itoa(r.Fast.CharsPerSecond),
	}, nil}
}

func seconds(d time.Duration) string { return strconv.Itoa(int(math.Round(d.Seconds()))) }

// Twin is a photo of a record beside an earlier one of another check that looks the same.
type Twin struct {
	AttachmentID id.Of[id.Attachment]
	Code         string // of the earlier
	ServerAt     time.Time
	Apart        int // bits; 0 for the same file
}

// samePhoto: photos of the check were in another before.
func (r Rules) samePhoto(c Record, twins []Twin) *Finding {
	f := Finding{Rule: SamePhoto, Subject: c.subject()}
	var first *Twin
	for i, t := range twins {
		if t.Apart > r.SamePhoto.Bits || c.ReceivedAt.Sub(t.ServerAt) > time.Duration(r.SamePhoto.Days)*24*time.Hour {
			continue
		}
		if !slices.Contains(f.Photos, t.AttachmentID) {
			f.Photos = append(f.Photos, t.AttachmentID)
		}
		if first == nil || t.ServerAt.Before(first.ServerAt) {
			first = &twins[i]
		}
	}
	if first == nil {
		return nil
	}
	f.Figures = Figures{
		"photos": strconv.Itoa(len(f.Photos)), "on": day.In(first.ServerAt, day.Shanghai).String(), "code": grouped(first.Code), "bits": strconv.Itoa(first.Apart),
	}
	return &f
}

// nightBatch: many checks of one person in one night, this being the latest. around are his others.
func (r Rules) nightBatch(c Record, around []Record) *Finding {
	night, ok := r.night(c)
	if !ok || c.StaffID == nil {
		return nil
	}
	n, from := 1, c.began()
	for _, o := range around {
		before := c.began().Sub(o.began())
		if o.CheckID == c.CheckID || before < 0 || before > time.Duration(r.Night.Minutes)*time.Minute {
			continue
		}
		if same, ok := r.night(o); !ok || same != night {
			continue
		}
		n++
		if o.began().Before(from) {
			from = o.began()
		}
	}
	if n < r.Night.Checks {
		return nil
	}
	clock := func(t time.Time) string { return t.In(day.Shanghai).Format("01-02 15:04") }
	return &Finding{NightBatch, fmt.Sprintf("night:%d:%s", *c.StaffID, night), Figures{
		"person": c.PersonName, "checks": strconv.Itoa(n), "from": clock(from), "until": clock(corrected(c.FinishedAt, c.ClockMS)),
	}, nil}
}

// night returns the evening day of the night in which a record was begun; ok is false for one that
// was not, or that is a night shift's.
func (r Rules) night(c Record) (day.Date, bool) {
	at := c.began().In(day.Shanghai)
	if c.Night || c.silent() || (at.Hour() < r.Night.FromHour && at.Hour() >= r.Night.UntilHour) {
		return day.Date{}, false
	}
	return day.In(at.Add(-time.Duration(r.Night.UntilHour)*time.Hour), day.Shanghai), true
}

// seen is a point and where the phone was for it.
type seen struct {
	stop Stop
	fix  Fix
}

// oneSpot: points that lie apart were all recorded in one place: those of a route by its photos, or
// the single points of one person's day, this record being the latest.
func (r Rules) oneSpot(c Record, photos []Proof, around []Record) *Finding {
	var all []seen
	subject := c.subject()
	if len(c.Route) > 1 {
		all = onRoute(c, photos)
	} else if c.StaffID != nil {
		subject = fmt.Sprintf("spot:%d:%s", *c.StaffID, c.StartedOn)
		for _, o := range append(slices.Clone(around), c) {
			if o.StartedOn == c.StartedOn && !o.began().After(c.began()) && o.Position != nil && len(o.Route) == 1 && !o.silent() {
				all = append(all, seen{o.Route[0], *o.Position})
			}
		}
	}
	points, apart, within := spread(all)
	if points < r.Spot.Points || apart < float64(r.Spot.Apart) || within > float64(r.Spot.Within) {
		return nil
	}
	return &Finding{OneSpot, subject, Figures{"points": strconv.Itoa(points), "apart": metres(apart), "within": metres(math.Ceil(within))}, nil}
}

func metres(m float64) string { return strconv.Itoa(int(math.Round(m))) }

// onRoute pairs the points of a route with the first photo taken at each.
func onRoute(c Record, photos []Proof) (all []seen) {
	for _, s := range c.Route {
		i := slices.IndexFunc(photos, func(p Proof) bool { return p.PointID != nil && *p.PointID == int64(s.PointID) && p.fix() != nil })
		if i >= 0 {
			all = append(all, seen{s, *photos[i].fix()})
		}
	}
	return all
}

// spread counts the points whose place is known, and returns the largest distance between their
// places and between the positions recorded, in metres.
func spread(all []seen) (points int, apart, within float64) {
	known := map[id.Of[id.Point]]bool{}
	for i, a := range all {
		if a.stop.Known == nil {
			continue
		}
		known[a.stop.PointID] = true
		for _, b := range all[:i] {
			if b.stop.Known != nil {
				apart, within = max(apart, a.stop.Known.apart(*b.stop.Known)), max(within, a.fix.apart(b.fix))
			}
		}
	}
	return len(known), apart, within
}

// falsePlace: from one photo to the next faster than anybody travels, or photos over a long time at
// coordinates equal to the last digit, which a receiver that measures anew does not give.
func (r Rules) falsePlace(c Record, photos []Proof) *Finding {
	placed := slices.DeleteFunc(slices.Clone(photos), func(p Proof) bool { return p.fix() == nil || p.DeviceAt == nil })
	slices.SortStableFunc(placed, func(a, b Proof) int { return a.taken().Compare(b.taken()) })
	for i := 1; i < len(placed); i++ {
		a, b := placed[i-1], placed[i]
		way := a.fix().apart(*b.fix()) - float64(a.fix().Accuracy) - float64(b.fix().Accuracy)
		took := max(b.taken().Sub(a.taken()), time.Second)
		if kmh := way / took.Seconds() * 3.6; way > float64(r.Place.Metres) && kmh > float64(r.Place.Speed) {
			return &Finding{FalsePlace, c.subject(), Figures{
				"how":    fmt.Sprintf("相邻两张照片相距 %s 米，间隔 %s 秒，相当于每小时 %s 公里。", metres(way), seconds(took), metres(kmh)),
				"how@en": fmt.Sprintf("Two photos in a row are %s m and %s s apart, which is %s km/h.", metres(way), seconds(took), metres(kmh)),
			}, []id.Of[id.Attachment]{a.AttachmentID, b.AttachmentID}}
		}
	}
	return r.frozen(c, placed)
}

func (r Rules) frozen(c Record, placed []Proof) *Finding {
	by := map[[2]int32][]Proof{}
	for _, p := range placed {
		k := [2]int32{*p.LongitudeE6, *p.LatitudeE6}
		by[k] = append(by[k], p)
		same := by[k]
		took := same[len(same)-1].taken().Sub(same[0].taken())
		if len(same) < r.Place.Photos || took < time.Duration(r.Place.Minutes)*time.Minute {
			continue
		}
		f := &Finding{Rule: FalsePlace, Subject: c.subject(), Figures: Figures{
			"how":    fmt.Sprintf("%d 分钟内的 %d 张照片，坐标到最后一位都相同。", int(took.Minutes()), len(same)),
			"how@en": fmt.Sprintf("%d photos over %d minutes have coordinates equal to the last digit.", len(same), int(took.Minutes())),
		}}
		for _, s := range same {
			f.Photos = append(f.Photos, s.AttachmentID)
		}
		return f
	}
	return nil
}

// reading is what a phone's clock was off at a moment of ours.
type reading struct {
	at    time.Time
	clock int64
}

// clockChange: the phone's clock moved against ours between two records of one person, the later
// being this check or a photo of it. before are his photos up to then, around his other checks.
func (r Rules) clockChange(c Record, photos, before []Proof, around []Record) *Finding {
	own := readings(photos, []Record{c})
	if c.StaffID == nil || len(own) == 0 {
		return nil
	}
	all := append(readings(before, around), own...)
	byTime := func(a, b reading) int { return a.at.Compare(b.at) }
	slices.SortStableFunc(all, byTime)
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		jump := time.Duration(b.clock-a.clock) * time.Millisecond
		if !slices.Contains(own, b) || b.at.Sub(a.at) > time.Duration(r.Clock.Hours)*time.Hour || jump.Abs() <= time.Duration(r.Clock.Seconds)*time.Second {
			continue
		}
		return &Finding{ClockChange, c.subject(), Figures{
			"before": off(a.clock), "after": off(b.clock), "jump": seconds(jump.Abs()),
		}, nil}
	}
	return nil
}

func readings(photos []Proof, checks []Record) (out []reading) {
	for _, p := range photos {
		if p.ClockMS != nil {
			out = append(out, reading{p.taken(), *p.ClockMS})
		}
	}
	for _, c := range checks {
		if c.ClockMS != nil && !c.silent() {
			out = append(out, reading{corrected(c.FinishedAt, c.ClockMS), *c.ClockMS})
		}
	}
	return out
}

// off writes by how much a clock is off: +3 s is slow, as the server's is later.
func off(ms int64) string { return fmt.Sprintf("%+d s", int(math.Round(float64(ms)/1000))) }

// Tally is what the checks of a company came to in a month.
type Tally struct {
	CompanyID     rbac.CompanyID
	Month         day.Date // its first day
	RegionPath    string
	OversightLine int16
	Checks        int
	Found         int // of these, with a failed item
}

// Peers are other companies of the county and line over the same months.
type Peers struct{ Companies, Checks, Found int }

// zeroFindings: many checks, none of which found anything, where peers would have found several.
func (r Rules) zeroFindings(month day.Date, checks, found int, p Peers) *Finding {
	if found > 0 || checks < r.Zero.Checks || p.Companies < r.Zero.Peers || p.Checks == 0 {
		return nil
	}
	expected := float64(checks) * float64(p.Found) / float64(p.Checks)
	if expected < float64(r.Zero.Expected) {
		return nil
	}
	return &Finding{ZeroFindings, "company:" + month.String(), Figures{
		"months": strconv.Itoa(r.Zero.Months), "checks": strconv.Itoa(checks), "peers": strconv.Itoa(p.Companies),
		"rate": strconv.FormatFloat(100*float64(p.Found)/float64(p.Checks), 'f', 1, 64), "expected": metres(expected),
	}, nil}
}
