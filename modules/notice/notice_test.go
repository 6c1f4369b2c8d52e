package notice

import (
	"testing"

	"anbiao/kit/text"
)

func TestSentenceInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	params := map[string]string{"title": "低压电工作业", "title@en": "Low-voltage work", "due": "2026-08-01"}
	for l, want := range map[text.Lang]string{
		text.Chinese: "低压电工作业将于2026-08-01到期",
		text.English: "Low-voltage work expires on 2026-08-01",
	} {
		if got := sentence(l, "certificate.remind-expiry", params); got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
}
