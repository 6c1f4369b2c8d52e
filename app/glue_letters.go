package main

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/letter"
	"anbiao/modules/notice"
	"anbiao/modules/responsibility"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// glueLetters gives the letters what other modules know.
func (h *house) glueLetters() {
	s := h.letter
	s.Blobs, s.Tree, s.Duties, s.Firm, s.Claim, s.Files, s.Tell, s.Withdraw = h.attachment.Blobs, staff.TreeOn, dutiesHeld, companyName, h.attachment.Claim, filesOf,
		tellLetters, notice.Withdraw
	h.staff.Seated = append(h.staff.Seated, s.MakeIn)
}

// dutiesHeld puts the cells of the matrix into the shape in which a letter lists them. Who is
// only asked or told (C, I) answers for nothing.
func dutiesHeld(ctx context.Context, tx db.Tx, c rbac.CompanyID, posts []id.Of[id.Post], on day.Date) (map[id.Of[id.Post]][]letter.Duty, int, error) {
	cells, err := responsibility.Held(ctx, tx, c, posts, on)
	if err != nil {
		return nil, 0, err
	}
	out := map[id.Of[id.Post]][]letter.Duty{}
	for _, d := range cells {
		if d.Raci == "C" || d.Raci == "I" {
			continue
		}
		out[d.PostID] = append(out[d.PostID], letter.Duty{Text: d.Text, Basis: d.Basis, Frequency: d.Frequency, Kind: d.Kind, Score: d.Score})
	}
	version, err := responsibility.Version(ctx, tx, c)
	return out, version, err
}

func filesOf(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]letter.File, error) {
	found, err := attachment.Known(ctx, tx, c, ids)
	out := map[id.Of[id.Attachment]]letter.File{}
	for _, f := range found {
		out[f.ID] = letter.File{SHA256: f.SHA256, Key: f.OriginalKey, Display: f.DisplayKey}
	}
	return out, err
}

func tellLetters(ctx context.Context, tx db.Tx, list []letter.Note) error {
	notes := make([]notice.Note, len(list))
	for i, n := range list {
		notes[i] = notice.Note{Person: n.Person, Company: n.CompanyID, Noun: n.Noun, Object: n.Object, Code: n.Code, Params: n.Params, Key: n.Key}
	}
	_, err := notice.Remind(ctx, tx, notes...)
	return err
}
