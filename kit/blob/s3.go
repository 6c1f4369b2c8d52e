package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// bucket keeps files in a bucket of an S3-compatible service.
type bucket struct {
	client *minio.Client
	name   string
	prefix string // "" or ending in '/'
}

const (
	partSize = 64 << 20 // smaller files go in one request
	attempts = 3
)

func openS3(ctx context.Context, u *url.URL) (Store, error) {
	name, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if u.Host == "" || name == "" {
		return nil, errors.New("blob: write a bucket as s3://host/bucket")
	}
	keys := credentials.NewEnvAWS()
	if u.User != nil {
		secret, _ := u.User.Password()
		keys = credentials.NewStaticV4(u.User.Username(), secret, "")
	}
	q := u.Query()
	secure, err := switched(q, "tls", true)
	if err != nil {
		return nil, err
	}
	create, err := switched(q, "create", false)
	if err != nil {
		return nil, err
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: keys, Secure: secure, Region: q.Get("region"), MaxRetries: attempts,
	})
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	b := &bucket{client: client, name: name}
	if prefix != "" {
		b.prefix = prefix + "/"
	}
	return b, b.ready(ctx, create)
}

// switched reads a parameter that is on or off. What says neither is refused: taken for the one
// or the other it would fail where nobody looks for it.
func switched(q url.Values, name string, otherwise bool) (bool, error) {
	switch q.Get(name) {
	case "":
		return otherwise, nil
	case "on", "yes", "true", "1":
		return true, nil
	case "off", "no", "false", "0":
		return false, nil
	}
	return false, fmt.Errorf("blob: the parameter %s is neither on nor off", name)
}

// ready finds the bucket, or makes it if told to.
func (b *bucket) ready(ctx context.Context, create bool) error {
	there, err := b.client.BucketExists(ctx, b.name)
	if err != nil {
		return fmt.Errorf("blob: bucket %s: %w", b.name, b.fault(err))
	}
	switch {
	case there:
		return nil
	case create:
		return b.fault(b.client.MakeBucket(ctx, b.name, minio.MakeBucketOptions{}))
	}
	return fmt.Errorf("blob: there is no bucket %s; make it or add create=yes", b.name)
}

// Put sends the file; the service acknowledges when it is durable.
func (b *bucket) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := checkKey(key); err != nil {
		return err
	}
	_, err := b.client.PutObject(ctx, b.name, b.prefix+key, r, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", PartSize: partSize,
	})
	return b.fault(err)
}

// Open opens the file; reads are requests for ranges.
func (b *bucket) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if _, err := b.Stat(ctx, key); err != nil {
		return nil, err
	}
	o, err := b.client.GetObject(ctx, b.name, b.prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, b.fault(err)
	}
	return o, nil
}

// Stat describes the file.
func (b *bucket) Stat(ctx context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	o, err := b.client.StatObject(ctx, b.name, b.prefix+key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, b.fault(err)
	}
	return Info{Key: key, Size: o.Size, Modified: o.LastModified}, nil
}

// Delete removes the file.
func (b *bucket) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	err := b.fault(b.client.RemoveObject(ctx, b.name, b.prefix+key, minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	return err
}

// List asks for page after page.
func (b *bucket) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		for o := range b.client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}) {
			if o.Err != nil {
				yield(Info{}, b.fault(o.Err))
				return
			}
			key := strings.TrimPrefix(o.Key, b.prefix)
			if prefixed(key, prefix) && !yield(Info{Key: key, Size: o.Size, Modified: o.LastModified}, nil) {
				return
			}
		}
	}
}

// fault sorts what the client says: absent, not answering, or a bug.
func (b *bucket) fault(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	response, ok := errors.AsType[minio.ErrorResponse](err)
	switch {
	case ok && response.Code == "NoSuchKey", ok && response.StatusCode == http.StatusNotFound && response.Code != "NoSuchBucket":
		return ErrAbsent.Because(err)
	case !ok, response.StatusCode == 0, response.StatusCode >= http.StatusInternalServerError:
		return ErrUnavailable.Because(err)
	}
	return fmt.Errorf("blob: %w", err)
}
