package main

import (
	"anbiao/modules/audit"
)

// glueSecurity gives what guards the program its keys.
func (h *house) glueSecurity() {
	h.audit.Ring = audit.NewRing(h.box.DeriveEach(audit.Purpose))
}
