// Package fen holds money: whole fen (分), 1/100 yuan. Yuan exist only in views.
package fen

import (
	"fmt"
	"strconv"
)

// Amount is money in fen.
type Amount int64

// Yuan writes the amount in yuan with two decimals, e.g. "1234.50".
func (a Amount) Yuan() string {
	sign, n := "", uint64(a)
	if a < 0 {
		sign, n = "-", -n // of the unsigned number: the lowest amount has no positive
	}
	return sign + strconv.FormatUint(n/100, 10) + fmt.Sprintf(".%02d", n%100)
}
