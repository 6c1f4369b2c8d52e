package certificate_test

import (
	"fmt"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/modules/certificate"
	"anbiao/web/webtest"
)

type object = map[string]any

func TestOverTheWire(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	api := webtest.New(t, func(a huma.API) { certificate.Mount(a, k.certs) })
	safety := api.As(k.manager)
	made := safety.Post("/api/certificate/certificates", object{
		"staffId": k.holder.StaffID.String(), "kind": "special_operation", "operation": "SO0102", "number": "t11010519491231002x",
		"validFrom": "2023-08-01", "validTo": "2029-07-31", "reviewDueOn": "2026-07-31", "issuer": "浙江省应急管理厅",
	}).Made(t)
	path := fmt.Sprintf("/api/certificate/certificates/%d", made)
	var file struct {
		Status, Number, NextDueOn, NextDueType, KindName, OperationName string
		DaysLeft                                                        int
		Estimated, Counts                                               bool
		Events                                                          []struct{ Type string }
	}
	safety.In("en").Get(path).OK(t, &file)
	if file.Status != "review_due" || file.DaysLeft != 60 || file.NextDueOn != "2026-07-31" || !file.Counts || file.Estimated || file.Number != "T11************002X" ||
		file.OperationName != "Low-voltage electrical work (< 1 kV)" {
		t.Errorf("%+v", file)
	}
	var list struct {
		Items []struct{ HolderName, Status string }
	}
	safety.Get("/api/certificate/certificates?dueWithin=60&kind=special_operation").OK(t, &list)
	if len(list.Items) != 1 || list.Items[0].HolderName != k.holder.Name {
		t.Errorf("%+v", list)
	}
	api.As(k.Regulator(t, "county", "330784")).Get("/api/certificate/certificates").OK(t, &list)
	if len(list.Items) != 1 || list.Items[0].HolderName == k.holder.Name {
		t.Errorf("a regulator reads the name: %+v", list)
	}
	api.As(k.holder).Get("/api/certificate/mine").OK(t, &list)
	if len(list.Items) != 1 {
		t.Errorf("%+v", list)
	}
	safety.Post(path+"/review", object{"on": "2026-05-30", "note": "签章"}).OK(t, nil)
	safety.Post(path+"/review", object{"on": "2026-05-30"}).Refused(t, 409, "certificate.reviewed-already")
	renewed := safety.Post(path+"/renew", object{"validFrom": "2026-06-01"}).Made(t)
	safety.Post(path+"/revoke", object{"type": "revoked", "on": "2026-06-01", "reason": "冒用"}).OK(t, nil)
	safety.Get(path).OK(t, &file)
	if file.Status != "revoked" || len(file.Events) != 4 || renewed == made {
		t.Errorf("%+v", file)
	}
	var kinds struct {
		Kinds []struct {
			ID         string
			Operations []struct{ ID string }
		}
	}
	safety.Get("/api/certificate/kinds").OK(t, &kinds)
	if len(kinds.Kinds) != 18 {
		t.Errorf("%d kinds", len(kinds.Kinds))
	}
}

