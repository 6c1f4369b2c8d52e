package main

// glueExam tells training of every exam that has ended.
func (h *house) glueExam() { h.exam.Claim = h.attachment.Claim }
