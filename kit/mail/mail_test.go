package mail_test

import (
	"bufio"
	"errors"
	"net"
	"strings"
	"testing"

	"anbiao/kit/mail"
)

// server answers one SMTP conversation and returns what it was sent; rcpt is its reply to
// the recipient.
func server(t *testing.T, rcpt string) (address string, heard <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	out := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		out <- converse(conn, rcpt)
	}()
	return l.Addr().String(), out
}

func converse(conn net.Conn, rcpt string) string {
	var data strings.Builder
	say := func(s string) { _, _ = conn.Write([]byte(s + "\r\n")) }
	say("220 here")
	in := bufio.NewScanner(conn)
	for inData := false; in.Scan(); {
		line := in.Text()
		switch {
		case inData && line == ".":
			inData = false
			say("250 taken")
		case inData:
			data.WriteString(line + "\n")
		case strings.HasPrefix(line, "EHLO"):
			say("250 here")
		case strings.HasPrefix(line, "RCPT"):
			say(rcpt)
		case line == "DATA":
			inData = true
			say("354 go on")
		case line == "QUIT":
			say("221 bye")
			return data.String()
		default:
			say("250 ok")
		}
	}
	return data.String()
}

func TestSendCarriesItsID(t *testing.T) {
	t.Parallel()
	address, heard := server(t, "250 ok")
	s, err := mail.Open("smtp://" + address + "?from=system@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), mail.Message{ID: "delivery-7", To: "zhang@example.com", Name: "张三", Subject: "复审提醒", Text: "请尽快办理"}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	got := <-heard
	for _, want := range []string{"Message-ID: <delivery-7@127.0.0.1>", "From: <system@example.com>", "zhang@example.com"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestRefusalIsLasting(t *testing.T) {
	t.Parallel()
	for reply, lasting := range map[string]bool{"550 no such user": true, "451 try later": false} {
		address, _ := server(t, reply)
		s, err := mail.Open("smtp://" + address)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Send(t.Context(), mail.Message{ID: "1", To: "nobody@example.com", Subject: "x", Text: "y"})
		if err == nil || errors.Is(err, mail.ErrRefused) != lasting {
			t.Errorf("%s: %v", reply, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"https://mail", "smtp://mail:none", "smtp://u:p%zz@mail", "smtp://:25"} {
		_, err := mail.Open(address)
		if err == nil {
			t.Errorf("%s opened", address)
		} else if strings.Contains(err.Error(), "p%zz") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

// A line break in a name or a subject, as somebody may type into a form, begins no header of its own.
func TestLineBreaksBecomeNoHeaders(t *testing.T) {
	t.Parallel()
	for _, sep := range []string{"\r\n", "\n", "\r"} {
		address, heard := server(t, "250 ok")
		s, err := mail.Open("smtp://" + address + "?from=system@example.com")
		if err != nil {
			t.Fatal(err)
		}
		evil := "x" + sep + "Bcc: all@example.com" + sep + sep + "another body"
		err = s.Send(t.Context(), mail.Message{ID: "1", To: "zhang@example.com", Name: evil, Subject: evil, Text: "words"})
		s.Close()
		if err != nil {
			continue // refused is as good
		}
		head, _, _ := strings.Cut(<-heard, "\n\n")
		for line := range strings.SplitSeq(head, "\n") {
			if strings.HasPrefix(strings.ToLower(strings.TrimLeft(line, "\r")), "bcc") || strings.Contains(line, "\r") || strings.HasPrefix(line, "another") {
				t.Errorf("%q became a line of its own: %q", sep, line)
			}
		}
		if !strings.Contains(head, "Subject: ") || !strings.Contains(head, "zhang@example.com") {
			t.Errorf("%q: the head ends too early:\n%s", sep, head)
		}
	}
	s, err := mail.Open("smtp://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), mail.Message{ID: "1", To: "zhang@example.com\r\nRCPT TO:<all@example.com>", Subject: "x", Text: "y"}); !errors.Is(err, mail.ErrRefused) {
		t.Errorf("an address with a line break: %v", err)
	}
}
