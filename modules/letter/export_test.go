package letter

// StampFor is the code of one printed page.
func StampFor(l Letter, page, of, year int) string { return stamp{l.PublicID, page, of, year}.String() }
