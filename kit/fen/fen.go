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
	sign, n := "", int64(a)
	if n < 0 {
		sign, n = "-", -n
	}
	return sign + strconv.FormatInt(n/100, 10) + fmt.Sprintf(".%02d", n%100)
}
