package main

// gluePatrol gives patrol what other modules know.
func (h *house) gluePatrol() {
	s := h.patrol
	s.NameOf, s.Claim, s.Tell = nameOfCompany, h.attachment.ClaimIn, tellPatrol
}
