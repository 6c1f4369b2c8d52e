package account

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPasswordsThatEverybodyTries(t *testing.T) {
	t.Parallel()
	for _, weak := range []string{
		"1234567890", "0987654321", "qwertyuiop", "QWERTYUIOP", "password123", "Passw0rd123", "p@ssw0rd2026", "admin123456", "Admin@2026", "woaini5201314", "woaini1314520",
		"5201314520", "a123456789", "aa12345678", "abc1234567890", "yongkang2026", "anquan123456", "anbiao-123456", "19900101123", "wang19900101", "13800000001", "wx13800000001",
		"8888888888", "6666688888", "aaaaaaaaaa", "ababababab", "anquanshengchan", "zhang19881212", "qaz123456789", "1qaz2wsx3edc", "wangxiaoming1", "jack-smith-77", "李小红的密码很长很长",
	} {
		require.ErrorIs(t, checkPassword(weak, "jack", "wangxiaoming", "李小红", "13800000001"), ErrPasswordWeak, weak)
	}
	for _, good := range []string{
		"correct-horse-42", "anbiao-demo-2026", "春眠不觉晓处处闻啼鸟", "liuyunfeihua", "tGfd83hsk2", "冲床旁边的第三盏灯泡", "my cat sleeps", "4815162342071993", "mountain road 7",
	} {
		require.NoError(t, checkPassword(good, "jack", "wangxiaoming", "李小红", "13800000001"), good)
	}
	require.ErrorIs(t, checkPassword("tGfd83hsk"), ErrPasswordShort)
	require.ErrorIs(t, checkPassword("九个字的密码太短了"), ErrPasswordShort)
	require.NoError(t, checkPassword("correct-horse-42", "", " ", "王"), "what is not known of somebody is in no password")
}
