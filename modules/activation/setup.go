package activation

import (
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/id"
	"anbiao/rbac"
)

// Asked are the tags that the set-up asks about in plain words; others a company may have stay
// as they are.
var Asked = []string{
	"press", "grinder", "machine", "welding", "gas_cylinder", "spray_paint", "combustible_dust", "confined_space", "hazchem", "crane", "forklift",
	"pressure_vessel", "boiler", "hot_work", "work_at_height", "li_battery", "warehouse", "dormitory", "canteen_gas", "ebike", "tenant",
}

// Seat is one post of a micro firm as the phone sends it.
type Seat struct {
	Name   string   `json:"name" minLength:"1" maxLength:"30" doc:"of the post, e.g. 冲压工"`
	Types  []string `json:"types" nullable:"false" maxItems:"5" doc:"post types of the duty library"`
	Mine   bool     `json:"mine" required:"false" doc:"held by the person who sets up"`
	Person string   `json:"person" required:"false" maxLength:"50" doc:"name of who holds it; may be left open"`
	Phone  string   `json:"phone" required:"false" maxLength:"20"`
}

// Form is what the set-up on the phone sends.
type Form struct {
	StaffCount  int32    `json:"staffCount" minimum:"1" maximum:"1000000"`
	Address     string   `json:"address" minLength:"2" maxLength:"200"`
	ContactName string   `json:"contactName" required:"false" maxLength:"40"`
	Tags        []string `json:"tags" nullable:"false" maxItems:"40" doc:"of those that getSetUp offers"`
	Posts       []Seat   `json:"posts" nullable:"false" maxItems:"20"`
}

// check holds the form to the limits of the light profile. Errors: ErrNotMicro from twenty
// people on, ErrPosts over five posts, ErrPostNeeded, ErrPostTwice.
func (f Form) check() error {
	switch {
	case f.StaffCount >= microStaff:
		return ErrNotMicro.With("limit", fmt.Sprint(microStaff)).At("body.staffCount")
	case len(f.Posts) > mostPosts:
		return ErrPosts.With("limit", fmt.Sprint(mostPosts)).At("body.posts")
	case len(f.Posts) == 0:
		return ErrPostNeeded.At("body.posts")
	}
	seen := map[string]bool{}
	for i, p := range f.Posts {
		name := strings.Join(strings.Fields(p.Name), " ")
		if name == "" || seen[name] {
			return ErrPostTwice.At(fmt.Sprintf("body.posts[%d].name", i))
		}
		seen[name] = true
	}
	return nil
}

// starters are the posts of f that old does not have, held by whom the form says.
func (f Form) starters(me id.Of[id.Staff], old []string) (out []Starter, names []string) {
	had := map[string]bool{}
	for _, n := range old {
		had[n] = true
	}
	for _, p := range f.Posts {
		name := strings.Join(strings.Fields(p.Name), " ")
		names = append(names, name)
		if had[name] {
			continue
		}
		s := Starter{PostName: name, Types: p.Types, Name: strings.Join(strings.Fields(p.Person), " "), Phone: p.Phone}
		if p.Mine {
			s.StaffID, s.Name, s.Phone = me, "", ""
		}
		if s.Name == "" {
			s.Phone = ""
		}
		out = append(out, s)
	}
	return out, names
}

// newProfile is the light profile of a company that sets itself up.
func newProfile(home rbac.Home) Profile {
	return Profile{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Light: true}
}

// common lists what is in both, in the order of the second; never nil.
func common(a, b []string) []string {
	out := []string{}
	for _, x := range b {
		if slices.Contains(a, x) {
			out = append(out, x)
		}
	}
	return out
}
