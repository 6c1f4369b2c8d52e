package certificate

// KeyOf is the list's key, for tests that page through it.
var KeyOf = keyOf

// GapKey is the key of the gap list.
var GapKey = Gap.place