func TestRefusedOverTheWire(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	api := webtest.New(t, func(a huma.API) { certificate.Mount(a, k.certs) })
	c := k.register(t, june1.AddMonths(-36).AddDays(60))
	path := fmt.Sprintf("/api/certificate/certificates/%d", c)
	safety, other := api.As(k.manager), api.As(k.Actor(t, k.Company(t, town), "safety"))
	county, worker := api.As(k.Regulator(t, "county", "330784")), api.As(k.holder)
	for verb, body := range map[string]object{
		"review": {"on": "2026-06-01"}, "verify": {"on": "2026-06-01"}, "renew": {"validFrom": "2026-06-01"},
		"revoke": {"type": "revoked", "on": "2026-06-01", "reason": "冒用"}, "reveal": {"reason": "看一看吧"},
	} {
		other.Post(path+"/"+verb, body).Refused(t, 404, "rbac.not-found")
		county.Post(path+"/"+verb, body).Refused(t, 403, "rbac.forbidden")
		worker.Post(path+"/"+verb, body).Refused(t, 403, "rbac.forbidden")
		api.Anonymous().Post(path+"/"+verb, body).Refused(t, 401, "rbac.unauthenticated")
	}
	api.As(k.Regulator(t, "county", "330783")).Get(path).Refused(t, 404, "rbac.not-found")
	safety.Post(path+"/revoke", object{"type": "lost", "on": "2026-06-01", "reason": "冒用"}).Refused(t, 422, "http.unprocessable-entity")
	safety.Post("/api/certificate/certificates", object{"staffId": "1", "kind": "driving", "validFrom": "2026-01-01"}).Refused(t, 422, "certificate.kind-unknown")
	for name, body := range map[string]object{
		"no kind":     {"staffId": "1", "validFrom": "2026-01-01"},
		"31 February": {"staffId": "1", "kind": "first_aid", "validFrom": "2026-02-31"}, "year 1": {"staffId": "1", "kind": "first_aid", "validFrom": "0001-01-02"},
		"limit": {"staffId": "1", "kind": "first_aid", "validFrom": "2026-02-01", "limits": []string{string(make([]rune, 31))}},
	} {
		if p := safety.Post("/api/certificate/certificates", body).Problem(t); p.Status != 422 {
			t.Errorf("%s: %d %s", name, p.Status, p.Code)
		}
	}
}

func TestGapsAndRatesOverTheWire(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.seat(t, p.holder.StaffID, p.post(t, "电工", "electrician"))
	api := webtest.New(t, func(a huma.API) { certificate.Mount(a, p.certs) })
	safety, worker, county := api.As(p.manager), api.As(p.holder), api.As(p.Regulator(t, "county", "330784"))
	var gaps struct {
		Items  []struct{ ID, State, Title string }
		Counts struct{ Missing, People int }
	}
	safety.Get("/api/certificate/gaps").OK(t, &gaps)
	if len(gaps.Items) != 1 || gaps.Items[0].State != "missing" || gaps.Counts.People != 1 {
		t.Errorf("%+v", gaps)
	}
	worker.Get("/api/certificate/gaps").Refused(t, 403, "rbac.forbidden")
	worker.Get("/api/certificate/gaps/mine").OK(t, &gaps)
	safety.Post("/api/certificate/gaps/remind", object{"staffIds": []string{"999"}}).Refused(t, 422, "certificate.holder-unknown")
	var rates struct {
		Rates []struct {
			Rate     string
			Permille *int
		}
	}
	safety.Get("/api/certificate/rates").OK(t, &rates)
	if len(rates.Rates) != 7 || rates.Rates[0].Permille == nil || *rates.Rates[0].Permille != 0 || rates.Rates[2].Permille != nil {
		t.Errorf("%+v", rates)
	}
	county.Get(fmt.Sprintf("/api/certificate/rates?companyId=%d", p.firm.ID)).OK(t, &rates)
	county.Get("/api/certificate/areas?month=2026-13").Refused(t, 422, "certificate.month")
	county.Get("/api/certificate/areas?area=3307").Refused(t, 403, "certificate.area")
	safety.Get("/api/certificate/areas").Refused(t, 403, "rbac.forbidden")
	worker.Post("/api/certificate/claims", object{"clientId": "no", "deed": "first", "attachmentIds": []string{"1"}}).Refused(t, 422, "http.unprocessable-entity")
	worker.Post("/api/certificate/claims", object{"clientId": "3f2c1d52-7a3b-4c6e-9b1f-0d2e4f6a8b90", "deed": "first", "kind": "first_aid", "attachmentIds": []string{"1"}}).Refused(t, 422, "certificate.claim-dates")
	safety.Put("/api/certificate/settings", object{"kind": "driving", "days": []int{40}}).Refused(t, 422, "certificate.kind-unknown")
}
