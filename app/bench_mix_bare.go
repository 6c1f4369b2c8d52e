package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"anbiao/kit/config"
	"anbiao/kit/page"
)

const (
	benchBare   = "bench-bare"
	bareCompany = "X-Bare-Company"
	bareArea    = "X-Bare-Area"
)

func benchBareCommand() *cobra.Command {
	return &cobra.Command{
		Use:    benchBare,
		Short:  "Serve what the mixed load of bench is compared with: no sessions, no permissions, no row security",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load()
			if err != nil {
				return err
			}
			if cfg.Production() {
				return errors.New("refused in production")
			}
			return serveBare(cmd.Context(), cfg)
		},
	}
}

// serveBare serves until ctx ends.
func serveBare(ctx context.Context, cfg config.Config) error {
	settings, err := pgxpool.ParseConfig(string(cfg.DatabaseURL))
	if err != nil {
		return err
	}
	settings.MaxConns = 2 * poolSize // as many as our program has for companies and regulators
	pool, err := pgxpool.NewWithConfig(ctx, settings)
	if err != nil {
		return err
	}
	defer pool.Close()
	s := &bareServer{bench: &bench{owner: pool}, dir: cfg.DataDir}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/attachment/files", answer(http.StatusCreated, s.postPhoto))
	mux.HandleFunc("POST /api/inspection/checks", answer(http.StatusCreated, s.postCheck))
	mux.HandleFunc("GET "+graded, s.getList)
	mux.HandleFunc("GET "+graded+"/{id}", answer(http.StatusOK, func(r *http.Request) ([]byte, error) { return s.bareDossier(r.Context(), r.PathValue("id")) }))
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return err
	}
	fmt.Println("bench-bare is ready:", localURL(l.Addr()))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: grace}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// bareServer does the bare minimum of the mixed load.
type bareServer struct {
	*bench
	dir string
}

// answer turns what a handler returns into a response.
func answer(status int, handle func(*http.Request) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := handle(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(out) // the client may have gone
	}
}

// postPhoto writes the photo to a file and its row.
func (s *bareServer) postPhoto(r *http.Request) ([]byte, error) {
	file, header, err := r.FormFile("file")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	name := uuid.NewString()
	if err := os.WriteFile(filepath.Join(s.dir, name), content, 0o600); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	var made string
	err = s.owner.QueryRow(r.Context(), `INSERT INTO attachment (company_id, region_path, oversight_line, client_id, name, media_type, bytes, sha256, uploaded_at, uploaded_person, uploaded_name, original_key, display_key, thumb_key)
		SELECT company_id, region_path, oversight_line, $2, $3, 'image/jpeg', $4, $5, now(), 0, 'bare', $6, '', '' FROM company WHERE company_id = $1::text::bigint RETURNING id::text`,
		r.Header.Get(bareCompany), r.FormValue("clientId"), header.Filename, len(content), sum[:], name).Scan(&made)
	return fmt.Appendf(nil, `{"id":%q}`, made), err
}

// postCheck writes the row of a check and notes with its photos whose they are.
func (s *bareServer) postCheck(r *http.Request) ([]byte, error) {
	var in struct {
		ClientID, StartedOn, StartedAt, FinishedAt, PointID, StandardID string
		Answers                                                         json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	var answers []struct{ Photos []string }
	if err := json.Unmarshal(in.Answers, &answers); err != nil {
		return nil, err
	}
	photos := []string{}
	for _, a := range answers {
		photos = append(photos, a.Photos...)
	}
	var made string
	sum := sha256.Sum256(in.Answers)
	err := pgx.BeginFunc(r.Context(), s.owner, func(tx pgx.Tx) error {
		if err := tx.QueryRow(r.Context(), `INSERT INTO inspection_check (company_id, started_on, region_path, oversight_line, client_id, content_hash, point_id, standard_id, person_name,
				started_at, finished_at, received_at, answers, passed, failed, not_applicable)
			SELECT company_id, $2::text::date, region_path, oversight_line, $3, $4, $5::text::bigint, $6::text::bigint, 'bare', $7::text::timestamptz, $8::text::timestamptz, now(), $9, $10, 0, 0
				FROM company WHERE company_id = $1::text::bigint RETURNING id::text`,
			r.Header.Get(bareCompany), in.StartedOn, in.ClientID, sum[:], in.PointID, in.StandardID, in.StartedAt, in.FinishedAt, string(in.Answers), len(answers)).Scan(&made); err != nil {
			return err
		}
		_, err := tx.Exec(r.Context(), `UPDATE attachment SET bound_noun = 'inspection_check', bound_id = $2::text::bigint, bound_at = now()
			WHERE company_id = $1::text::bigint AND id = ANY($3::text[]::bigint[])`, r.Header.Get(bareCompany), made, photos)
		return err
	})
	return fmt.Appendf(nil, `{"id":%q}`, made), err
}

// getList answers with a page of the graded list: the first, one with the filter, or one behind a cursor.
func (s *bareServer) getList(w http.ResponseWriter, r *http.Request) {
	area, cond, after := r.Header.Get(bareArea), "true", "true"
	if r.URL.Query().Has("overdue") {
		cond = shapes[0].cond
	}
	args := []any{area, area + "~"}
	if cursor := r.URL.Query().Get("cursor"); cursor != "" {
		k, err := (page.Query{Cursor: cursor}).Start("standing", 3)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		after = "(colour, key, company_id) > ($3::text::int, $4::text::int, $5::text::bigint)"
		args = append(args, k.Vals[0], k.Vals[1], k.Vals[2])
	}
	q := fmt.Sprintf(`WITH g AS %s (SELECT company_id, colour, score AS key FROM oversight_board WHERE region_path >= $1 AND region_path < $2 AND %s),
		r AS (SELECT * FROM g WHERE %s ORDER BY %s LIMIT 21) %s ORDER BY r.%s`, gathering(area), cond, after, worst, bareTail, strings.ReplaceAll(worst, ", ", ", r."))
	s.answerPage(w, r, q, args...)
}
