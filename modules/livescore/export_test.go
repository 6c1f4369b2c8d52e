package livescore

// Lifts lets tests see what would raise a score.
func (s *Sheet) Lifts() []Lift { return s.lifts }
