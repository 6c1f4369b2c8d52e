package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/checklist"
	"anbiao/modules/inspection"
	"anbiao/modules/notice"
	"anbiao/modules/oversight"
	"anbiao/modules/proof"
	"anbiao/rbac"
)

// glueProof has photos proven as they arrive, and checks looked at after they did.
func (h *house) glueProof(base string) error {
	s := h.proof
	cal, err := calendar.Open()
	if err != nil {
		return err
	}
	s.Blobs, s.Ring, s.BaseURL, s.Calendar = h.ground.files, proof.NewRing(h.box.DeriveEach(proof.Purpose)), base, cal
	s.Claim, s.Tell, s.New, s.Around, s.Touch = h.attachment.Claim, tellSignal, h.newRecords, h.recordsAround, oversight.Enqueue
	h.attachment.Prove = h.prove
	h.inspection.Submitted = submitted
	return nil
}

// exhibit is a proof in the shape in which files are proven.
type exhibit struct{ *proof.Draft }

// Keep notes the proof of f.
func (e exhibit) Keep(ctx context.Context, tx db.Tx, _ rbac.Scope, f attachment.File, display []byte) error {
	return e.Draft.Keep(ctx, tx, f.ID, display)
}

func (h *house) prove(ctx context.Context, tx db.Tx, scope rbac.Scope, f attachment.File, s *attachment.Shot) (attachment.Proof, error) {
	var shot *proof.Shot
	if s != nil {
		converted := proof.Shot(*s)
		shot = &converted
	}
	d, err := h.proof.Prepare(ctx, tx, scope, proof.Photo{ClientID: f.ClientID, SHA256: f.SHA256, Uploader: f.UploadedName}, shot)
	if err != nil {
		return nil, err
	}
	return exhibit{d}, nil
}

func tellSignal(ctx context.Context, tx db.Tx, n proof.Note) error {
	return told(ctx, tx, notice.Note{Company: n.CompanyID, Noun: "proof_signal", Object: int64(n.SignalID), Code: n.Code, Params: n.Params, Key: n.Key}, 0, 0, []string{"principal", "safety"})
}

func (h *house) newRecords(ctx context.Context, tx db.Tx, c rbac.CompanyID, from, until time.Time) ([]proof.Record, error) {
	found, err := inspection.Received(ctx, tx, c, from, until)
	if err != nil {
		return nil, err
	}
	out := make([]proof.Record, len(found))
	for i, r := range found {
		sheets, err := h.checklist.AnsweredAll(ctx, tx, c, r.Points(), r.StandardID)
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", r.ID, err)
		}
		out[i] = recordOf(r, sheets)
		r.Asked(func(at id.Of[id.Point], a inspection.Answer) {
			out[i].Items++
			if sheet, ok := sheets[at]; ok {
				if asked, ok := sheet.Find(a.Code); ok {
					out[i].Chars += len([]rune(asked.Requirement))
				}
			}
		})
	}
	return out, nil
}

func (h *house) recordsAround(ctx context.Context, tx db.Tx, c rbac.CompanyID, staff int64, from, until time.Time) ([]proof.Record, error) {
	found, err := inspection.Begun(ctx, tx, c, staff, from, until)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var points []id.Of[id.Point]
	for _, r := range found {
		points = append(points, r.Points()...)
	}
	sheets, err := h.checklist.AnsweredAll(ctx, tx, c, points, 0)
	out := make([]proof.Record, len(found))
	for i, r := range found {
		out[i] = recordOf(r, sheets)
	}
	return out, err
}

// recordOf puts a check into the shape the rules look at.
func recordOf(r inspection.Recorded, sheets map[id.Of[id.Point]]checklist.Sheet) proof.Record {
	c := proof.Record{
		CompanyID: r.CompanyID, RegionPath: r.RegionPath, OversightLine: r.OversightLine, StartedOn: r.StartedOn, CheckID: r.ID, PointID: r.PointID, PointName: r.PointName,
		StaffID: r.StaffID, PersonName: r.PersonName, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt, ReceivedAt: r.ReceivedAt, ClockMS: r.ClockMS,
		Position: fixOf(r.LongitudeE6, r.LatitudeE6, r.Accuracy), Found: r.Failed > 0, Photos: r.Photos(), ByException: r.ByException, Paper: r.Paper,
		Night: strings.Contains(r.Shift, "夜") || strings.Contains(r.Shift, "晚"), Correction: r.CorrectsID != nil,
	}
	for _, n := range r.Points() {
		p := sheets[n].Point
		c.Route = append(c.Route, proof.Stop{PointID: n, Known: fixOf(p.LongitudeE6, p.LatitudeE6, nil)})
		c.Explosive = c.Explosive || p.Explosive != checklist.NoAtmosphere
	}
	return c
}

func fixOf(longitude, latitude *int32, accuracy *int) *proof.Fix {
	if longitude == nil || latitude == nil {
		return nil
	}
	f := &proof.Fix{Longitude: *longitude, Latitude: *latitude}
	if accuracy != nil {
		f.Accuracy = int32(min(*accuracy, 1<<20)) //nolint:gosec // bounded
	}
	return f
}
