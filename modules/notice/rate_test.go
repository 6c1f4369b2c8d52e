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
	drops   atomic.Int64 // times that it still hangs up instead of saying that it has taken a mail
	refuse  atomic.Value // its answer to RCPT, if it is another
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
			if s.drops.Add(-1) >= 0 {
				return
			}
			say("250 taken")
		case inData && strings.HasPrefix(line, "Message-ID:"):
			s.mu.Lock()
			s.got[line]++
			s.mu.Unlock()
		case inData:
		case line == "DATA":
			inData = true
			say("354 go on")
		case strings.HasPrefix(line, "RCPT") && s.refuse.Load() != nil:
			say(s.refuse.Load().(string))
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

// A server that hangs up after it took a mail, or puts it off, gets it again under the
// same Message-ID; one that knows no such mailbox is not asked again.
func TestMailOverABrokenLine(t *testing.T) {
	t.Parallel()
	f, _ := channels(t)
	server := newSMTP(t)
	post, err := mail.Open(server.address)
	require.NoError(t, err)
	defer post.Close()
	f.s.Mailer = post
	server.drops.Store(2)
	f.say(t, f.note(f.b, "one"))
	for range 3 {
		f.run(t)
		f.in(time.Minute)
	}
	require.Equal(t, "sent 3", f.states(t, notice.Mail))
	require.Len(t, server.got, 1)
	for _, n := range server.got {
		require.Equal(t, 3, n, "what nobody can know was sent again under the same id")
	}
	server.refuse.Store("451 4.7.1 later")
	f.say(t, f.note(f.b, "two"))
	f.run(t)
	require.Equal(t, "sent 3, queued 1", f.states(t, notice.Mail))
	server.refuse.Store("550 5.1.1 no such user")
	f.in(time.Minute)
	f.run(t)
	require.Equal(t, "sent 3, failed 2", f.states(t, notice.Mail))
	require.EqualValues(t, 1, testkit.One[int64](t, f.W, "SELECT count(*) FROM notice_dead_address WHERE channel = 'mail'"))
	require.Zero(t, testkit.One[int64](t, f.W, "SELECT count(*) FROM notice_delivery d JOIN account_person p ON p.id = d.person_id WHERE position(p.email IN d.error || d.address) > 0"))
	f.say(t, f.note(f.b, "three"))
	f.run(t)
	require.Equal(t, "sent 3, failed 2, unroutable 0", f.states(t, notice.Mail))
}
