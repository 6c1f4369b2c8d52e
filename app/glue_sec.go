package main

import (
	"anbiao/modules/audit"
)

// glueSecurity gives what guards the program its keys and settings.
func (h *house) glueSecurity() {
	h.account.RequireTOTP = h.ground.cfg.RequireTOTP
	h.audit.Ring = audit.NewRing(h.box.DeriveEach(audit.Purpose))
}
