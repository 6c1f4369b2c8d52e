package main

// glueRegulator wires what regulators work with.
func (h *house) glueRegulator() {
	h.gluePenalty()
	h.gluePatrol()
	h.glueVisit()
	h.glueInstrument()
	h.glueProgramme()
	h.glueDossier() // the last: it shows the lists of all
}

// glueStandards wires what scores and grades companies.
func (h *house) glueStandards() {
	h.glueAward()
	h.glueEnrolment()
	h.glueGrading()
	h.glueLivescore()
	h.glueRubric()
	h.glueStandardization()
}
