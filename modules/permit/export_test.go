package permit

// What tests look at of the rules.
var (
	Within  = Gas.within
	Lacking = lacks
	Instant = instant
	Every   = packs
)

// Least tells the level that details ask for.
func Least(kind string, details ...Detail) string {
	f, err := packs[0].form(kind)
	if err != nil {
		return ""
	}
	return f.Levels[draft{form: RequestForm{Details: details}, kind: f}.least()].Code
}

// FormOf is the newest form of a kind.
func FormOf(kind string) Form {
	f, _ := packs[0].form(kind)
	return f
}
