package main

// gluePatrol gives patrol what other modules know.
func (h *house) gluePatrol() {}
