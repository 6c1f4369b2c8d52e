package due

// KeyOf is the place of an item in the list.
var KeyOf = keyOf
