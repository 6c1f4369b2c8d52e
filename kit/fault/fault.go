// Package fault is the only kind of error a client may be told about. Any other
// error is an outage or a bug: it is logged whole and answered as "internal".
//
// A fault holds a code and parameters, never a sentence: the reader's language is known
// only at the edge, where package text renders it.
package fault

import (
	"errors"
	"maps"
)

// Kind groups faults by what the caller can do about them.
type Kind uint8

// Kinds. The zero value is Internal, so a forgotten kind says too little, not too much.
const (
	Internal        Kind = iota // nothing the caller can do
	Invalid                     // mend the request and send it again
	Unauthenticated             // sign in
	Forbidden                   // ask for the permission
	NotFound                    // absent, or another company's
	Conflict                    // the state moved; read again
	TooMany                     // wait and try again
	TooLarge                    // send less
	Unsupported                 // send another type of content
	Unavailable                 // something outside this program does not answer
)

// Params fill the {placeholders} of a fault's text. They never hold personal data.
type Params map[string]string

// Field is one thing wrong with a request.
type Field struct {
	Path   string // where, as huma writes it, e.g. "body.validThrough"
	Code   string // what, a key of the text catalogues
	Params Params
}

// Error is a fault. Modules declare theirs as variables and compare with errors.Is.
type Error struct {
	Kind   Kind
	Code   string // stable and unique, e.g. "hazard.own-acceptance"; texts key on it
	Params Params
	Fields []Field
	cause  error // logged, never sent
}

// New declares a fault.
func New(kind Kind, code string) *Error { return &Error{Kind: kind, Code: code} }

func (e *Error) Error() string {
	if e.cause != nil {
		return e.Code + ": " + e.cause.Error()
	}
	return e.Code
}

// Unwrap returns what caused the fault, if anything did.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is the same declared fault: the code decides.
func (e *Error) Is(target error) bool {
	t, ok := errors.AsType[*Error](target)
	return ok && t.Code == e.Code
}

// At returns a copy that names the field at fault, with the fault's own text.
func (e *Error) At(path string) *Error {
	return e.Also(Field{Path: path, Code: e.Code, Params: e.Params})
}

// Also returns a copy with one more thing wrong.
func (e *Error) Also(f Field) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), f)
	return &c
}

// With returns a copy whose text has {name} replaced by value.
func (e *Error) With(name, value string) *Error {
	c := *e
	c.Params = maps.Clone(e.Params)
	if c.Params == nil {
		c.Params = Params{}
	}
	c.Params[name] = value
	return &c
}

// Because returns a copy that remembers its cause, for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}
