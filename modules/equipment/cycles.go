package equipment

import (
	_ "embed"

	"anbiao/kit/library"
	"anbiao/kit/text"
)

//go:embed data/cycles.yaml
var cyclesYAML []byte

// Cycles say how often each kind of thing is tested, and by which rule.
var Cycles = mustCycles()

// Cycle is how often a kind of thing is tested and when it has to go.
type Cycle struct {
	Months     int    `json:"months" doc:"between tests or services"`
	First      int    `json:"first" doc:"months from manufacture to the first service; 0: as the others"`
	Check      int    `json:"check" doc:"months between checks on the spot; 0: none"`
	Scrap      int    `json:"scrap" doc:"years from manufacture; 0: no limit"`
	Source     string `json:"source"`
	Confidence string `json:"confidence" enum:"verified,document_seen,memory,convention"`
}

func mustCycles() map[string]Cycle {
	c := library.Must[map[string]Cycle]("equipment: cycles", cyclesYAML)
	text.WideAll(&c)
	return c
}

// months is how often a thing is tested: as said, else as its kind is.
func months(kind string, said int) int {
	if said > 0 {
		return said
	}
	return Cycles[kind].Months
}
