package account

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed passwords.txt
var passwordList string

// common holds passwords that everybody tries: those of passwords.txt, and what follows from how people are known to make them
// (rows and columns of keys, words said twice, names with lucky numbers, signs in the place of letters). It is made once, of a few
// tables, so that it can be read and extended; nobody's list of leaked passwords is copied.
var common = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	add := func(s string) {
		if s = strings.ToLower(s); utf8.RuneCountInString(s) >= minPassword {
			out[s] = true
		}
	}
	for line := range strings.Lines(passwordList) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			add(line)
		}
	}
	walks(add)
	repeats(add)
	phrases(add)
	return out
})

// columns are keys below one another, as hands run down and up the board.
var columns = []string{"1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/"}

// thirds are keys beside one another.
var thirds = []string{"123", "qwe", "asd", "zxc", "456", "rty", "fgh", "vbn", "789", "uio", "jkl", "bnm", "147", "258", "369", "741", "852", "963", "321", "654", "987"}

// walks are ways over the keyboard: two to four columns beside one another, down, up or in turns, and thirds in any order.
func walks(add func(string)) {
	for i := range columns {
		down, up, turns, dots := "", "", "", ""
		for n, c := range columns[i:min(i+4, len(columns))] {
			down, up = down+c, up+backward(c)
			if n%2 == 1 {
				c = backward(c)
			}
			turns, dots = turns+c, dots+strings.ToUpper(c[:1])+c[1:]
			for _, walk := range []string{down, up, turns, dots, backward(down), backward(up), backward(turns)} {
				for _, end := range endings[:usualEndings] {
					add(walk + end)
				}
				add(walk + walk)
			}
		}
	}
	for _, a := range thirds {
		for _, b := range thirds {
			add(a + b + a + b)
			for _, c := range thirds[:9] {
				add(a + b + c + "1")
				add(a + b + c + a)
				add("1" + a + b + c)
			}
		}
	}
	for _, rows := range [][2]string{{"1234567890", "qwertyuiop"}, {"qwertyuiop", "asdfghjkl;"}, {"asdfghjkl;", "zxcvbnm,./"}, {"1234567890", "asdfghjkl;"}, {"1234567890", "abcdefghij"}} {
		for i := range 10 {
			zip := ""
			for j := i; j < 10; j++ {
				zip += rows[0][j:j+1] + rows[1][j:j+1]
				add(zip)
				add(backward(zip))
				add(zip + "123")
				add(zip + zip)
			}
		}
	}
}

// units are what people type again and again.
var units = []string{
	"12", "123", "1234", "12345", "123456", "321", "4321", "54321", "ab", "abc", "abcd", "abcde", "qw", "qwe", "qwer", "qwert", "asd", "asdf", "asdfg", "zxc", "zxcv", "zxcvb",
	"a1", "a12", "a123", "a1b2", "a1b2c3", "1a2b", "1a2b3c", "q1w2", "q1w2e3", "1q2w", "1q2w3e", "qaz", "wsx", "qazwsx", "aa11", "11aa", "aaa111", "111aaa", "abc123", "123abc", "qwe123", "123qwe",
	"asd123", "123asd", "zxc123", "123zxc", "520", "521", "1314", "5201314", "1314520", "666", "888", "168", "518", "love", "iloveu", "ilove", "baby", "lucky", "happy", "hello", "good", "boss",
	"test", "admin", "root", "user", "pass", "wo", "woai", "aini", "nihao", "haha", "hehe", "heihei", "xixi", "lala", "dada", "mama", "baba", "gege", "jiejie", "didi", "meimei", "laopo", "laogong", "baobao",
}

// repeats are units said again until they are long enough, with an ending or without.
func repeats(add func(string)) {
	for _, u := range units {
		for n := 2; n <= 8; n++ {
			again := strings.Repeat(u, n)
			if len(again) > 24 {
				break
			}
			for _, end := range endings[:usualEndings] {
				add(again + end)
			}
		}
		for _, v := range units {
			add(u + v + u + v)
		}
	}
}

