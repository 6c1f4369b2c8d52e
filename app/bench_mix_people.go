package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"

	"github.com/jackc/pgx/v5"
)

// hire enters the phones' owners, signed in, each with a copy of the form's point and standard in a company of its own.
func (c *mixCrowd) hire(ctx context.Context, tx pgx.Tx, run string) error {
	if _, err := tx.Exec(ctx, `CREATE TEMP TABLE mix_home ON COMMIT DROP AS SELECT *, row_number() OVER (ORDER BY company_id) AS n FROM (
		SELECT company_id, region_path, oversight_line FROM company c WHERE status <> 'closed' AND NOT EXISTS (SELECT FROM account_membership m WHERE m.company_id = c.company_id)
			AND NOT EXISTS (SELECT FROM checklist_standard s WHERE s.company_id = c.company_id) ORDER BY company_id DESC LIMIT `+fmt.Sprint(c.load.phones)+`) x`); err != nil {
		return err
	}
	const copied = `INSERT INTO %[1]s OVERRIDING SYSTEM VALUE SELECT x.* FROM mix_home h, %[1]s t,
		jsonb_populate_record(t, jsonb_build_object('company_id', h.company_id, 'region_path', h.region_path, 'oversight_line', h.oversight_line, %[2]s)) x
		WHERE t.id = $1 AND t.company_id = (SELECT company_id FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE p.login = 'safety')`
	for _, q := range []struct {
		sql string
		arg any
	}{
		{fmt.Sprintf(copied, "checklist_standard", "'published_by', NULL"), c.form.Standard},
		{fmt.Sprintf(copied, "checklist_point", "'public_id', gen_random_uuid()"), c.form.Point},
		{`INSERT INTO account_person (login, name, password_hash) SELECT 'mix-' || $1::text || '-' || n, '安全员', '' FROM mix_home`, run},
		{`INSERT INTO staff_person (company_id, region_path, oversight_line, name, person_id) SELECT h.company_id, h.region_path, h.oversight_line, p.name, p.id
			FROM mix_home h JOIN account_person p ON p.login = 'mix-' || $1::text || '-' || h.n`, run},
		{`INSERT INTO account_membership (person_id, kind, company_id, staff_id, roles) SELECT p.id, 'company', h.company_id, s.id, '{safety}'
			FROM mix_home h JOIN account_person p ON p.login = 'mix-' || $1::text || '-' || h.n JOIN staff_person s ON s.company_id = h.company_id AND s.person_id = p.id`, run},
		{`INSERT INTO account_session (token_hash, person_id, membership_id, expires_at) SELECT sha256(convert_to(p.login, 'UTF8')), p.id, m.id, now() + interval '1 day'
			FROM mix_home h JOIN account_person p ON p.login = 'mix-' || $1::text || '-' || h.n JOIN account_membership m ON m.person_id = p.id`, run},
	} {
		if _, err := tx.Exec(ctx, q.sql, q.arg); err != nil {
			return err
		}
	}
	rows, err := tx.Query(ctx, "SELECT n, company_id::text FROM mix_home ORDER BY n")
	if err != nil {
		return err
	}
	c.phones, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (*mixPhone, error) {
		var n int
		p := &mixPhone{}
		err := r.Scan(&n, &p.company)
		p.mixCaller = mixCaller{token: fmt.Sprintf("mix-%s-%d", run, n), address: fmt.Sprintf("10.1.%d.%d", n/250, n%250+1)}
		return p, err
	})
	if err == nil && len(c.phones) < c.load.phones {
		err = fmt.Errorf("only %d companies that nobody has signed in for", len(c.phones))
	}
	return err
}

// appoint enters the regulators, signed in.
func (c *mixCrowd) appoint(ctx context.Context, tx pgx.Tx, run string) error {
	const person = `WITH body AS (INSERT INTO account_organisation (kind, name, areas) VALUES ('regulator', $1, $2) RETURNING id),
		person AS (INSERT INTO account_person (login, name, password_hash) VALUES ($1, $1, '') RETURNING id),
		place AS (INSERT INTO account_membership (person_id, kind, organisation_id, roles) SELECT person.id, 'regulator', body.id, $3 FROM body, person RETURNING id, person_id)
		INSERT INTO account_session (token_hash, person_id, membership_id, expires_at) SELECT sha256(convert_to($1, 'UTF8')), person_id, id, now() + interval '1 day' FROM place`
	all := c.load.offices
	country, provinces, cities := all/50, all/20, all/10
	areas := []string{}
	for _, level := range []struct{ digits, n int }{{2, provinces}, {4, cities}, {6, all - cities - provinces - country}} {
		var found []string // those with most companies
		if err := tx.QueryRow(ctx, "SELECT array_agg(area) FROM (SELECT left(region_path, $1) AS area FROM company GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT $2) x", level.digits, level.n).Scan(&found); err != nil {
			return err
		}
		for n := range level.n {
			areas = append(areas, found[n%len(found)])
		}
	}
	for range country {
		areas = append(areas, "")
	}
	var everywhere []string
	if err := tx.QueryRow(ctx, "SELECT array_agg(DISTINCT left(region_path, 2)) FROM company").Scan(&everywhere); err != nil {
		return err
	}
	for n, area := range areas {
		login, over, role := fmt.Sprintf("mix-%s-o%d", run, n), []string{area}, "city"
		switch len(area) {
		case 0:
			over = everywhere
		case 6:
			role = "county"
		}
		if _, err := tx.Exec(ctx, person, login, over, []string{role}); err != nil {
			return err
		}
		c.offices = append(c.offices, &mixOffice{mixCaller: mixCaller{token: login, address: fmt.Sprintf("10.2.%d.%d", n/250, n%250+1)}, area: area, step: n}) // not all at the same step
	}
	return nil
}

// mixPictures is how many different photos there are.
const mixPictures = 8

// mixPhotos draws photos of the size and weight that the phone page sends: 1600 × 1200, some 300 kB.
func mixPhotos() [][]byte {
	out := make([][]byte, mixPictures)
	for n := range out {
		dice := rand.New(rand.NewPCG(uint64(n), 1)) //nolint:gosec // pictures, not secrets
		img := image.NewYCbCr(image.Rect(0, 0, 1600, 1200), image.YCbCrSubsampleRatio420)
		const grain = 18 // of the sensor: what makes a photo weigh more than a drawing
		for y := range 1200 {
			for x := range 1600 {
				shade := 60 + (x*(n+3)/40+y/10)%120
				if (x/(90+7*n)+y/130)%3 == 0 {
					shade += 40
				}
				img.Y[img.YOffset(x, y)] = uint8(shade + dice.IntN(grain)) //nolint:gosec // below 238
			}
		}
		paint := color.YCbCr{Cb: uint8(100 + 3*n), Cr: uint8(150 - 2*n)} //nolint:gosec // below 256
		for i := range img.Cb {
			img.Cb[i], img.Cr[i] = paint.Cb, paint.Cr
		}
		var b bytes.Buffer
		_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 85}) // a buffer does not fail
		out[n] = b.Bytes()
	}
	return out
}

// marked is a photo unlike all others: with a comment after its first marker.
func marked(photo []byte, comment string) []byte {
	out := append(make([]byte, 0, len(photo)+len(comment)+4), photo[:2]...)
	out = binary.BigEndian.AppendUint16(append(out, 0xff, 0xfe), uint16(len(comment)+2)) //nolint:gosec // a uuid
	return append(append(out, comment...), photo[2:]...)
}
