package child

import "syscall"

// tieToParent makes the kernel send s to the child when the thread that started it dies.
func tieToParent(a *syscall.SysProcAttr, s syscall.Signal) { a.Pdeathsig = s }
