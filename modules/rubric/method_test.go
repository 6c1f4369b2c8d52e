package rubric

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/scoring"
)

func TestMethodsAreRead(t *testing.T) {
	t.Parallel()
	w := scoring.Whole
	for text, want := range map[string][]scoring.Deduction{
		"无该项制度的，不得分；未以文件形式发布的，不得分；制度中缺环节的，扣1分。": {
			{ID: "a", When: "无该项制度的", Zero: true}, {ID: "b", When: "未以文件形式发布的", Zero: true}, {ID: "c", When: "制度中缺环节的", Minus: w(1)},
		},
		"每缺一个部门扣0.5分":         {{ID: "a", When: "每缺一个部门", Minus: 50, Per: "个"}},
		"一处不符合要求的，扣2分":        {{ID: "a", When: "一处不符合要求的", Minus: w(2), Per: "处"}},
		"每人次扣1分，最多扣4分":        {{ID: "a", When: "每人次", Minus: w(1), Per: "人次", Cap: w(4)}},
		"每有一项未落实的扣２分；累计最多扣6分": {{ID: "a", When: "每有一项未落实的", Minus: w(2), Per: "项", Cap: w(6)}},
		"每处扣1分，扣完为止":          {{ID: "a", When: "每处", Minus: w(1), Per: "处"}},
		"未成立的，不得分，并追加扣除5分":    {{ID: "a", When: "未成立的", Zero: true}, {ID: "b", When: "未成立的", Extra: w(5)}},
		"扣满8分的，追加扣除10分":       {{ID: "a", When: "扣满8分的，追加扣除10分", Extra: w(10), Auto: scoring.ItemExhausted}},
		"赔付不到位的，本项目不得分":       {{ID: "a", When: "赔付不到位的", Zero: true, Scope: scoring.AtSub}},
		"未建立体系的，该类目不得分":       {{ID: "a", When: "未建立体系的", Zero: true, Scope: scoring.AtElement}},
		"发生死亡事故的，倒扣20分":       {{ID: "a", When: "发生死亡事故的", Extra: w(20), Scope: scoring.AtTotal}},
		"使用淘汰工艺的，一票否决":        {{ID: "a", When: "使用淘汰工艺的", Veto: true}},
		"1.未每年评审的，扣两分":        {{ID: "a", When: "未每年评审的", Minus: w(2)}},
	} {
		m := readMethod(text, w(8))
		require.Empty(t, m.unread, text)
		require.Equal(t, want, m.rules, text)
	}
	m := readMethod("查文件和记录。未开会的，扣3分", w(8))
	require.Equal(t, []string{"查文件和记录"}, m.where)
	require.Equal(t, []scoring.Deduction{{ID: "a", When: "未开会的", Minus: w(3)}}, m.rules)
}

func TestNothingIsGuessed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"不符合要求的，酌情扣分", "不完善的，扣1-3分", "按完成比例得分", "完成的得2分", "扣满5分的，追加扣除10分", "未建立制度", "每吨扣1分", "扣1分，扣2分",
		"甲扣1分；乙扣2分；最多扣2分", "不符合的，扣0分", "最多扣4分",
	} {
		m := readMethod(text, scoring.Whole(8))
		require.NotEmpty(t, m.unread, text)
		r := scoring.Rubric{Scorable: true, Elements: []scoring.Element{{Children: []scoring.Element{{Items: []scoring.Item{{Code: "1", Deductions: m.rules}}}}}}}
		found := false
		for _, p := range r.Check() {
			found = found || p.Code == "rule" && p.At == "1"
		}
		require.True(t, found, "a table with %q cannot be published", text)
	}
}
