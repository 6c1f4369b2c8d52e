package standardization

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Record is a row of another module that can show how an item stands.
type Record struct {
	Ref   string   `json:"ref" doc:"its id"`
	Title string   `json:"title"`
	On    day.Date `json:"on"`
	Path  string   `json:"path" doc:"page that shows it; empty: none"`
}

// Source is a sort of record that can be picked as evidence. Modules that come later add theirs where the program
// is wired.
type Source struct {
	Key string // texts: standardization.source.<key>
	// Page reads records that the actor may see, latest first, outside of any transaction: whatever permission
	// the records ask for is asked.
	Page func(ctx context.Context, text, cursor string, limit int) (rows []Record, next string, err error)
}

// Search asks for records that could be evidence.
type Search struct {
	Source string `query:"source" maxLength:"40"`
	Text   string `query:"text" maxLength:"40"`
	Cursor string `query:"cursor" maxLength:"400"`
}

// SourceKeys lists the sorts of records there are.
func (s *Service) SourceKeys() []string {
	out := make([]string, len(s.Sources))
	for i, one := range s.Sources {
		out[i] = one.Key
	}
	return out
}

// Records lists records that could be evidence. Errors: ErrEvidence, and those of reading them.
func (s *Service) Records(ctx context.Context, q Search) ([]Record, string, error) {
	if err := s.Gate.Read(ctx, ActionAnswer, func(db.Tx, rbac.Scope) error { return nil }); err != nil {
		return nil, "", err
	}
	i := slices.IndexFunc(s.Sources, func(one Source) bool { return one.Key == q.Source })
	if i < 0 {
		return nil, "", ErrEvidence.At("query.source")
	}
	rows, next, err := s.Sources[i].Page(ctx, strings.TrimSpace(q.Text), q.Cursor, 20)
	return append([]Record{}, rows...), next, err
}

// Shown is evidence to be put beside an item: a record of the system, or a file.
type Shown struct {
	ItemCode string               `json:"itemCode" minLength:"1" maxLength:"40"`
	Source   string               `json:"source" minLength:"1" maxLength:"40" doc:"file: uploaded"`
	Ref      string               `json:"ref" required:"false" maxLength:"20" pattern:"^[0-9]*$" doc:"of the record"`
	FileID   id.Of[id.Attachment] `json:"fileId" required:"false"`
	Title    string               `json:"title" required:"false" maxLength:"200" doc:"of a file"`
	Note     string               `json:"note" required:"false" maxLength:"300"`
}

// known looks a record up among the latest that the actor may see. Errors: ErrEvidence.
func (s *Service) known(ctx context.Context, in Shown) (Record, error) {
	if in.Source == Uploaded {
		if in.Title = strings.TrimSpace(in.Title); in.Title == "" || in.FileID == 0 {
			return Record{}, ErrBlank.At("body.title")
		}
		return Record{Ref: in.FileID.String(), Title: in.Title}, nil
	}
	i := slices.IndexFunc(s.Sources, func(one Source) bool { return one.Key == in.Source })
	if i < 0 || in.Ref == "" {
		return Record{}, ErrEvidence.At("body.source")
	}
	const pages, each = 10, 100
	cursor := ""
	for range pages {
		rows, next, err := s.Sources[i].Page(ctx, "", cursor, each)
		if err != nil {
			return Record{}, err
		}
		for _, r := range rows {
			if r.Ref == in.Ref {
				return r, nil
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	return Record{}, ErrEvidence.At("body.ref")
}

// Show puts evidence beside an item. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrItem, ErrNotMine, ErrEvidence, ErrBlank.
func (s *Service) Show(ctx context.Context, n id.Of[id.Evaluation], in Shown) (id.Of[id.Evaluation], error) {
	r, err := s.known(ctx, in)
	if err != nil {
		return 0, err
	}
	return n, s.item(ctx, n, in.ItemCode, func(tx db.Tx, scope rbac.Scope, e *Evaluation, it *scoring.Item, _ *Answer) error {
		ref, err := strconv.ParseInt(r.Ref, 10, 64)
		if err != nil {
			return ErrEvidence.At("body.ref").Because(err)
		}
		if err := insertEvidence(ctx, tx, &Evidence{
			CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, EvaluationID: e.ID, Kind: e.Kind, ItemCode: it.Code,
			Source: in.Source, Ref: ref, Title: r.Title, HappenedOn: r.On, Path: r.Path, Note: strings.TrimSpace(in.Note), AddedAt: tx.Now, AddedBy: scope.Actor().Name,
		}); err != nil {
			return err
		}
		if in.Source == Uploaded && s.Claim != nil {
			return s.Claim(ctx, tx, scope, e.CompanyID, []id.Of[id.Attachment]{in.FileID}, "standardization_evaluation", int64(e.ID))
		}
		return nil
	})
}

// Hide takes evidence away from an item. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrItem, ErrNotMine, ErrEvidence.
func (s *Service) Hide(ctx context.Context, n id.Of[id.Evaluation], code string, evidence int64) (id.Of[id.Evaluation], error) {
	return n, s.item(ctx, n, code, func(tx db.Tx, _ rbac.Scope, e *Evaluation, it *scoring.Item, _ *Answer) error {
		return withdrawEvidence(ctx, tx, e, it.Code, evidence)
	})
}
