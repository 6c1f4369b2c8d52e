package rubric

import (
	"errors"
	"testing"

	"anbiao/kit/fault"
	"anbiao/kit/scoring"
)

// FuzzReadFile reads whatever is uploaded as a scoring table: what cannot be published says why, what can be is scored.
func FuzzReadFile(f *testing.F) {
	first := Library()[0]
	b, err := YAML(first)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("a.yaml", b[:min(len(b), 6000)])
	f.Add("a.yaml", []byte("id: x\nelements: &a [*a]\n"))
	f.Add("a.csv", []byte("要素,子要素,考评内容,标准分,考评办法\n目标,,制定目标,2,未制定的，不得分\n"))
	f.Add("a.xlsx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if len(content) > 1<<16 {
			return
		}
		read, err := ReadFile(name, content)
		if err != nil {
			if _, ok := errors.AsType[*fault.Error](err); !ok {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		if read.Table == nil {
			t.Fatal("neither a table nor a fault")
		}
		if len(read.Table.Check()) == 0 {
			read.Table.Score(scoring.Answers{}, scoring.Facts{})
		}
	})
}

// FuzzMethod reads clauses of deductions (考评办法): what is not understood is not guessed.
func FuzzMethod(f *testing.F) {
	f.Add("每有一项未落实的扣２分；累计最多扣6分", int64(8))
	f.Add("扣满8分的，追加扣除10分", int64(0))
	f.Fuzz(func(t *testing.T, text string, points int64) {
		if points < 0 || points > 1000 {
			return
		}
		for _, d := range readMethod(text, scoring.Whole(points)).rules {
			if d.Minus < 0 || d.Extra < 0 || d.Cap < 0 {
				t.Fatalf("%q gives points: %+v", text, d)
			}
		}
	})
}
