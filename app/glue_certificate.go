package main

// glueCertificate gives certificates what they need of posts, hazards and files.
func (h *house) glueCertificate() {}
