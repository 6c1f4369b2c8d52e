package accrual

import (
	"database/sql/driver"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"anbiao/kit/fen"
)

// Rate is an exact decimal: a share of money (0.045 is 4.5 %) or yuan for a unit of output, held in
// hundred-millionths. On the wire it is a string.
type Rate int64

// Quantity is output in thousandths of its unit; of construction it is the month's completed cost
// (当月完成造价) in thousandths of a yuan. On the wire it is a string, "41250.500".
type Quantity int64

const (
	rateDecimals     = 8
	quantityDecimals = 3
)

// ParseRate reads a decimal that is not negative, with at most eight decimals.
func ParseRate(s string) (Rate, error) {
	n, err := decimal(s, rateDecimals)
	return Rate(n), err
}

// ParseQuantity reads a decimal that is not negative, with at most three decimals.
func ParseQuantity(s string) (Quantity, error) {
	n, err := decimal(s, quantityDecimals)
	return Quantity(n), err
}

var decimalForm = regexp.MustCompile(`^[0-9]{1,18}(\.[0-9]{1,18})?$`)

// decimal reads a number in units of its last decimal. What would be lost is an error.
func decimal(s string, decimals int) (int64, error) {
	if !decimalForm.MatchString(s) {
		return 0, fmt.Errorf("accrual: %q is no decimal", s)
	}
	whole, part, _ := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	if len(part) > decimals {
		return 0, fmt.Errorf("accrual: %q has more than %d decimals", s, decimals)
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", decimals-len(part)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("accrual: %q is too large", s)
	}
	return n, nil
}

// written writes n units of the last decimal, without needless noughts.
func written(n int64, decimals int) string {
	r := new(big.Rat).SetFrac(big.NewInt(n), tenTo(decimals))
	s := r.FloatString(decimals)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// String writes 0.045, 50, 7.5.
func (r Rate) String() string { return written(int64(r), rateDecimals) }

// Percent writes a share as people read it, without the sign: 4.5 for 0.045.
func (r Rate) Percent() string { return written(int64(r), rateDecimals-2) }

// MarshalText writes what String writes.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseRate reads.
func (r *Rate) UnmarshalText(b []byte) (err error) {
	*r, err = ParseRate(string(b))
	return err
}

// Value gives PostgreSQL a numeric.
func (r Rate) Value() (driver.Value, error) { return r.String(), nil }

// Scan reads a PostgreSQL numeric or text.
func (r *Rate) Scan(src any) error { return scan(src, r.UnmarshalText) }

// String writes 41250.5.
func (q Quantity) String() string { return written(int64(q), quantityDecimals) }

// MarshalText writes what String writes.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads what ParseQuantity reads.
func (q *Quantity) UnmarshalText(b []byte) (err error) {
	*q, err = ParseQuantity(string(b))
	return err
}

// Value gives PostgreSQL a numeric.
func (q Quantity) Value() (driver.Value, error) { return q.String(), nil }

// Scan reads a PostgreSQL numeric or text.
func (q *Quantity) Scan(src any) error { return scan(src, q.UnmarshalText) }

func scan(src any, read func([]byte) error) error {
	switch v := src.(type) {
	case string:
		return read([]byte(v))
	case []byte:
		return read(v)
	default:
		return fmt.Errorf("accrual: cannot scan %T", src)
	}
}

// onMoney is the exact amount of a rate on money, in fen.
func (r Rate) onMoney(a fen.Amount) *big.Rat {
	n := new(big.Int).Mul(big.NewInt(int64(r)), big.NewInt(int64(a)))
	return new(big.Rat).SetFrac(n, tenTo(rateDecimals))
}

// onQuantity is the exact amount of a rate on output, in fen.
func (r Rate) onQuantity(q Quantity) *big.Rat {
	n := new(big.Int).Mul(big.NewInt(int64(r)), big.NewInt(int64(q)))
	return new(big.Rat).SetFrac(n.Mul(n, big.NewInt(100)), tenTo(rateDecimals+quantityDecimals))
}

// halfUp rounds what is not negative to a whole number, halves upwards.
func halfUp(x *big.Rat) *big.Int {
	n := new(big.Int).Lsh(x.Num(), 1)
	n.Add(n, x.Denom())
	return n.Quo(n, new(big.Int).Lsh(x.Denom(), 1))
}

// exact writes a finite decimal in full, without needless noughts.
func exact(x *big.Rat) string {
	s := x.FloatString(rateDecimals + quantityDecimals)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
