package account

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// words are what people put before or behind some digits: keyboards, defaults, pinyin of what they say
// and of what this program is about.
var words = []string{
	"", "password", "passwd", "passw0rd", "pass", "admin", "administrator", "root", "user", "test", "guest", "demo", "welcome", "changeme", "letmein", "login", "master", "system",
	"qwerty", "qwert", "qwertyuiop", "qwe", "qwer", "asd", "asdf", "asdfgh", "asdfghjkl", "zxc", "zxcv", "zxcvbn", "zxcvbnm", "qaz", "qazwsx", "qazwsxedc", "wsx",
	"a", "aa", "aaa", "abc", "abcd", "abcde", "abcdef", "q", "qq", "w", "z", "x", "wx", "weixin", "weixinhao", "iloveyou", "love", "loveyou", "dragon", "monkey", "football",
	"woaini", "aini", "woaiwojia", "woaizhongguo", "wozuishuai", "wobuzhidao", "nihao", "nihaoma", "mima", "wodemima", "denglu", "zhanghao", "yonghu", "guanliyuan",
	"anbiao", "anquan", "anquanyuan", "anquandiyi", "anquanshengchan", "shengchan", "yinhuan", "yinhuanpaicha", "jiancha", "aqsc", "yhpc", "yingji", "yingjiju", "anjianju",
	"gongsi", "qiye", "gongchang", "chejian", "laoban", "zongjingli", "zhongguo", "china", "beijing", "shanghai", "hangzhou", "zhejiang", "jinhua", "yongkang", "wuyi", "yiwu",
	"wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu", "sun", "ma", "zhu", "hu", "guo", "he", "lin", "gao", "luo",
}

// runs are keys and digits that lie side by side.
var runs = []string{"01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"}

// lucky are groups of digits that people like; a number made of them alone is no secret.
var lucky = []string{"5201314", "1314520", "1314", "520", "521", "666", "888", "999", "168", "518", "88", "66", "00", "11"}

// checkPassword holds a new password to the rules (NIST SP 800-63B §3.1.1.2): at least ten signs of any
// kind; none that others try first; nothing of what is known of the person, said as own.
// Errors: ErrPasswordShort, ErrPasswordWeak.
func checkPassword(password string, own ...string) error {
	if utf8.RuneCountInString(password) < minPassword {
		return ErrPasswordShort.At("body.password")
	}
	low := strings.ToLower(password)
	for _, o := range own {
		if o = strings.ToLower(strings.TrimSpace(o)); utf8.RuneCountInString(o) > 1 && strings.Contains(low, o) {
			return ErrPasswordWeak.At("body.password")
		}
	}
	if common()[low] || few(low) || guessable(low) {
		return ErrPasswordWeak.At("body.password")
	}
	return nil
}

// few reports fewer than five different signs.
func few(s string) bool {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen) < 5
}

// guessable reports a common word, or none, with digits around it that are few, a date, a telephone number or
// a row of keys.
func guessable(s string) bool {
	word := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if side(s) || (len(word) < len(s) && side(word)) {
		return true
	}
	if !slices.Contains(words, word) && !slices.Contains(words, strings.NewReplacer("@", "a", "0", "o", "$", "s", "1", "i").Replace(word)) {
		return false
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.Replace(s, word, "", 1))
	return len(digits) <= 6 || date(digits) || phone(digits) || side(digits) || few(digits) || onlyLucky(digits)
}

// side reports ten signs or more, or all of a shorter one, in a row of neighbouring keys, there or back.
func side(s string) bool {
	if len(s) < 6 {
		return false
	}
	back := []byte(s)
	slices.Reverse(back)
	for _, run := range runs {
		if strings.Contains(run, s) || strings.Contains(run, string(back)) {
			return true
		}
	}
	return false
}

// date reports digits that are or hold a birthday: 19900101, 900101, perhaps with two more around.
func date(digits string) bool {
	for i := 0; i+8 <= len(digits); i++ {
		if d, err := time.Parse("20060102", digits[i:i+8]); err == nil && d.Year() >= 1920 && d.Year() <= 2050 && len(digits) <= 12 {
			return true
		}
	}
	return false
}

// phone reports a mobile number, or one with a sign or two around it.
func phone(digits string) bool {
	return len(digits) >= 11 && len(digits) <= 13 && digits[0] == '1' && digits[1] >= '3'
}

func onlyLucky(digits string) bool {
	for _, l := range lucky {
		digits = strings.ReplaceAll(digits, l, "")
	}
	return len(digits) <= 2
}
