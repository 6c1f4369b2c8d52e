package notice_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/kit/push"
	"anbiao/modules/notice"
	"anbiao/rbac"
	"anbiao/testkit"
)

// carrier is an SMS provider that says what a test wants.
type carrier struct {
	numbers []string
	err     error
}

func (c *carrier) Send(_ context.Context, m push.Message) (push.Receipt, error) {
	c.numbers = append(c.numbers, m.To)
	return push.Receipt{Code: "isv.MOBILE_NUMBER_ILLEGAL"}, c.err
}

func TestPeopleChooseAndDeadNumbersAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	f, _ := channels(t)
	f.Exec(t, "UPDATE account_person SET phone = '1380013' || lpad(id::text, 4, '0')")
	c := &carrier{}
	f.s.Senders[notice.SMS] = c
	require.NoError(t, f.s.Load(t.Context()))
	mine := rbac.WithActor(t.Context(), f.b)
	require.NoError(t, f.s.Prefer(mine, []notice.Preference{{Channel: notice.Mail, Category: "certificate", Wanted: false}, {Channel: notice.SMS, Category: "certificate", Wanted: true}}))
	require.ErrorIs(t, f.s.Prefer(mine, []notice.Preference{{Channel: notice.WeCom, Category: "certificate", Wanted: true}}), notice.ErrCategory)
	f.say(t, f.note(f.b, "one"), f.note(f.a, "two"))
	f.run(t)
	require.Equal(t, "sent 1", f.states(t, notice.SMS))
	require.Equal(t, "sent 1", f.states(t, notice.Mail), "of the other, who said nothing")
	shown, err := f.s.Preferences(mine)
	require.NoError(t, err)
	require.Equal(t, notice.MyChannel{Channel: notice.SMS, Configured: true, Open: true, Address: "138****" + c.numbers[0][7:]}, shown.Channels[1])
	require.Contains(t, shown.Said, notice.Preference{Channel: notice.Mail, Category: "certificate"})
	require.Contains(t, shown.Said, notice.Preference{Channel: notice.Mail, Category: "hazard", Wanted: true})

	c.err = fmt.Errorf("%w: no such number", push.ErrDead)
	f.say(t, f.note(f.b, "three"))
	f.run(t)
	f.say(t, f.note(f.b, "four"))
	f.run(t)
	require.Equal(t, "sent 1, failed 1, unroutable 0", f.states(t, notice.SMS))
	require.Len(t, c.numbers, 2)
	require.NoError(t, f.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		dead, err := notice.DeadSince(t.Context(), tx, time.Time{}, 10)
		require.Len(t, dead, 1)
		require.Equal(t, f.b.PersonID, dead[0].PersonID)
		return err
	}))
	f.Exec(t, "UPDATE account_person SET phone = '13900139000' WHERE id = $1", int64(f.b.PersonID))
	c.err = nil
	f.say(t, f.note(f.b, "five"))
	f.run(t)
	require.Equal(t, "13900139000", c.numbers[2], "another number is another address")
	require.Zero(t, testkit.One[int64](t, f.W, "SELECT count(*) FROM notice_delivery WHERE address ~ '[0-9]{5}' OR error ~ '[0-9]{11}'"), "numbers are masked")
	n := testkit.One[int64](t, f.W, "SELECT count(*) FROM notice_delivery WHERE address_index = $1", f.s.AddressIndex(" 13900139000"))
	require.EqualValues(t, 1, n)
}

func TestKeptTextMessages(t *testing.T) {
	t.Parallel()
	f, _ := channels(t)
	f.s.Senders[notice.SMS] = notice.KeptSMS{Gate: f.Gate}
	require.NoError(t, f.s.Load(t.Context()))
	f.Exec(t, "UPDATE account_person SET phone = '13800138000' WHERE id = $1", int64(f.b.PersonID))
	require.NoError(t, f.s.Prefer(rbac.WithActor(t.Context(), f.b), []notice.Preference{{Channel: notice.SMS, Category: "certificate", Wanted: true}}))
	f.say(t, f.note(f.b, "one"))
	f.run(t)
	rows, _, err := f.s.Mails(rbac.WithActor(t.Context(), f.b), page.Query{Limit: 10})
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, "sms:138****8000", rows[0].Address)
}

// weixin binds the openid "o-"+code.
type weixin struct{ refuse bool }

func (weixin) Address(back, state string) string { return back + "?state=" + state }

func (w weixin) OpenID(_ context.Context, code string) (string, error) {
	if w.refuse {
		return "", fmt.Errorf("%w: 40029", push.ErrRefused)
	}
	return "o-" + code, nil
}

func TestBindWeChat(t *testing.T) {
	t.Parallel()
	f, _ := channels(t)
	c := &carrier{}
	f.s.Senders[notice.WeChat], f.s.Binder = c, weixin{}
	require.NoError(t, f.s.Load(t.Context()))
	mine, other := rbac.WithActor(t.Context(), f.b), rbac.WithActor(t.Context(), f.a)
	stateOf := func(ctx context.Context) string {
		m, err := f.s.Preferences(ctx)
		require.NoError(t, err)
		_, state, _ := strings.Cut(m.Bind, "state=")
		return state
	}
	state := stateOf(mine)
	require.ErrorIs(t, f.s.BindWeChat(other, "x", state), notice.ErrWeChatCode, "another's link")
	require.NoError(t, f.s.BindWeChat(mine, "x", state))
	require.ErrorIs(t, f.s.BindWeChat(other, "x", stateOf(other)), notice.ErrWeChatTaken)
	f.s.Binder = weixin{refuse: true}
	require.ErrorIs(t, f.s.BindWeChat(other, "y", stateOf(other)), notice.ErrWeChatCode)
	f.say(t, f.note(f.b, "one"), f.note(f.a, "two"))
	f.run(t)
	require.Equal(t, []string{"o-x"}, c.numbers)
	require.Zero(t, testkit.One[int64](t, f.W, "SELECT count(*) FROM notice_wechat w WHERE position('o-x'::bytea IN w.openid) > 0"))
	require.NoError(t, f.s.UnbindWeChat(mine))
	f.say(t, f.note(f.b, "three"))
	f.run(t)
	require.Len(t, c.numbers, 1)
	f.in(time.Hour)
	require.True(t, errors.Is(f.s.BindWeChat(mine, "x", state), notice.ErrWeChatCode), "the link has expired")
}
