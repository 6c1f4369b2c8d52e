//go:build unix && !linux

package pgembed

// place is not known without /proc.
func place(int) (dir string, known bool) { return "", false }

// inhabitants finds nobody without /proc: PostgreSQL then waits for its old backends.
func inhabitants(string) []int { return nil }
