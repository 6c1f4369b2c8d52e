package notice_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/mail"
	"anbiao/modules/notice"
	"anbiao/testkit"
)

// smtp is a mail server that counts what it was given, by Message-ID.
type smtp struct {
	address string
	lines   atomic.Int64 // connections
	mu      sync.Mutex
	got     map[string]int
}

func newSMTP(t testing.TB) *smtp {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &smtp{address: "smtp://" + l.Addr().String(), got: map[string]int{}}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.lines.Add(1)
			go s.converse(conn)
		}
	}()
	return s
}

func (s *smtp) converse(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	say := func(line string) { _, _ = conn.Write([]byte(line + "\r\n")) }
	say("220 here")
	in := bufio.NewScanner(conn)
	for inData := false; in.Scan(); {
		line := in.Text()
		switch {
		case inData && line == ".":
			inData = false
			say("250 taken")
		case inData && strings.HasPrefix(line, "Message-ID:"):
			s.mu.Lock()
			s.got[line]++
			s.mu.Unlock()
		case inData:
		case line == "DATA":
			inData = true
			say("354 go on")
		case line == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// Many mails leave over few connections, by two workers at once, each once.
func TestManyMailsByTwoWorkers(t *testing.T) {
	t.Parallel()
	f, server := setUp(t), newSMTP(t)
	f.Set(time.Now())
	post, err := mail.Open(server.address)
	require.NoError(t, err)
	defer post.Close()
	f.s.Mailer = post
	const mails = 400
	notes := make([]notice.Note, mails)
	for i := range notes {
		notes[i] = f.note(f.b, fmt.Sprint("many", i))
	}
	f.say(t, notes...)
	network, addr, password, number := testkit.RedisOptions(t)
	broker := asynq.RedisClientOpt{Network: network, Addr: addr, Password: password, DB: number}
	reg := jobs.NewRegistry()
	f.s.Jobs(reg)
	worker := &jobs.Worker{System: f.System(), Registry: reg, Now: f.Now}
	relay := jobs.NewRelay(f.System(), broker, f.Now)
	defer func() { _ = relay.Close() }()
	begun := time.Now()
	for range 2 {
		w := worker.Server(broker, 8)
		require.NoError(t, w.Start(worker))
		defer w.Shutdown()
	}
	for n := 1; n > 0; {
		n, err = relay.Once(t.Context())
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool {
		return testkit.One[int64](t, f.W, "SELECT count(*) FROM notice_delivery WHERE state = 'sent'") == mails
	}, time.Minute, 20*time.Millisecond)
	t.Logf("%d mails a second over %d connections", int(mails/time.Since(begun).Seconds()), server.lines.Load())
	require.Len(t, server.got, mails)
	for message, n := range server.got {
		require.Equal(t, 1, n, message)
	}
	require.LessOrEqual(t, server.lines.Load(), int64(16), "connections are used again")
}
