package account

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestPasswordsThatEverybodyTries(t *testing.T) {
	t.Parallel()
	for _, weak := range []string{
		"1234567890", "0987654321", "qwertyuiop", "QWERTYUIOP", "password123", "Passw0rd123", "p@ssw0rd2026", "admin123456", "Admin@2026", "woaini5201314", "woaini1314520",
		"5201314520", "a123456789", "aa12345678", "abc1234567890", "yongkang2026", "anquan123456", "anbiao-123456", "19900101123", "wang19900101", "13800000001", "wx13800000001",
		"8888888888", "6666688888", "aaaaaaaaaa", "ababababab", "anquanshengchan", "zhang19881212", "qaz123456789", "1qaz2wsx3edc", "wangxiaoming1", "jack-smith-77", "李小红的密码很长很长",
		"1qaz2wsx3edc!", "qwe123qwe123", "1q2w3e4r5t6y7u8i", "zhangwei@123456", "woainiwoaini", "$afetyf1r$t", "@nbi@o@2026", "asdfasdfasdf", "1234qwer1234qwer",
	} {
		require.ErrorIs(t, checkPassword(weak, "jack", "wangxiaoming", "李小红", "13800000001"), ErrPasswordWeak, weak)
	}
	for _, good := range []string{
		"correct-horse-42", "anbiao-demo-2026", "春眠不觉晓处处闻啼鸟", "liuyunfeihua", "tGfd83hsk2", "冲床旁边的第三盏灯泡", "my cat sleeps", "4815162342071993", "mountain road 7",
		"zhangwei rides a red bike", "anquan-mao-huang-7", "qwerty is not a word", "woaini but quietly", "shift starts at six", "blue-crane-91-west", "hongshaorou tai xian", "Jf7$kLm2Qx",
	} {
		require.NoError(t, checkPassword(good, "jack", "wangxiaoming", "李小红", "13800000001"), good)
	}
	require.ErrorIs(t, checkPassword("tGfd83hsk"), ErrPasswordShort)
	require.ErrorIs(t, checkPassword("九个字的密码太短了"), ErrPasswordShort)
	require.NoError(t, checkPassword("correct-horse-42", "", " ", "王"), "what is not known of somebody is in no password")
}

// The standard asks for three thousand that are long enough to be taken; as many are refused for being in the list alone.
func TestThousandsOfCommonPasswordsAreRefused(t *testing.T) {
	t.Parallel()
	byList, byRule := 0, 0
	for one := range common() {
		require.GreaterOrEqual(t, utf8.RuneCountInString(one), minPassword)
		require.Equal(t, strings.ToLower(one), one, "what is compared is in lower case")
		require.ErrorIs(t, checkPassword(one), ErrPasswordWeak, one)
		if few(one) || guessable(one) {
			byRule++
		} else {
			byList++
		}
	}
	require.Greater(t, byList, 3000, "refused by the list and by no rule")
	require.Greater(t, byRule, 3000, "refused by a rule, too")
	require.Less(t, byList+byRule, 60000, "it is held in memory")
}

var passwordField = regexp.MustCompile(`<(?:el-input|van-field|input)\b[^>]*type="password"[^>]*>`)

// A page that takes less than the API would cut a password that was set elsewhere.
func TestPasswordFieldsTakeWhatTheAPITakes(t *testing.T) {
	t.Parallel()
	const most = 200
	api, err := os.ReadFile("api.go")
	require.NoError(t, err)
	for _, tag := range regexp.MustCompile("`json:\"(?:old|password)[^`]*`").FindAllString(string(api), -1) {
		if !strings.Contains(tag, "of the demo") {
			require.Contains(t, tag, `maxLength:"200"`)
		}
	}
	fields := 0
	require.NoError(t, filepath.WalkDir("../../frontend/src", func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".vue" || strings.Contains(path, "modules/upload") || strings.Contains(path, "modules/notice") { // keys of other systems
			return err
		}
		page, err := os.ReadFile(path)
		for _, field := range passwordField.FindAllString(string(page), -1) {
			fields++
			require.Contains(t, field, `maxlength="200"`, path)
		}
		return err
	}))
	require.GreaterOrEqual(t, fields, 8)
	for _, long := range []string{strings.Repeat("ab cd-7 ", 8), strings.Repeat("长密码也不截断7 ", most/9)} {
		require.NoError(t, checkPassword(long), "sixty-four signs and more")
		phc := Hash(long)
		good, err := matches(long, phc)
		require.NoError(t, err)
		require.True(t, good)
		good, err = matches(long[:len(long)-1], phc)
		require.NoError(t, err)
		require.False(t, good, "to the last sign")
	}
}

func TestHashIsMadeAnewWhenItsCostRises(t *testing.T) {
	t.Parallel()
	const secret = "correct-horse-42"
	old := cost{8 * 1024, 1, 1}.phc(secret)
	good, err := matches(secret, old)
	require.NoError(t, err)
	require.True(t, good, "at the cost it was made")
	p := Person{PasswordHash: old}
	good, err = (&Service{}).knows(&p, "wrong-horse-42")
	require.NoError(t, err)
	require.False(t, good)
	require.Equal(t, old, p.PasswordHash, "a wrong one changes nothing")
	good, err = (&Service{}).knows(&p, secret)
	require.NoError(t, err)
	require.True(t, good)
	require.NotEqual(t, old, p.PasswordHash)
	require.False(t, outdated(p.PasswordHash))
	for _, broken := range []string{"$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=19456,t=0,p=1$AAAA$AAAA", "$argon2id$v=19$x$AAAA$AAAA"} {
		_, err := matches(secret, broken)
		require.ErrorIs(t, err, errHash, broken)
	}
}
