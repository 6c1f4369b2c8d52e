package oversight

// In tests few companies are a crowd, so that both ways of reading a list are compared with what is expected.
func init() { crowd = 4 }
