// Package frontend holds the built user interface, embedded into the binary.
//
// site is written by `npm run build` in frontend/ and committed; nothing in it is edited by hand.
package frontend

import "embed"

// Site is the built user interface: index.html (desk), field/index.html (phone) and assets/.
//
//go:embed all:site
var Site embed.FS
