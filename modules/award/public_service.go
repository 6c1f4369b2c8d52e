package award

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
)

// Public is an award as anybody may read it: never a person.
type Public struct {
	ID            id.Of[id.Award]
	PublicID      uuid.UUID
	CompanyName   string
	USCC          string
	Industry      string
	Speciality    string
	Level         string
	LevelName     string
	CertificateNo string
	Authority     string
	ReviewUnit    string
	AnnouncedOn   day.Date
	ValidUntil    day.Date
	NoticeNo      string
	State         State
	RevokedOn     day.Date
}

// on is the state on a day.
func (p Public) on(today day.Date) State {
	a := Award{State: p.State, ValidUntil: p.ValidUntil, WindowOn: p.ValidUntil.AddDays(1)}
	if a.State == RenewalDue {
		a.State = InForce
	}
	return a.On(today)
}

// Look shows the award of a verification page. Errors: ErrUnknownAward.
func (s *Service) Look(ctx context.Context, public uuid.UUID) (p Public, now day.Date, err error) {
	return s.verified(ctx, &public, "", "")
}

// Check shows the award of a certificate by its number and the code printed beside it. Errors: ErrUnknownAward.
func (s *Service) Check(ctx context.Context, number, code string) (p Public, now day.Date, err error) {
	return s.verified(ctx, nil, strings.ToUpper(strings.TrimSpace(number)), strings.ToUpper(strings.TrimSpace(code)))
}

func (s *Service) verified(ctx context.Context, public *uuid.UUID, number, code string) (p Public, now day.Date, err error) {
	err = s.Gate.Public(ctx, ActionPublic, func(tx db.Tx) error {
		now = today(tx)
		rows, err := verify(ctx, tx, public, number, code)
		if err == nil && len(rows) == 0 {
			err = ErrUnknownAward
		}
		p = append(rows, Public{})[0]
		return err
	})
	return p, now, err
}

// PublicFilter names an area.
type PublicFilter struct {
	page.Query
	Division string `query:"division" minLength:"2" maxLength:"15" pattern:"^[0-9A-Z]+$" required:"true" doc:"area, by its path"`
	Level    string `query:"level" enum:",1,2,3,pass"`
}

// Publication lists the levels of an area, latest first, for anybody. Errors: page.ErrCursor.
func (s *Service) Publication(ctx context.Context, f PublicFilter) (rows []Public, k page.Key, now day.Date, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, now, err
	}
	before := int64(0)
	if !k.First() {
		if before, err = strconv.ParseInt(k.Vals[0], 10, 64); err != nil || k.Back {
			return nil, k, now, page.ErrCursor.At("query.cursor")
		}
	}
	err = s.Gate.Public(ctx, ActionPublic, func(tx db.Tx) (err error) {
		now = today(tx)
		rows, err = published(ctx, tx, f.Division, f.Level, before, f.Limit+1)
		return err
	})
	return rows, k, now, err
}
