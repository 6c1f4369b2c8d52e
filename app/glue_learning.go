package main

// glueLearning wires training, certificates and the channels of messages.
func (h *house) glueLearning() {
	h.glueCertificate()
	h.glueTraining()
	h.glueCards()
	h.glueExam()
	h.glueChannels()
	h.glueOffice()
}
