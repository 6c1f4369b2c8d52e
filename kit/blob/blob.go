// Package blob keeps files: uploads, proofs, exports. A Store is a directory on this machine
// or a bucket of an S3-compatible service; nothing else in the program knows which.
//
// A file acknowledged by Put is durable. Files are never served from here directly: whoever
// may read one is decided by the row that names its key.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"regexp"
	"strings"
	"time"

	"anbiao/kit/fault"
)

// What may go wrong and is nobody's bug.
var (
	// ErrAbsent: no file has this key.
	ErrAbsent = fault.New(fault.NotFound, "blob.absent")
	// ErrUnavailable: the storage service does not answer.
	ErrUnavailable = fault.New(fault.Unavailable, "blob.unavailable")
	// ErrFull: the disk is full.
	ErrFull = fault.New(fault.Unavailable, "blob.full")
)

// ErrKey is a key that no Store takes: keys are made by the program, so this is a bug.
var ErrKey = errors.New("blob: keys are lower-case letters, digits, '.', '_' and '-' in parts divided by '/', at most 200 bytes")

// Kept is a file that was finished some time ago, opened to be answered under a name; whoever gets it closes it.
type Kept struct {
	io.ReadSeekCloser
	Name       string
	FinishedAt time.Time
}

// Store keeps files by key. It is safe for concurrent use.
type Store interface {
	// Put keeps the size bytes r yields under key, in place of what was there. When it
	// returns nil the file is whole and durable; else what was there still is.
	// Errors: ErrKey, ErrUnavailable, ErrFull, io.ErrUnexpectedEOF if r ends early.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Open returns the file for reading and seeking; the caller closes it. Errors: ErrKey,
	// ErrAbsent, ErrUnavailable.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Stat describes the file. Errors: ErrKey, ErrAbsent, ErrUnavailable.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes the file; an absent one is removed already. Errors: ErrKey, ErrUnavailable.
	Delete(ctx context.Context, key string) error
	// List yields the files whose keys begin with prefix, in no particular order, until the
	// first error. Errors: ErrUnavailable.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]
}

// Info describes a file.
type Info struct {
	Key      string
	Size     int64
	Modified time.Time
}

// Open opens the store a URL names:
//
//	file:///var/lib/anbiao/files
//	s3://ACCESS:SECRET@minio:9000/bucket/prefix?region=us-east-1&tls=off&create=yes
//
// Without keys in the URL, S3 takes them from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
// Errors name what is wrong with the URL, never its secret.
func Open(ctx context.Context, address string) (Store, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("blob: not a URL")
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || u.Path == "" {
			return nil, errors.New("blob: write a directory as file:///absolute/path")
		}
		return OpenDirectory(u.Path)
	case "s3":
		return openS3(ctx, u)
	}
	return nil, fmt.Errorf("blob: scheme %q is neither file nor s3", u.Scheme)
}

var keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*$`)

func checkKey(key string) error {
	if len(key) > 200 || !keyForm.MatchString(key) {
		return fmt.Errorf("%w: %q", ErrKey, key)
	}
	return nil
}

// prefixed reports whether a key belongs to a List; it exists so that both stores agree.
func prefixed(key, prefix string) bool { return strings.HasPrefix(key, prefix) && checkKey(key) == nil }
