// Command postoffice is a mail server for tests: it writes down what it accepts and is as
// unreliable as it is told to be. It prints its address, then serves until it is killed:
//
//	go run ./testkit/postoffice --log accepted.log --slow 20ms --later 5 --drop 3 --mute 2
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/mail"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

func main() {
	o := &office{}
	log := flag.String("log", "accepted.log", "file that accepted messages are appended to: its id, for whom, and answered or mute")
	address := flag.String("addr", "127.0.0.1:0", "where to listen")
	flag.DurationVar(&o.slow, "slow", 0, "how long an answer takes at most")
	flag.IntVar(&o.later, "later", 0, "of 1000 recipients, how many are told to come later (451)")
	flag.IntVar(&o.drop, "drop", 0, "of 1000 messages, at how many the line breaks before they are accepted")
	flag.IntVar(&o.mute, "mute", 0, "of 1000 messages, at how many the line breaks after they are accepted and before that is said")
	flag.Parse()
	if err := o.serve(*address, *log); err != nil {
		fmt.Fprintln(os.Stderr, "postoffice:", err)
		os.Exit(1)
	}
}

// office is the server and its bad habits.
type office struct {
	slow              time.Duration
	later, drop, mute int

	mu  sync.Mutex
	log *os.File
}

func (o *office) serve(address, log string) (err error) {
	if o.log, err = os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	s := smtp.NewServer(o)
	s.Domain, s.ErrorLog = "postoffice.test", silent{}
	return s.Serve(l)
}

// silent drops the server's complaints about lines that it broke itself.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// NewSession begins a conversation (smtp.Backend).
func (o *office) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{office: o, conn: c.Conn()}, nil
}

// session is one conversation.
type session struct {
	office *office
	conn   net.Conn
	to     string
}

// wait answers slowly.
func (s *session) wait() {
	if s.office.slow > 0 {
		time.Sleep(rand.N(s.office.slow))
	}
}

// happens is true n times of 1000.
func happens(n int) bool { return rand.IntN(1000) < n }

// Mail names the sender.
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt names the recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.wait()
	if happens(s.office.later) {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come later"}
	}
	s.to = to
	return nil
}

// Data takes the message.
func (s *session) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	s.wait()
	if happens(s.office.drop) {
		return s.conn.Close()
	}
	word := "answered"
	if happens(s.office.mute) {
		word = "mute"
	}
	if err := s.office.note(m.Header.Get("Message-Id"), s.to, word); err != nil {
		return err
	}
	if word == "mute" {
		return s.conn.Close()
	}
	return nil
}

// note writes an accepted message down before anybody is told.
func (o *office) note(message, to, word string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := fmt.Fprintf(o.log, "%s %s %s\n", strings.Trim(message, "<>"), to, word)
	return err
}

// Reset forgets the message begun.
func (s *session) Reset() { s.to = "" }

// Logout ends the conversation.
func (s *session) Logout() error { return nil }
