package hazard

// KeyOf is how the API makes cursors.
var KeyOf = keyOf
