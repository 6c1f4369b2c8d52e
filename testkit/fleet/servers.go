package fleet

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"anbiao/kit/child"
	"anbiao/kit/pgembed"
)

// settings of both databases: what the machine of a test bears.
func settings() map[string]string {
	s := map[string]string{"max_connections": "160", "shared_buffers": "'256MB'"}
	maps.Copy(s, pgembed.Sending())
	return s
}

func ping(ctx context.Context, dsn string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	var one int
	err = c.QueryRow(ctx, "SELECT 1").Scan(&one)
	return errors.Join(err, c.Close(ctx))
}

// pooler is PgBouncer in transaction mode before the primary. Its waits are short: behind it
// people wait for a page.
func (f *Fleet) pooler() (*process, error) {
	cred, err := child.Unprivileged("postgres", "nobody")
	if err != nil {
		return nil, err
	}
	dir, err := child.Home(filepath.Join(f.dir, "pgbouncer"), cred)
	if err != nil {
		return nil, err
	}
	direct, err := url.Parse(f.primary.made.OwnerDSN("postgres"))
	if err != nil {
		return nil, err
	}
	port, err := free(0)
	if err != nil {
		return nil, err
	}
	f.pooled = url.URL{Scheme: "postgres", User: direct.User, Host: fmt.Sprintf("127.0.0.1:%d", port), Path: "/postgres", RawQuery: "sslmode=disable"}
	list := exec.Command(f.Program, "userlist")
	list.Env = append(os.Environ(), "SECRET_KEY="+f.secret, "DATABASE_URL="+direct.String(), "ENV=development")
	users, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("userlist: %w", err)
	}
	conf := fmt.Sprintf(`[databases]
* = host=%s port=5432
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s
pool_mode = transaction
default_pool_size = 12
max_client_conn = 2000
server_login_retry = 1
query_wait_timeout = 15
ignore_startup_parameters = extra_float_digits
`, direct.Query().Get("host"), port, filepath.Join(dir, "userlist.txt"))
	for name, text := range map[string]string{"pgbouncer.ini": conf, "userlist.txt": string(users)} {
		if err := owned(filepath.Join(dir, name), text, cred); err != nil {
			return nil, err
		}
	}
	return &process{
		name: "pgbouncer", log: filepath.Join(f.dir, "pgbouncer.log"), serves: func(ctx context.Context) error { return ping(ctx, f.pooled.String()) },
		command: func() (*exec.Cmd, error) {
			c := exec.Command(program("pgbouncer"), filepath.Join(dir, "pgbouncer.ini"))
			c.SysProcAttr = &syscall.SysProcAttr{Credential: cred}
			return c, nil
		},
	}, nil
}

// program finds a server that Debian keeps out of people's way.
func program(name string) string {
	if p, err := exec.LookPath(name); err == nil {
		return p
	}
	return "/usr/sbin/" + name
}

func owned(path, text string, cred *syscall.Credential) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil || cred == nil {
		return err
	}
	return os.Chown(path, int(cred.Uid), int(cred.Gid))
}

// nodes of the Redis Cluster: three masters, each with a replica.
const nodes = 6

func (f *Fleet) redis(n int) (*process, error) {
	cred, err := child.Unprivileged("redis", "nobody")
	if err != nil {
		return nil, err
	}
	dir, err := child.Home(filepath.Join(f.dir, "redis"+strconv.Itoa(n)), cred)
	if err != nil {
		return nil, err
	}
	port, err := free(10000)
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	f.nodes = append(f.nodes, address)
	return &process{
		name: "redis", log: dir + ".log",
		command: func() (*exec.Cmd, error) {
			c := exec.Command(program("redis-server"), "--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", dir, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000",
				"--cluster-require-full-coverage", "no", "--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
			c.Dir, c.SysProcAttr = "/", &syscall.SysProcAttr{Credential: cred}
			return c, nil
		},
		serves: func(ctx context.Context) error {
			c := redis.NewClient(&redis.Options{Addr: address, MaxRetries: -1})
			return errors.Join(c.Ping(ctx).Err(), c.Close())
		},
	}, nil
}

// meet makes one cluster of the nodes.
func (f *Fleet) meet(ctx context.Context) error {
	args := append([]string{"--cluster", "create"}, f.nodes...)
	out, err := exec.CommandContext(ctx, program("redis-cli"), append(args, "--cluster-replicas", "1", "--cluster-yes")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("redis-cli: %w: %s", err, out)
	}
	return await(ctx, nil, "", func(ctx context.Context) error {
		for _, address := range f.nodes {
			c := redis.NewClient(&redis.Options{Addr: address})
			info, err := c.ClusterInfo(ctx).Result()
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			if !strings.Contains(info, "cluster_state:ok") {
				return errors.New("the nodes have not met")
			}
		}
		return nil
	})
}

// free returns a port that nobody listens on, nor on the one by beside higher.
func free(beside int) (int, error) {
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, err
		}
		port := l.Addr().(*net.TCPAddr).Port
		if err := l.Close(); err != nil {
			return 0, err
		}
		if beside == 0 {
			return port, nil
		}
		port -= beside // the system gives high ones
		if port < 1024 {
			continue
		}
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, errors.New("no free port")
}
