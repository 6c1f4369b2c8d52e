// Package upload sends a company's dual-prevention data (双重预防机制: 风险分级管控, 隐患排查治理) to the platforms that ask for it: six tables in
// the order of parents (unit, event, measure, task, record, danger) and the days on which the company stands still.
//
// Each receiver has its own list of rows: what it was told last, and what it is to be told. A daily run brings the list up to date, which is
// everything the first time and what changed after that, and sends it in pages: rows that failed first, children when their parents are there,
// deletions only of what was delivered.
package upload

import (
	"context"
	_ "embed"
	"encoding/json"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/library"
	"anbiao/kit/push"
	"anbiao/rbac"
)

// Faults of this module.
var (
	// ErrAddress: not an address that may be sent to.
	ErrAddress = fault.New(fault.Invalid, "upload.address")
	// ErrKey: no AES key.
	ErrKey = fault.New(fault.Invalid, "upload.key")
	// ErrAdapter: there is no such adapter.
	ErrAdapter = fault.New(fault.Invalid, "upload.adapter")
	// ErrRunning: a run of this receiver has not ended.
	ErrRunning = fault.New(fault.Conflict, "upload.running")
	// ErrMost: a company has so many receivers at most.
	ErrMost = fault.New(fault.Conflict, "upload.most")
)

// Permissions of this module.
const (
	ActionSee  rbac.Action = "upload.receiver.see"
	ActionKeep rbac.Action = "upload.receiver.keep"
)

const (
	mostReceivers = 5
	abandoned     = 2 * time.Hour // a run that has not ended by then died
	mostTries     = 30            // of a row that the receiver refuses, one a day
)

// Kind is a table of the exchange.
type Kind string

// Tables in the order of parents.
var kinds = []Kind{"unit", "event", "measure", "task", "record", "danger", "stop"}

// Receiver is a platform that a company's data go to.
type Receiver struct {
	CompanyID rbac.CompanyID
	ID        id.Of[id.Receiver]
	Name      string
	Adapter   string
	Address   string
	FirmCode  string
	KeySealed []byte
	Fields    db.JSON[map[string]string]
	Codes     db.JSON[map[string]map[string]string]
	FromOn    day.Date
	Open      bool
	ChangedAt time.Time
	ChangedBy string
	RemovedAt *time.Time
}

// Row is one thing as a receiver is to know it.
type Row struct {
	CompanyID   rbac.CompanyID
	ReceiverID  id.Of[id.Receiver]
	Kind        Kind
	ObjectKey   string
	ParentKind  string
	ParentKey   string
	Body        *db.JSON[map[string]any]
	Version     string
	SentVersion string
	State       string
	Error       string
	Tries       int
	TriedAt     *time.Time
}

// Run is one time of sending.
type Run struct {
	CompanyID  rbac.CompanyID
	ID         id.Of[Run]
	ReceiverID id.Of[id.Receiver]
	Trigger    string // daily, hand, test
	BegunAt    time.Time
	EndedAt    *time.Time
	Sent       int
	Failed     int
	Deleted    int
	Error      string
}

// adapter is what a sort of platform has in common.
type adapter struct {
	Name       string                       `yaml:"name"`
	Source     string                       `yaml:"source"`
	Confidence string                       `yaml:"confidence"`
	Page       int                          `yaml:"page"`
	Paths      map[Kind]string              `yaml:"paths"`
	Codes      map[string]map[string]string `yaml:"codes"`
}

//go:embed library/adapters.yaml
var adaptersYAML []byte

var adapters = library.Must[[]adapter]("upload/adapters", adaptersYAML)

func adapterOf(name string) (adapter, bool) {
	for _, a := range adapters {
		if a.Name == name {
			return a, true
		}
	}
	return adapter{}, false
}

// Field seals a receiver's key.
type Field interface {
	Seal(plain, column string) []byte
	Open(sealed []byte, column string) (string, error)
}

// Sender posts parcels.
type Sender interface {
	Check(address string) error
	Send(ctx context.Context, p push.Parcel) (push.Verdict, error)
}

// Service sends.
type Service struct {
	Gate   *rbac.Gate
	Box    func(company rbac.CompanyID) Field
	Sender Sender
}

const keyColumn = "upload_receiver.key_sealed"

// worded turns a row's body into what the receiver is sent: its codes, its names, and no control characters, which broke receivers before.
func worded(r Receiver, a adapter, kind Kind, key string, body map[string]any, deleted bool) (json.RawMessage, error) {
	out := map[string]any{"id": key, "deleted": "0"}
	if deleted {
		out["deleted"] = "1"
		return json.Marshal(out)
	}
	for name, v := range body {
		if s, ok := v.(string); ok {
			v = coded(r, a, name, clean(s))
		}
		if other := r.Fields.V[string(kind)+"."+name]; other != "" {
			name = other
		}
		out[name] = v
	}
	return json.Marshal(out)
}

func coded(r Receiver, a adapter, name, value string) string {
	for _, codes := range []map[string]map[string]string{r.Codes.V, a.Codes} {
		if c, ok := codes[name][value]; ok {
			return c
		}
	}
	return value
}

// clean drops control characters, line ends included.
func clean(s string) string {
	out := make([]rune, 0, len(s))
	for _, c := range s {
		if c >= ' ' && c != 0x7F && (c < 0x80 || c > 0x9F) && c != '\u2028' && c != '\u2029' {
			out = append(out, c)
		} else if c == '\n' {
			out = append(out, ' ')
		}
	}
	return string(out)
}
