package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"anbiao/kit/blob"
)

// abreast is how many files are copied at the same time.
const abreast = 8

// mostAbsent is how many missing files a manifest names.
const mostAbsent = 100

// copyOut copies every file of the store and writes the list. One that goes away in
// between had been given up before; it is left out.
func copyOut(ctx context.Context, from blob.Store, dir string, m *Manifest) error {
	list, err := os.OpenFile(filepath.Join(dir, listName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer list.Close()
	w := bufio.NewWriter(list)
	var mu sync.Mutex
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(abreast)
	for info, err := range from.List(within, "") {
		if err != nil {
			return errors.Join(err, group.Wait())
		}
		group.Go(func() error {
			n, sum, err := fetch(within, from, info.Key, filepath.Join(dir, filesName, filepath.FromSlash(info.Key)))
			if errors.Is(err, blob.ErrAbsent) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("%s: %w", info.Key, err)
			}
			mu.Lock()
			defer mu.Unlock()
			m.Count++
			m.Bytes += n
			_, err = fmt.Fprintf(w, "%s  %s/%s\n", sum, filesName, info.Key)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return errors.Join(w.Flush(), list.Sync())
}

// fetch copies one file and returns its size and SHA-256.
func fetch(ctx context.Context, from blob.Store, key, into string) (n int64, sum string, err error) {
	r, err := from.Open(ctx, key)
	if err != nil {
		return 0, "", err
	}
	defer r.Close()
	if err := os.MkdirAll(filepath.Dir(into), 0o700); err != nil {
		return 0, "", err
	}
	f, err := os.OpenFile(into, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, "", err
	}
	h := sha256.New()
	n, err = io.Copy(io.MultiWriter(f, h), r)
	return n, hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Sync(), f.Close())
}

// absent lists keys that rows name and dir does not hold.
func absent(ctx context.Context, tx pgx.Tx, columns []string, dir string) ([]string, error) {
	missing := []string{}
	rows, err := tx.Query(ctx, `SELECT quote_ident(c.relname), quote_ident(a.attname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = ANY($1) AND a.atttypid = 'text'::regtype ORDER BY 1, 2`, columns)
	if err != nil {
		return nil, err
	}
	type column struct{ Table, Name string }
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		rows, err := tx.Query(ctx, "SELECT DISTINCT "+c.Name+" FROM ONLY "+c.Table+" WHERE "+c.Name+" <> ''")
		if err != nil {
			return nil, err
		}
		var key string
		_, err = pgx.ForEachRow(rows, []any{&key}, func() error {
			_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(key)))
			if errors.Is(err, os.ErrNotExist) && len(missing) < mostAbsent {
				missing, err = append(missing, key), nil
			}
			return err
		})
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	return missing, nil
}

// each reads the list and calls fn for every file, several at the same time.
func each(ctx context.Context, dir string, fn func(ctx context.Context, key, sum string) error) (n int, err error) {
	list, err := os.Open(filepath.Join(dir, listName))
	if err != nil {
		return 0, err
	}
	defer list.Close()
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(abreast)
	lines := bufio.NewScanner(list)
	for lines.Scan() && within.Err() == nil {
		sum, key, ok := strings.Cut(lines.Text(), "  "+filesName+"/")
		if !ok || len(sum) != 2*sha256.Size {
			return n, errors.Join(fmt.Errorf("%s: line %d is not of its form", listName, n+1), group.Wait())
		}
		n++
		group.Go(func() error { return fn(within, key, sum) })
	}
	return n, errors.Join(lines.Err(), group.Wait())
}

// checked opens a file of the backup after its content was compared with the list.
func checked(dir, key, sum string) (*os.File, int64, error) {
	name := filepath.Join(dir, filesName, filepath.FromSlash(key))
	if !filepath.IsLocal(filepath.FromSlash(key)) {
		return nil, 0, fmt.Errorf("%q is not a key", key)
	}
	p, err := measure(name)
	if err != nil {
		return nil, 0, err
	}
	if p.SHA256 != sum {
		return nil, 0, fmt.Errorf("%s is not what was written: SHA-256 %s, the list says %s", key, p.SHA256, sum)
	}
	f, err := os.Open(name)
	return f, p.Bytes, err
}