// endings are what people put behind a word that is not long enough.
var endings = []string{
	"", "!", "@", ".", "1", "12", "123", "1234", "123456", "@123", "123!", "520", "888", "@2026", "!!", "12345", "1234567", "12345678", "123456789", "123.", "123@", "@1234", "@123456", "#123", "!@#", "!@#$", "_123",
	"321", "521", "1314", "5201314", "666", "6666", "8888", "666666", "888888", "168", "518", "000", "0000", "000000", "111", "1111", "111111", "007", "110", "119", "120",
	"@2023", "@2024", "@2025", "2023!", "2024!", "2025!", "2026!", "2023", "2024", "2025", "2026", "abc", "qwe", "aaa", "a1", "zz",
}

// usualEndings are the first of them, for words that are changed already.
const usualEndings = 14

// names are given names and family names as people write them in pinyin, words they are fond of, and words of this trade.
var names = []string{
	"zhangwei", "wangwei", "wangfang", "liwei", "liuwei", "lina", "zhangmin", "lijing", "wangjing", "liujie", "zhangli", "wangyan", "liqiang", "zhanglei", "wanglei", "liyang", "chenjie", "yangyang", "xiaoming",
	"xiaohong", "xiaowang", "xiaoli", "xiaozhang", "xiaoyu", "laowang", "laozhang", "tingting", "jingjing", "lili", "feifei", "dandan", "yuanyuan", "mengmeng", "beibei", "huanhuan", "yingying", "xingxing",
	"woaini", "aini", "woaita", "woxiangni", "woailaopo", "woailaogong", "woaimama", "woaibaba", "woaijia", "woaiwojia", "woaizhongguo", "zhongguo", "zhonghua", "wobuzhidao", "nishishui", "buzhidao", "meiyou",
	"mima", "wodemima", "mimashi", "denglu", "zhanghao", "yonghu", "guanliyuan", "guanli", "xitong", "ceshi", "moren", "chushi", "kaishi", "huanying", "facai", "gongxifacai", "yifanfengshun", "pingan", "kuaile", "xingfu",
	"anbiao", "anquan", "anquandiyi", "anquanyuan", "anquanban", "anquanke", "anquanshengchan", "shengchan", "yinhuan", "paicha", "yingji", "yingjiju", "anjian", "anjianju", "jiandu", "gongsi", "qiye", "gongchang",
	"chejian", "laoban", "chengbao", "biaozhunhua", "safety", "safetyfirst", "workshop", "factory", "company", "hazard", "zhejiang", "jinhua", "yongkang", "hangzhou", "ningbo", "wenzhou", "shanghai", "beijing",
	"password", "passwort", "administrator", "welcome", "letmein", "iloveyou", "sunshine", "princess", "football", "baseball", "superman", "batman", "trustno", "starwars", "computer", "internet", "samsung", "huawei", "xiaomi",
	"michael", "jennifer", "jordan", "charlie", "dragon", "monkey", "shadow", "master", "killer", "freedom", "whatever", "changeme", "secret", "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsx", "weixin", "taobao", "zhifubao",
}

// leet writes letters as the signs that look like them.
var leet = []*strings.Replacer{
	strings.NewReplacer(), strings.NewReplacer("a", "@"), strings.NewReplacer("o", "0"), strings.NewReplacer("a", "@", "o", "0"), strings.NewReplacer("s", "$", "i", "1"), strings.NewReplacer("i", "1"),
	strings.NewReplacer("e", "3"), strings.NewReplacer("a", "4", "e", "3", "i", "1", "o", "0"), strings.NewReplacer("a", "@", "s", "$", "i", "1", "o", "0", "e", "3"),
}

// phrases are names with an ending, before or behind, in letters or in signs like them, and names said twice.
func phrases(add func(string)) {
	for _, name := range names {
		for i, as := range leet {
			written, ends := as.Replace(name), endings
			if i > 0 {
				ends = endings[:usualEndings]
			}
			for _, end := range ends {
				add(written + end)
			}
		}
		for _, end := range endings {
			add(end + name)
		}
		add(name + name)
		for _, a := range []string{"a", "q", "aa", "abc", "123", "520", "wo", "my", "the"} {
			add(a + name)
			add(name + a)
		}
	}
}

// backward is s from its end; it holds no sign of more than a byte.
func backward(s string) string {
	var b strings.Builder
	for i := len(s) - 1; i >= 0; i-- {
		b.WriteByte(s[i])
	}
	return b.String()
}
