package city

import (
	"fmt"
	"math/rand/v2"
)

// dice are drawn from the seed and a number of their own, so that one part of the city can
// change without moving the others.
type dice struct{ *rand.Rand }

func newDice(seed, stream uint64) dice {
	return dice{rand.New(rand.NewPCG(seed, stream))} //nolint:gosec // meant to be repeatable
}

// Streams of dice.
const (
	streamFirms = iota + 1
	streamPeople
	streamChecks
	streamHazards
	streamReports
	streamCertificates
	streamActivation
	streamAppraisal
	streamPermits
	streamAwards
	streamBulk = 1000 // and up, one a batch
)

func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

// of reports true in p of a hundred cases.
func (d dice) of(p int) bool { return d.IntN(100) < p }

// between returns a number from lo to hi, both included.
func (d dice) between(lo, hi int) int { return lo + d.IntN(hi-lo+1) }

// person makes up a name.
func (d dice) person() string {
	name := pick(d, families) + pick(d, given)
	if d.of(70) {
		name += pick(d, given)
	}
	return name
}

// brand makes up the part of a company's name that tells it apart.
func (d dice) brand(signs int) (s string) {
	for range signs {
		s += pick(d, brands)
	}
	return s
}

// phone is the n-th number of a range that no operator has given out.
func phone(n int) string { return fmt.Sprintf("19900%06d", n%1_000_000) }

var (
	families = runes("王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武应楼胡施")
	given    = runes("伟芳娜敏静丽强磊军洋勇艳杰涛明超秀兰霞平刚桂英华玉萍红建国文辉力健斌波宁浩凯健俊帆雪莉欣怡子轩浩宇晨阳思远志鹏海燕春梅冬青立新卫东永康德胜福生长林庆云清泉金根水木成龙小虎正荣国平")
	brands   = runes("锐川安屿恒拓瑞钧宏宸嘉铭凌翰博远晟昊骏驰卓群鼎盛泰和信义丰裕振邦腾跃飞宇捷达顺昌隆茂源朗晖景曜耀曦岚峻屹磐钜铂锦钰镁钛焱炜烁泽沐澜沃涵溪")
	roads    = []string{"工业路", "兴业路", "五金大道", "创新路", "迎宾路", "园区东路", "园区西路", "溪滨路", "古丽路", "长城路", "双锦路", "胜利街", "永拖路", "科源路"}
)

func runes(s string) (out []string) {
	for _, r := range s {
		out = append(out, string(r))
	}
	return out
}
