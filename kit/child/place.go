package child

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Unprivileged returns the credential a server should run under: nil unless we are root,
// else that of the first user that exists.
//
// Errors: we are root and none of the users exists.
func Unprivileged(users ...string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range users {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil || uid == 0 {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{}}, nil
	}
	return nil, fmt.Errorf("running as root, and none of the users %v exists to run the server under", users)
}

// Home makes dir the private home of a server that runs under cred and returns its
// absolute path without symbolic links.
//
// Errors: the unprivileged user cannot reach dir, e.g. below /root.
func Home(dir string, cred *syscall.Credential) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := traversable(filepath.Dir(dir)); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return "", err
	}
	if cred == nil {
		return dir, nil
	}
	if err := os.Chown(dir, int(cred.Uid), int(cred.Gid)); err != nil {
		return "", err
	}
	c := exec.Command("test", "-w", dir)
	c.Dir, c.SysProcAttr = "/", &syscall.SysProcAttr{Credential: cred}
	if err := c.Run(); err != nil && !errors.Is(err, exec.ErrNotFound) { // without "test" the server will say it itself
		return "", fmt.Errorf("user id %d, under which the server must run, cannot reach %s: choose another DATA_DIR, or start the program as an ordinary user", cred.Uid, dir)
	}
	return dir, nil
}

// traversable makes dir if it is missing, such that any user may pass through it: the
// files in it have modes of their own. The umask must not decide this.
func traversable(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return err
	}
	return os.Chmod(dir, 0o711)
}

// maxSocketPath is the length of sun_path less its final NUL, on the strictest system.
const maxSocketPath = 103

// SocketDir returns a directory for a socket of the given file name: dir itself, or a
// private short one under /tmp where the path would be longer than the kernel allows.
//
// Errors: the short directory exists and belongs to somebody else.
func SocketDir(dir, name string, cred *syscall.Credential) (string, error) {
	if len(filepath.Join(dir, name)) <= maxSocketPath {
		return dir, nil
	}
	uid, gid := os.Geteuid(), os.Getegid()
	if cred != nil {
		uid, gid = int(cred.Uid), int(cred.Gid)
	}
	short := fmt.Sprintf("/tmp/anbiao-%d-%x", uid, sha256.Sum256([]byte(dir)))[:32]
	switch err := os.Mkdir(short, 0o700); {
	case err == nil:
		return short, os.Chown(short, uid, gid)
	case !errors.Is(err, fs.ErrExist):
		return "", err
	}
	info, err := os.Lstat(short)
	if err != nil {
		return "", err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != uid || info.Mode().Perm() != 0o700 {
		return "", fmt.Errorf("%s is not a private directory of user id %d: remove it", short, uid)
	}
	return short, nil
}

// Lock takes the lock file at path for this process, so that two programs never run a
// server on the same files. The kernel frees it when the process ends, however it ends.
//
// Errors: another process holds it; the message names its id.
func Lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(path) // only to make the message better
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s is in use by another running instance (process %s): stop it first, or choose another DATA_DIR",
				filepath.Dir(path), strings.TrimSpace(string(holder)))
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := fmt.Fprintln(f, os.Getpid()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Tail returns the end of a log file, for an error message; "" when there is none.
func Tail(path string) string {
	const most = 1200
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b[max(0, len(b)-most):]))
}

// openLog opens a log file for appending; one larger than 16 MiB is set aside first, as
// path.1, so that a server restarted for years does not fill the disk.
func openLog(path string) (*os.File, error) {
	const most = 16 << 20
	if info, err := os.Stat(path); err == nil && info.Size() > most {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}
