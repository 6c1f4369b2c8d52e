package letter_test

import (
	"fmt"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/modules/letter"
	"anbiao/web/webtest"
)

func TestWalkOverHTTP(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(a huma.API) { letter.Mount(a, w.s) })
	safety, head, worker, leader, county := api.As(w.safety), api.As(w.head), api.As(w.worker), api.As(w.leader), api.As(w.county)

	made := safety.Key("round").Post("/api/letter/rounds", `{"year":2026}`).Made(t)
	require.Equal(t, made, safety.Key("round").Post("/api/letter/rounds", `{"year":2026}`).Made(t), "sent twice, made once")
	round := fmt.Sprintf("/api/letter/rounds/%d", made)
	worker.Post("/api/letter/rounds", `{"year":2026}`).Refused(t, 403, "rbac.forbidden")
	safety.Put(round, `{"goals":["一个目标"],"reward":"奖","penalty":"罚","validFrom":"2026-01-01","validUntil":"2026-12-31"}`).OK(t, nil)
	safety.Get(round+"/print").Refused(t, 422, "letter.nothing-to-print")
	head.Post(round+"/send", `{}`).OK(t, nil)
	head.Post(round+"/send", `{}`).Refused(t, 409, "letter.nothing-to-send")

	var mine struct {
		ToSign int
		Own    []struct{ ID, TextHash, Code string }
		Lead   []struct{ ID, TextHash string }
	}
	worker.Get("/api/letter/mine").OK(t, &mine)
	require.Equal(t, []any{1, 1, 0}, []any{mine.ToSign, len(mine.Own), len(mine.Lead)})
	own := mine.Own[0]
	one := "/api/letter/letters/" + own.ID
	sign := func(file int64) string {
		return fmt.Sprintf(`{"attachmentId":"%d","letters":[{"id":"%s","textHash":"%s"}]}`, file, own.ID, own.TextHash)
	}
	body := sign(int64(w.drawn(t, w.worker)))
	n := worker.Key("pressed").Post("/api/letter/signatures", body).Made(t)
	require.Equal(t, n, worker.Key("pressed").Post("/api/letter/signatures", body).Made(t), "a double press is one signature")
	p := worker.In("en").Post("/api/letter/signatures", body).Refused(t, 409, "letter.signed-already")
	require.Equal(t, "This letter has been signed already", p.Detail)
	leader.Post("/api/letter/signatures", sign(int64(w.drawn(t, w.leader)))).Made(t)

	var seen struct {
		State, StaffName string
		Lines, May       []string
		Signatures       []struct{ Side, Hash string }
	}
	worker.Get(one).OK(t, &seen)
	require.Equal(t, []any{"signed", 2, "安全生产责任书（2026 年度）"}, []any{seen.State, len(seen.Signatures), seen.Lines[0]})
	var proof struct{ Sound bool }
	worker.Get(one+"/verification").OK(t, &proof)
	require.True(t, proof.Sound)
	require.Equal(t, "image/jpeg", worker.Get(one+"/signatures/superior").OK(t, nil).Header.Get("Content-Type"))
	printed := worker.Get(one+"/print").OK(t, nil)
	require.Equal(t, "%PDF-", string(printed.Body[:5]))
	require.Contains(t, printed.Header.Get("Content-Disposition"), "filename")

	form := map[string]string{"signedOn": "2026-03-09"}
	scan := safety.Upload(round+"/scans", form, webtest.File{Field: "files", Name: "a.pdf", Content: pdfOf(t, paper(t, letter.StampFor(w.of(t, w.mate).Letter, 1, 1, 2026), 2))}).Made(t)
	w.drain(t)
	var bundle struct {
		Scan  struct{ State string }
		Pages []struct{ ID, Letter, Problem string }
	}
	safety.Get(fmt.Sprintf("/api/letter/scans/%d", scan)).OK(t, &bundle)
	require.Equal(t, []any{"done", ""}, []any{bundle.Scan.State, bundle.Pages[0].Problem})
	require.Contains(t, bundle.Pages[0].Letter, w.mate.Name)
	safety.Get("/api/letter/pages/"+bundle.Pages[0].ID+"/picture").OK(t, nil)
	safety.Upload(round+"/scans", map[string]string{"signedOn": "2026-02-31"}, webtest.File{Field: "files", Name: "a.pdf", Content: []byte("x")}).Refused(t, 422, "http.unprocessable-entity")
	safety.Upload(round+"/scans", form, webtest.File{Field: "files", Name: "a.txt", Content: []byte("x")}).Refused(t, 415, "letter.file-type")
	safety.Get(round+"/scans").OK(t, nil)

	var figures struct {
		Items []struct{ People, Letters, Signed int }
	}
	answer := county.Get("/api/letter/rounds").OK(t, &figures)
	require.Equal(t, []int{8, 7, 2}, []int{figures.Items[0].People, figures.Items[0].Letters, figures.Items[0].Signed})
	require.NotContains(t, string(answer.Body), w.worker.Name)
	county.Get(one).Refused(t, 403, "rbac.forbidden")
	county.Get(round+"/progress").Refused(t, 403, "rbac.forbidden")
	county.Get(round+"/print").Refused(t, 403, "rbac.forbidden")
	api.As(w.mate).Get(one).Refused(t, 404, "rbac.not-found")
	api.As(w.stranger).Get(one).Refused(t, 404, "rbac.not-found")
	api.As(w.stranger).Get(round+"/progress").Refused(t, 404, "rbac.not-found")
	api.Anonymous().Get(one).Refused(t, 401, "rbac.unauthenticated")
	safety.Get(round+"/progress").OK(t, nil)
	safety.Get("/api/letter/letters?roundId="+fmt.Sprint(made)+"&waiting=superior&limit=3").OK(t, nil)
	safety.Post("/api/letter/rounds", `{"year":1999}`).Refused(t, 422, "http.unprocessable-entity")
}
