package main

import (
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/modules/oversight"
)

// glueLedger gives the hazard ledger what it needs of the others.
func (h *house) glueLedger() {
	h.hazard.Terms = orderTerms
}

// orderTerms are the terms of asking for more time under an order: its window, and the day by
// which a request is answered.
func orderTerms(deadline, asked day.Date) (opens, answerBy day.Date, err error) {
	o := oversight.OrderOn(deadline)
	_, answerBy, err = o.Reply(calendar.China(), asked)
	return o.Window(deadline).Opens, answerBy, err
}
