package reward

import "anbiao/kit/fen"

// RateOf is what a hazard earns by a rule.
func RateOf(r Rule, level, category string) fen.Amount { return r.rate(level, category) }

// Capped is what is left of an amount under a cap.
func Capped(amount, most, already fen.Amount) fen.Amount { return capped(amount, most, already) }
