package staff

import (
	"context"
	"encoding/hex"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Sought is what a list says of a person; whatever is empty it does not say.
type Sought struct {
	StaffID                           id.Of[id.Staff] // known already: the rest says nothing then
	Name, EmployeeNo, Phone, Identity string
}

// Recognised is a person a list may mean.
type Recognised struct {
	StaffID id.Of[id.Staff]
	Name    string
	LeftOn  day.Date
}

// Recognise finds, for each of list, whom it may mean, in one statement for all: by employee number, identity
// number (its keyed hash) or phone, which must all fit; by name alone only where nothing else is said.
func (s *Service) Recognise(ctx context.Context, tx db.Tx, company rbac.CompanyID, list []Sought) ([][]Recognised, error) {
	keys := s.Box.Field(int64(company))
	indexes := make([]string, len(list))
	ids, nos, phones, names, hashes := db.Ints{}, db.Texts{}, db.Texts{}, db.Texts{}, db.Texts{}
	for i, x := range list {
		ids, nos, phones, names = append(ids, int64(x.StaffID)), append(nos, strings.ToUpper(x.EmployeeNo)), append(phones, x.Phone), append(names, x.Name)
		if x.Identity != "" {
			indexes[i] = hex.EncodeToString(keys.Index(x.Identity, identityColumn))
			hashes = append(hashes, indexes[i])
		}
	}
	var found []struct {
		Recognised
		Marks
	}
	err := tx.WithContext(ctx).Raw(`SELECT id AS staff_id, name, left_on, upper(employee_no) AS employee_no, phone, encode(identity_index, 'hex') AS hash FROM staff_person
		WHERE company_id = ? AND (id = ANY(?::bigint[]) OR (employee_no <> '' AND upper(employee_no) = ANY(?::text[])) OR (phone <> '' AND phone = ANY(?::text[]))
			OR (name = ANY(?::text[]) AND left_on IS NULL) OR (identity_index <> '' AND encode(identity_index, 'hex') = ANY(?::text[])))
		ORDER BY (left_on IS NOT NULL), id`, int64(company), ids, nos, phones, names, hashes).Scan(&found).Error
	out := make([][]Recognised, len(list))
	for i, x := range list {
		for _, exactly := range []bool{true, false} {
			for _, f := range found {
				if x.is(f.Recognised, f.Marks, indexes[i], exactly) {
					out[i] = append(out[i], f.Recognised)
				}
			}
			if len(out[i]) > 0 {
				break
			}
		}
	}
	return out, err
}

// Marks tell a person from others.
type Marks struct{ EmployeeNo, Phone, Hash string }

// is reports whether x means somebody: all that it says fits, exactly, or where nothing is recorded to compare it with, by name.
func (x Sought) is(r Recognised, m Marks, hash string, exactly bool) bool {
	if x.StaffID != 0 {
		return r.StaffID == x.StaffID
	}
	said := false
	for _, one := range [][2]string{{strings.ToUpper(x.EmployeeNo), m.EmployeeNo}, {hash, m.Hash}, {x.Phone, m.Phone}} {
		switch {
		case one[0] == "" || (!exactly && one[1] == ""):
		case one[0] != one[1]:
			return false
		default:
			said = true
		}
	}
	if x.Name == "" {
		return said
	}
	return r.Name == x.Name && (said || (r.LeftOn.IsZero() && (!exactly || x.EmployeeNo+hash+x.Phone == "")))
}
