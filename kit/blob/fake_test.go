package blob

import (
	"bufio"
	"bytes"
	"crypto/md5" //nolint:gosec // what S3 calls an ETag
	"encoding/hex"
	"encoding/xml"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fake answers as much of S3 as this package asks for: buckets by path, whole objects,
// ranges, pages of a listing.
type fake struct {
	sync.Mutex
	buckets map[string]map[string]object
}

type object struct {
	content  []byte
	modified time.Time
}

func newFake(bucket string) *fake {
	return &fake{buckets: map[string]map[string]object{bucket: {}}}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.Lock()
	defer f.Unlock()
	name, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	objects, there := f.buckets[name]
	switch {
	case key == "" && r.Method == http.MethodPut:
		f.buckets[name] = map[string]object{}
	case !there:
		refuse(w, r, "NoSuchBucket")
	case key == "" && r.Method == http.MethodGet:
		list(w, r, name, objects)
	case key == "":
	case r.Method == http.MethodPut:
		b, err := body(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		objects[key] = object{b, time.Now()}
		w.Header().Set("ETag", tag(b))
	case r.Method == http.MethodDelete:
		delete(objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		o, ok := objects[key]
		if !ok {
			refuse(w, r, "NoSuchKey")
			return
		}
		w.Header().Set("ETag", tag(o.content))
		http.ServeContent(w, r, "", o.modified, bytes.NewReader(o.content))
	}
}

func tag(b []byte) string {
	sum := md5.Sum(b) //nolint:gosec // as above
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

func refuse(w http.ResponseWriter, r *http.Request, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, "<Error><Code>"+code+"</Code></Error>")
	}
}

// body takes the signed chunks of an upload apart.
func body(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return io.ReadAll(r.Body)
	}
	var out []byte
	in := bufio.NewReader(r.Body)
	for {
		head, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, _, _ := strings.Cut(strings.TrimSpace(head), ";")
		n, err := strconv.ParseInt(size, 16, 64)
		if err != nil || n == 0 {
			return out, err
		}
		chunk := make([]byte, n+2)
		if _, err := io.ReadFull(in, chunk); err != nil {
			return nil, err
		}
		out = append(out, chunk[:n]...)
	}
}

const pageOf = 2 // objects, so that small tests turn pages

func list(w http.ResponseWriter, r *http.Request, name string, objects map[string]object) {
	if r.URL.Query().Has("location") {
		_, _ = io.WriteString(w, "<LocationConstraint>us-east-1</LocationConstraint>")
		return
	}
	type content struct {
		Key          string
		Size         int
		LastModified string
	}
	answer := struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		Name                  string
		IsTruncated           bool
		NextContinuationToken string
		Contents              []content
	}{Name: name}
	var all []string
	for key := range objects {
		if strings.HasPrefix(key, r.URL.Query().Get("prefix")) && key > r.URL.Query().Get("continuation-token") {
			all = append(all, key)
		}
	}
	slices.Sort(all)
	for i, key := range all {
		if i == pageOf {
			answer.IsTruncated, answer.NextContinuationToken = true, all[i-1]
			break
		}
		answer.Contents = append(answer.Contents, content{key, len(objects[key].content), objects[key].modified.UTC().Format(time.RFC3339Nano)})
	}
	_ = xml.NewEncoder(w).Encode(answer)
}
