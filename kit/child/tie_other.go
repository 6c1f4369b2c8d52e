//go:build unix && !linux

package child

import "syscall"

// tieToParent does nothing: only Linux has a death signal. A child that outlives us is
// adopted or ended by the next start.
func tieToParent(*syscall.SysProcAttr, syscall.Signal) {}
