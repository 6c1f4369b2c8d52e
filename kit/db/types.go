package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5/pgtype"
)

// JSON is a jsonb column holding a T.
type JSON[T any] struct{ V T }

// Value writes the document.
func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan reads the document; NULL is the zero T.
func (j *JSON[T]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*j = JSON[T]{}
		return nil
	case []byte:
		return json.Unmarshal(v, &j.V)
	case string:
		return json.Unmarshal([]byte(v), &j.V)
	}
	return fmt.Errorf("db: cannot read %T as jsonb", src)
}

// GormDataType tells gorm the column type.
func (JSON[T]) GormDataType() string { return "jsonb" }

// arrays holds maps of PostgreSQL's array literals. A map remembers its plans and so serves
// one goroutine at a time; making one costs hundreds of allocations.
var arrays = sync.Pool{New: func() any { return pgtype.NewMap() }}

func encode(oid uint32, v any) (driver.Value, error) {
	m := arrays.Get().(*pgtype.Map)
	defer arrays.Put(m)
	b, err := m.Encode(oid, pgtype.TextFormatCode, v, nil)
	return string(b), err
}

func scan(oid uint32, src []byte, dst any) error {
	m := arrays.Get().(*pgtype.Map)
	defer arrays.Put(m)
	return m.Scan(oid, pgtype.TextFormatCode, src, dst)
}

func decode(oid uint32, src, dst any) error {
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		return scan(oid, []byte(v), dst)
	case []byte:
		return scan(oid, v, dst)
	}
	return fmt.Errorf("db: cannot read %T as an array", src)
}

// Texts is a text[] column; nil is the empty array.
type Texts []string

// Value writes the array.
func (t Texts) Value() (driver.Value, error) {
	if t == nil {
		t = Texts{}
	}
	return encode(pgtype.TextArrayOID, []string(t))
}

// Scan reads the array.
func (t *Texts) Scan(src any) error {
	*t = nil
	return decode(pgtype.TextArrayOID, src, (*[]string)(t))
}

// GormDataType tells gorm the column type.
func (Texts) GormDataType() string { return "text[]" }

// Ints is a bigint[] column; nil is the empty array.
type Ints []int64

// Value writes the array.
func (a Ints) Value() (driver.Value, error) {
	if a == nil {
		a = Ints{}
	}
	return encode(pgtype.Int8ArrayOID, []int64(a))
}

// Scan reads the array.
func (a *Ints) Scan(src any) error { *a = nil; return decode(pgtype.Int8ArrayOID, src, (*[]int64)(a)) }

// GormDataType tells gorm the column type.
func (Ints) GormDataType() string { return "bigint[]" }

// Shorts is a smallint[] column; nil is the empty array.
type Shorts []int16

// Value writes the array.
func (a Shorts) Value() (driver.Value, error) {
	if a == nil {
		a = Shorts{}
	}
	return encode(pgtype.Int2ArrayOID, []int16(a))
}

// Scan reads the array.
func (a *Shorts) Scan(src any) error {
	*a = nil
	return decode(pgtype.Int2ArrayOID, src, (*[]int16)(a))
}

// GormDataType tells gorm the column type.
func (Shorts) GormDataType() string { return "smallint[]" }

// Int4s is an int[] column; nil is the empty array.
type Int4s []int32

// Value writes the array.
func (a Int4s) Value() (driver.Value, error) {
	if a == nil {
		a = Int4s{}
	}
	return encode(pgtype.Int4ArrayOID, []int32(a))
}

// Scan reads the array.
func (a *Int4s) Scan(src any) error {
	*a = nil
	return decode(pgtype.Int4ArrayOID, src, (*[]int32)(a))
}

// GormDataType tells gorm the column type.
func (Int4s) GormDataType() string { return "integer[]" }
