package main

// glueGrading gives grading what other modules know.
func (h *house) glueGrading() {}
