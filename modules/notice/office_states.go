package notice

const (
	stateDead = "dead"
	stateHeld = "held"
)
