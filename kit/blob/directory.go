package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Directory keeps files below one directory of this machine. Nothing outside it can be
// reached, whatever a key or a symbolic link says (os.Root).
type Directory struct {
	root  *os.Root
	known sync.Map // directories whose entries are on disk
}

const (
	parts   = ".parts"       // files being written; keys never begin with a dot
	staleIn = 24 * time.Hour // a part this old was left by a crash
)

// OpenDirectory opens the store in a directory, made if it is not there. What a crash left
// half-written goes.
func OpenDirectory(name string) (*Directory, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	if err := root.MkdirAll(parts, 0o700); err != nil {
		return nil, err
	}
	d := &Directory{root: root}
	return d, d.sweep(time.Now().Add(-staleIn))
}

func (d *Directory) sweep(before time.Time) error {
	left, err := fs.ReadDir(d.root.FS(), parts)
	if err != nil {
		return err
	}
	for _, e := range left {
		if i, err := e.Info(); err == nil && i.ModTime().Before(before) {
			if err := d.root.Remove(path.Join(parts, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// Close gives the directory back.
func (d *Directory) Close() error { return d.root.Close() }

// Put writes beside, syncs, and renames into place.
func (d *Directory) Put(ctx context.Context, key string, r io.Reader, size int64) (err error) {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	part := path.Join(parts, rand.Text())
	defer func() {
		if err != nil {
			_ = d.root.Remove(part) // a second failure would hide the first; sweep gets it later
		}
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			err = ErrFull.Because(err)
		}
	}()
	if err := d.write(part, r, size); err != nil {
		return err
	}
	if err := d.makeDirectory(path.Dir(key)); err != nil {
		return err
	}
	if err := d.root.Rename(part, key); err != nil {
		return err
	}
	return d.sync(path.Dir(key))
}

func (d *Directory) write(name string, r io.Reader, size int64) (err error) {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	if _, err := io.CopyN(f, r, size); errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	} else if err != nil {
		return err
	}
	return f.Sync()
}

// makeDirectory makes a directory whose own entry survives a power cut.
func (d *Directory) makeDirectory(dir string) error {
	if _, ok := d.known.Load(dir); ok || dir == "." {
		return nil
	}
	if err := d.root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for at := path.Dir(dir); ; at = path.Dir(at) {
		if err := d.sync(at); err != nil {
			return err
		}
		if at == "." {
			break
		}
	}
	d.known.Store(dir, true)
	return nil
}

func (d *Directory) sync(dir string) error {
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Open opens the file.
func (d *Directory) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if _, err := d.Stat(ctx, key); err != nil {
		return nil, err
	}
	f, err := d.root.Open(key)
	if err != nil {
		return nil, absent(err)
	}
	return f, nil
}

// Stat describes the file.
func (d *Directory) Stat(ctx context.Context, key string) (Info, error) {
	if err := errors.Join(checkKey(key), ctx.Err()); err != nil {
		return Info{}, err
	}
	i, err := d.root.Stat(key)
	if err != nil {
		return Info{}, absent(err)
	}
	if !i.Mode().IsRegular() {
		return Info{}, ErrAbsent
	}
	return Info{Key: key, Size: i.Size(), Modified: i.ModTime()}, nil
}

// Delete removes the file. Directories stay: another file may be on its way there.
func (d *Directory) Delete(ctx context.Context, key string) error {
	if err := errors.Join(checkKey(key), ctx.Err()); err != nil {
		return err
	}
	if err := d.root.Remove(key); err != nil && !errors.Is(absent(err), ErrAbsent) {
		return err
	}
	return nil
}

// List walks the directory a prefix lies in.
func (d *Directory) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		from := "."
		if i := strings.LastIndexByte(prefix, '/'); i > 0 {
			from = prefix[:i]
		}
		stop := errors.New("stop")
		err := fs.WalkDir(d.root.FS(), from, func(name string, e fs.DirEntry, err error) error {
			if err == nil {
				err = ctx.Err()
			}
			switch {
			case err != nil:
				return err
			case name == parts:
				return fs.SkipDir
			case e.IsDir() || !prefixed(name, prefix):
				return nil
			}
			i, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil // deleted meanwhile
			}
			if err != nil {
				return err
			}
			if !yield(Info{Key: name, Size: i.Size(), Modified: i.ModTime()}, nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) && !errors.Is(err, fs.ErrNotExist) {
			yield(Info{}, err)
		}
	}
}

func absent(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return ErrAbsent.Because(err)
	}
	return err
}
