// Package dossier shows everything of one company on one page (一企一档), with five lights and the four persons who answer for it.
package dossier

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
