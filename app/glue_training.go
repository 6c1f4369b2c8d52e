package main

import "anbiao/modules/staff"

// glueTraining gives training the people, the organisation and the calendar of the company.
func (h *house) glueTraining() {
	h.training.Tree, h.training.Claim = staff.TreeOn, h.attachment.Claim
}
