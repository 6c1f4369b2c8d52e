package certificate

import "anbiao/kit/text"

// Title names a kind of certificate with its operation.
func Title(l text.Lang, kind, operation string) string { return Kinds.title(l, kind, operation) }
