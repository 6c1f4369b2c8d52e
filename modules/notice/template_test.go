package notice_test

import (
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/kit/text"
	"anbiao/modules/notice"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

const expiry = "/api/notice/templates/certificate.remind-expiry"

func TestACompanyWordsItsOwnMessages(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	api := webtest.New(t, func(a huma.API) { notice.Mount(a, f.s) })
	safety, worker := api.As(f.a), api.As(f.b)
	elsewhere := f.Actor(t, f.Company(t, town), "safety")
	words := map[string]string{"lang": "zh-CN", "title": "【{title}】快到期了", "body": "{name}，请在{apply}前办理。"}

	var seen struct {
		Title, Body string
		Missing     []string
	}
	safety.Post(expiry+"/preview", words).OK(t, &seen)
	require.Equal(t, "【低压电工作业证】快到期了", seen.Title)
	require.ElementsMatch(t, []string{"due", "days"}, seen.Missing, "what the built-in text says is not lost silently")
	safety.Put(expiry, map[string]string{"lang": "zh-CN", "title": "{title}", "body": "{nobody}和{name}"}).Refused(t, 422, "notice.placeholder")
	safety.Put(expiry, map[string]string{"lang": "zh-CN", "title": " ", "body": "{name}"}).Refused(t, 422, "notice.wordless")
	safety.Put("/api/notice/templates/notice.mail", words).Refused(t, 404, "notice.no-text")
	worker.Put(expiry, words).Refused(t, 403, "rbac.forbidden")
	safety.Put(expiry, words).OK(t, nil)

	_, err := f.remind(t, rbac.Actor{}, f.note(f.b, "b"), f.note(elsewhere, "elsewhere"))
	require.NoError(t, err)
	require.Equal(t, "【证书】快到期了", newestTitle(t, api.As(f.b)))
	require.Equal(t, "证书 expires on 2026-08-01", newestTitle(t, api.As(f.b).In("en")), "words are of one language")
	require.Equal(t, "证书将于2026-08-01到期", newestTitle(t, api.As(elsewhere)), "and of one company")
	f.Exec(t, "UPDATE notice_delivery SET state = 'cancelled' WHERE notice_id <> 1")
	require.NoError(t, f.deliverOf(t, 1))
	require.Contains(t, testkit.One[string](t, f.W, "SELECT subject || body FROM notice_mail"), "【证书】快到期了", "mail says the same")

	safety.Delete(expiry).OK(t, nil)
	safety.Delete(expiry).OK(t, nil)
	require.Equal(t, "证书将于2026-08-01到期", newestTitle(t, api.As(f.b)))
}

func TestARegulatorReadsTheBuiltInWords(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	api := webtest.New(t, func(a huma.API) { notice.Mount(a, f.s) })
	api.As(f.a).Put(expiry, map[string]string{"lang": "zh-CN", "title": "改过的", "body": "改过的"}).OK(t, nil)
	county := f.Regulator(t, "county", "330784")
	n := f.note(county, "county")
	n.Company, n.Organisation = f.a.CompanyID, county.OrganisationID
	_, err := f.remind(t, rbac.Actor{}, n)
	require.NoError(t, err)
	require.Equal(t, "证书将于2026-08-01到期", newestTitle(t, api.As(county)))
}

func newestTitle(t *testing.T, c webtest.Client) string {
	t.Helper()
	var list struct{ Items []struct{ Title string } }
	c.Get("/api/notice/notices").OK(t, &list)
	require.NotEmpty(t, list.Items)
	return list.Items[0].Title
}

// Whatever the program says can be shown with a sample: no placeholder is left in braces.
func TestEveryMessageHasASample(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	api := webtest.New(t, func(a huma.API) { notice.Mount(a, f.s) })
	for _, l := range []text.Lang{text.Chinese, text.English} {
		var all []struct {
			Code, Title, Body string
			Names             []struct{ Name, Sample string }
		}
		api.As(f.a).Get("/api/notice/templates?lang="+string(l)).OK(t, &all)
		require.Greater(t, len(all), 100)
		for _, one := range all {
			for _, n := range one.Names {
				require.NotEqual(t, "〔"+n.Name+"〕", n.Sample, one.Code)
			}
		}
	}
}
