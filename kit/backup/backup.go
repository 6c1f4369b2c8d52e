// Package backup writes everything an installation holds into one directory while it runs,
// checks such a directory, and brings it back into an empty database:
//
//	manifest.json   what is in it; written last, so a directory without one is no backup
//	database.dump   pg_dump's custom format
//	files.sha256    one line a file, as sha256sum writes them: sha256sum -c files.sha256
//	files/          the uploaded and made files, by key
//
// The secret key is not in it: without the key the backup of an installation reveals no
// sealed value, and cannot be restored.
package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/blob"
)

// Names within the directory.
const (
	manifestName = "manifest.json"
	dumpName     = "database.dump"
	listName     = "files.sha256"
	filesName    = "files"
)

// format is of the directory. A reader refuses what it does not know.
const format = 1

// What is refused.
var (
	ErrNotEmpty = errors.New("the database is not empty: restore into a new one")
	ErrKey      = errors.New("SECRET_KEY is not the one this backup was made under: sealed values could not be read")
	ErrNewer    = errors.New("the backup was made by a newer program: restore it with that one")
	ErrNone     = errors.New("there is no whole backup here: manifest.json is missing")
	ErrRows     = errors.New("the restored database does not hold what the backup counted")
)

// Manifest says what a backup holds.
type Manifest struct {
	Format   int              `json:"format"`
	Made     time.Time        `json:"made"`   // when the snapshot was taken
	Schema   int64            `json:"schema"` // last migration
	Server   int              `json:"server"` // major version of PostgreSQL
	Owner    string           `json:"owner"`  // role that owned everything
	Key      string           `json:"key"`    // derived from the secret key; tells keys apart, reveals none
	Rows     map[string]int64 `json:"rows"`   // by table, in the snapshot
	Database Part             `json:"database"`
	Files    Part             `json:"files"`           // of files.sha256
	Count    int              `json:"count"`           // of files
	Bytes    int64            `json:"bytes"`           // of files together
	Absent   []string         `json:"absent"`          // keys that rows name and the store does not hold, at most a hundred
	Trail    json.RawMessage  `json:"trail,omitempty"` // heads of the chains of the trail
}

// Part is one file of the directory.
type Part struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Source is what is backed up.
type Source struct {
	DSN     string // of the database, as a role that row security does not bind
	Files   blob.Store
	Key     string   // see Manifest
	Columns []string // names of the columns that hold keys of files
	// Trail returns the heads of the chains of the trail within the snapshot; may be nil.
	Trail func(context.Context, pgx.Tx) (json.RawMessage, error)
}

// Make writes a backup of s into dir, which must be new or empty. The database is read in
// one snapshot; files are copied after it, so that none that the snapshot names is missed.
func Make(ctx context.Context, s Source, dir string, now time.Time) (m Manifest, err error) {
	if err := emptyDir(dir); err != nil {
		return m, err
	}
	conn, err := pgx.Connect(ctx, s.DSN)
	if err != nil {
		return m, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	m = Manifest{Format: format, Made: now.UTC().Truncate(time.Second), Key: s.Key, Absent: []string{}}
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := describe(ctx, tx, s, &m); err != nil {
			return err
		}
		var snapshot string
		if err := tx.QueryRow(ctx, "SELECT pg_export_snapshot()").Scan(&snapshot); err != nil {
			return err
		}
		if err := dump(ctx, s.DSN, m.Server, snapshot, filepath.Join(dir, dumpName)); err != nil {
			return err
		}
		if err := copyOut(ctx, s.Files, dir, &m); err != nil {
			return err
		}
		m.Absent, err = absent(ctx, tx, s.Columns, filepath.Join(dir, filesName))
		return err
	})
	if err != nil {
		return m, err
	}
	for name, part := range map[string]*Part{dumpName: &m.Database, listName: &m.Files} {
		if *part, err = measure(filepath.Join(dir, name)); err != nil {
			return m, err
		}
	}
	return m, write(dir, m)
}

// describe fills in what the database says of itself.
func describe(ctx context.Context, tx pgx.Tx, s Source, m *Manifest) error {
	var unbound bool
	q := "SELECT current_user::text, current_setting('server_version_num')::int / 10000, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
	if err := tx.QueryRow(ctx, q).Scan(&m.Owner, &m.Server, &unbound); err != nil {
		return err
	}
	if !unbound {
		return fmt.Errorf("row security hides rows from %s: as a superuser, ALTER ROLE %s BYPASSRLS", m.Owner, pgx.Identifier{m.Owner}.Sanitize())
	}
	if err := tx.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&m.Schema); err != nil {
		return err
	}
	var err error
	if m.Rows, err = count(ctx, tx); err != nil {
		return err
	}
	if s.Trail != nil {
		m.Trail, err = s.Trail(ctx, tx)
	}
	return err
}

// querier is a connection or a transaction.
type querier interface {
	Query(ctx context.Context, q string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, q string, args ...any) pgx.Row
}

// count counts the rows of every table.
func count(ctx context.Context, db querier) (map[string]int64, error) {
	rows, err := db.Query(ctx, "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1")
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	out := make(map[string]int64, len(names))
	for _, n := range names {
		var rows int64
		if err := db.QueryRow(ctx, "SELECT count(*) FROM ONLY "+pgx.Identifier{"public", n}.Sanitize()).Scan(&rows); err != nil {
			return nil, err
		}
		out[n] = rows
	}
	return out, nil
}

// Read reads the manifest of a backup. Errors: ErrNone, ErrNewer.
func Read(dir string) (m Manifest, err error) {
	b, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, ErrNone
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("%s: %w", manifestName, err)
	}
	if m.Format > format {
		return m, ErrNewer
	}
	return m, nil
}

// write puts the manifest in its place, whole.
func write(dir string, m Manifest) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	name := filepath.Join(dir, manifestName)
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// emptyDir makes dir; one with anything in it is refused.
func emptyDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	in, err := os.ReadDir(dir)
	if err == nil && len(in) > 0 {
		err = fmt.Errorf("%s is not empty: a backup goes into a directory of its own", dir)
	}
	return err
}

// measure describes a file.
func measure(name string) (p Part, err error) {
	f, err := os.Open(name)
	if err != nil {
		return p, err
	}
	defer f.Close()
	h := sha256.New()
	if p.Bytes, err = io.Copy(h, f); err != nil {
		return p, err
	}
	p.SHA256 = hex.EncodeToString(h.Sum(nil))
	return p, nil
}
