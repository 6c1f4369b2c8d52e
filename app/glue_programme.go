package main

// glueProgramme gives programme what other modules know.
func (h *house) glueProgramme() {}
