package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"
)

// rows says which table the id in a path belongs to. An operation with an id whose path is
// not here has no probe, and fails the test.
var rows = map[string]string{
	"/api/account/members": "account_membership", "/api/account/sessions": "account_session", "/api/account/tokens": "account_session",
	"/api/attachment/files": "attachment", "/api/certificate/certificates": "certificate", "/api/certificate/own-needs": "certificate_need", "/api/certificate/claims": "certificate_claim", "/api/checklist/points": "checklist_point",
	"/api/checklist/standards": "checklist_standard", "/api/company/companies": "company", "/api/company/licences": "company_licence",
	"/api/company/contacts": "company_contact", "/api/company/photos": "company_photo", "/api/company/links": "company_link", "/api/hazard/hazards": "hazard", "/api/hazard/majors": "hazard", "/api/hazard/direct-reports": "hazard_direct", "/api/hazard/bulk": "hazard_bulk",
	"/api/evidence/packages": "evidence_bundle", "/api/archive/bundles": "archive_bundle", "/api/archive/erasures": "archive_erasure", "/api/archive/requests": "archive_erasure",
	"/api/inspection/shifts": "inspection_shift", "/api/inspection/shutdowns": "inspection_shutdown", "/api/inspection/specials": "inspection_special",
	"/api/inspection/campaigns": "inspection_campaign", "/api/inspection/plans": "inspection_plan", "/api/inspection/tasks": "inspection_task", "/api/notice/notices": "notice", "/api/notice/mails": "notice_mail", "/api/notice/deliveries": "notice_delivery", "/api/notice/campaigns": "notice_campaign", "/api/notice/contacts": "notice_fix", "/api/notice/hooks": "notice_hook",
	"/api/oversight/companies": "company", "/api/oversight/bulk": "oversight_bulk", "/api/oversight/saved": "oversight_saved", "/api/queue/jobs": "job_outbox", "/api/selfreport/reports": "selfreport", "/api/selfreport/profiles": "selfreport_profile", "/api/staff/people": "staff_person",
	"/api/letter/letters": "letter", "/api/letter/pages": "letter_page", "/api/letter/rounds": "letter_round", "/api/letter/scans": "letter_scan",
	"/api/activation/batches": "activation_batch", "/api/staff/posts": "staff_post", "/api/staff/units": "staff_unit", "/api/transfer/transfers": "transfer", "/api/inspection/checks": "inspection_check",
	"/api/performance/tasks": "performance_task", "/api/performance/evidence": "performance_evidence", "/api/performance/rounds": "performance_round",
	"/api/performance/assessments": "performance_assessment", "/api/performance/rewards": "performance_reward",
	"/api/proof/photos": "attachment", "/api/proof/signals": "proof_signal",
	"/api/responsibility/duties": "responsibility_duty", "/api/responsibility/lists": "responsibility_list", "/api/responsibility/posts": "staff_post",
	"/api/responsibility/companies": "company",
	"/api/meetings":                 "meeting", "/api/protection/standards": "protection_standard", "/api/protection/issues": "protection_issue",
	"/api/accidents": "accident", "/api/accident/hours": "accident_hours",
	"/api/risk/units": "risk_unit", "/api/risk/events": "risk_event", "/api/risk/controls": "risk_control", "/api/risk/plans": "risk_plan", "/api/risk/reports": "risk_report",
	"/api/standardization/evaluations": "standardization_evaluation", "/api/rubric/rubrics": "rubric", "/api/award/awards": "award",
	"/api/programme/programmes": "programme", "/api/programme/forms": "programme_form", "/api/programme/bulletins": "programme_bulletin", "/api/programme/specials": "programme_special",
	"/api/instrument/letters": "missive", "/api/instrument/notices": "circular_receipt", "/api/instrument/calls": "company",
	"/api/patrol/companies": "company", "/api/patrol/visits": "patrol", "/api/patrol/handed": "patrol_handed",
	"/api/listing/listings": "listing", "/api/listing/hazards": "hazard",
	"/api/visit/visits": "visit", "/api/visit/orders": "visit_order", "/api/visit/plans": "visit_plan",
	"/api/enrolment/notices": "enrolment_notice", "/api/enrolment/firms": "company", "/api/enrolment/claims": "enrolment_claim", "/api/enrolment/assessments": "enrolment_assessment",
	"/api/grading/applications": "grading_application", "/api/grading/publicity": "grading_application",
	"/api/emergency/plans": "emergency_plan", "/api/emergency/filings": "emergency_filing", "/api/emergency/drills": "emergency_drill",
	"/api/emergency/teams": "emergency_team", "/api/emergency/supplies": "emergency_supply",
	"/api/dossier/companies": "company", "/api/penalties": "penalty", "/api/dishonesty": "penalty_dishonesty",
	"/api/permits": "permit", "/api/reward/rewards": "reward", "/api/reward/lists": "reward_list",
	"/api/equipment/machines": "equipment_machine", "/api/equipment/special": "equipment_special", "/api/equipment/fire": "equipment_fire",
	"/api/equipment/cylinders": "equipment_cylinder", "/api/equipment/history": "equipment_machine", "/api/equipment/cards": "equipment_machine", "/api/contractors": "contractor",
	"/api/fund/expenses": "fund_expense", "/api/fund/lines": "fund_line", "/api/fund/transfers": "fund_entry", "/api/fund/tied": "hazard",
	"/api/exam/banks": "exam_bank", "/api/exam/questions": "exam_question", "/api/exam/papers": "exam_paper", "/api/exam/tasks": "exam_task", "/api/exam/sittings": "exam_sitting", "/api/exam/results": "exam_sitting",
	"/api/training/cards": "training_card", "/api/training/newcomers": "training_newcomer", "/api/training/files": "staff_person",
	"/api/upload/receivers": "upload_receiver",
	"/api/training/courses": "training_course", "/api/training/sessions": "training_session", "/api/training/plan/items": "training_plan_item",
}

// refs says which table an id in a body or query belongs to, by the name of its field.
var refs = []struct{ name, table string }{
	{"riskunit", "risk_unit"},
	{"examtask", "exam_task"},
	{"sittingid", "exam_sitting"},
	{"bankid", "exam_bank"},
	{"paperid", "exam_paper"},
	{"purposeref", "training_card"},
	{"staff", "staff_person"},
	{"person", "staff_person"},
	{"owner", "staff_person"},
	{"acceptor", "staff_person"},
	{"assignee", "staff_person"},
	{"holder", "staff_person"},
	{"chair", "staff_person"},
	{"recorder", "staff_person"},
	{"follower", "staff_person"},
	{"issuer", "staff_person"},
	{"commander", "staff_person"},
	{"leader", "staff_person"},
	{"keeper", "staff_person"},
	{"point", "checklist_point"},
	{"standard", "checklist_standard"},
	{"since", "checklist_standard"},
	{"task", "inspection_task"},
	{"shift", "inspection_shift"},
	{"plan", "inspection_plan"},
	{"special", "inspection_special"},
	{"check", "inspection_check"},
	{"signature", "attachment"},
	{"hazard", "hazard"},
	{"link", "hazard_outside"},
	{"photo", "attachment"},
	{"scan", "attachment"},
	{"file", "attachment"},
	{"attachment", "attachment"},
	{"company", "company"},
	{"membership", "account_membership"},
	{"unit", "staff_unit"},
	{"post", "staff_post"},
	{"parent", "staff_unit"},
	{"head", "staff_person"},
	{"successor", "staff_person"},
	{"report", "selfreport"},
	{"organisation", "account_membership"},
	{"assignment", "staff_assignment"},
	{"after", "company"},
	{"before", "company"},
	{"certificate", "certificate"},
	{"letter", "letter"},
	{"round", "letter_round"},
	{"assessment", "performance_assessment"},
	{"duty", "responsibility_duty"},
	{"list", "responsibility_list"},
	{"watcher", "staff_person"},
	{"approver", "staff_person"},
	{"permit", "permit"},
	{"operator", "staff_person"},
	{"briefedby", "staff_person"},
	{"rubric", "rubric"},
	{"finding", "standardization_finding"},
	{"evaluation", "standardization_evaluation"},
	{"evidence", "standardization_evidence"},
	{"selfid", "standardization_evaluation"},
	{"issue", "grading_issue"},
	{"member", "grading_member"},
	{"objection", "grading_objection"},
	{"renews", "award"},
	{"agency", "account_membership"},
	{"row", "equipment_machine"},
	{"tie", "hazard"},
	{"course", "training_course"},
	{"trainer", "staff_person"},
}

// fixed are values that a pattern asks for.
var fixed = map[string]string{
	"division": "330702", "system": "zj-quarter", "profile": "ningbo", "thing": "machine", "metric": "performance.duties-on-time",
	"module": "MGT", "code": "123456", "startedOn": "2026-01-05", "kind": "company-roster", "login": "nobody-here", "phone": "13800000000", "path": "/",
	"public": "3f2c1d52-7a3b-4c6e-9b1f-0d2e4f6a8b90", "period": "2026-Q1", "month": "2026-10", "cycle": "HZ-Q", "uscc": "91330784MAXXXX0152", "year": "2024", "token": "a-token-that-nobody-was-ever-given", "key": "a-token-that-nobody-was-ever-given", "side": "superior", "light": "training", "version": "2022.1", "channel": "mail",
}

// request is one try at an operation, with ids of company A wherever it takes an id.
type request struct {
	op            *huma.Operation
	url, body     string
	carries       bool // holds an id of A
	multipartBody bool
}

// requests makes the tries at one operation: as a client of A would send it.
func (w *isolation) requests(t *testing.T, doc *huma.OpenAPI, op *huma.Operation) []request {
	t.Helper()
	base := request{op: op, url: op.Path}
	for _, p := range op.Parameters {
		if p.In == "path" {
			v, mine := w.pathValue(t, op, p.Name)
			base.url = strings.ReplaceAll(base.url, "{"+p.Name+"}", v)
			base.carries = base.carries || mine
		}
	}
	if op.RequestBody != nil {
		for kind, media := range op.RequestBody.Content {
			base.multipartBody = strings.HasPrefix(kind, "multipart/")
			if !base.multipartBody {
				v := w.value(doc, "", media.Schema, &base.carries)
				b, err := json.Marshal(v)
				require.NoError(t, err)
				base.body = string(b)
			}
		}
	}
	all := []request{base}
	for _, p := range op.Parameters {
		if p.In != "query" {
			continue
		}
		r := base
		switch n, ok := w.refOf(p.Name); {
		case ok:
			r.carries = true
			r.url += "?" + p.Name + "=" + fmt.Sprint(n)
		case slices.Contains([]string{"name", "q", "text", "search", "code", "term"}, strings.ToLower(p.Name)):
			r.url += "?" + p.Name + "=" + marker
		default:
			continue
		}
		all = append(all, r)
	}
	return all
}

func (w *isolation) pathValue(t *testing.T, op *huma.Operation, name string) (string, bool) {
	t.Helper()
	if v, ok := fixed[name]; ok && name != "id" {
		if name == "startedOn" {
			return "2026-01-05", false
		}
		return v, false
	}
	if name != "id" {
		if n, ok := w.refOf(name); ok {
			return fmt.Sprint(n), true
		}
	}
	prefix, _, _ := strings.Cut(op.Path, "/{")
	table, ok := rows[prefix]
	if !ok {
		t.Errorf("%s: no probe for {%s} of %s", op.OperationID, name, op.Path)
		return "1", false
	}
	if n, ok := w.first[table]; ok {
		return fmt.Sprint(n), true
	}
	return "7999999999999999", false
}

func (w *isolation) refOf(name string) (int64, bool) {
	low := strings.ToLower(name)
	for _, r := range refs {
		if strings.Contains(low, r.name) && w.first[r.table] != 0 {
			return w.first[r.table], true
		}
	}
	return 0, false
}

// value makes a value that a schema accepts, with ids of A.
func (w *isolation) value(doc *huma.OpenAPI, name string, s *huma.Schema, carries *bool) any {
	if s == nil {
		return nil
	}
	if s.Ref != "" {
		s = doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	if s.Extensions["type"] == "string" { // an id
		if n, ok := w.refOf(name); ok {
			*carries = true
			return fmt.Sprint(n)
		}
		return "7999999999999999"
	}
	switch s.Type {
	case huma.TypeObject:
		out := map[string]any{}
		for prop, ps := range s.Properties {
			_, reference := w.refOf(prop)
			if slices.Contains(s.Required, prop) || reference {
				out[prop] = w.value(doc, prop, ps, carries)
			}
		}
		return out
	case huma.TypeArray:
		return []any{w.value(doc, name, s.Items, carries)}
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case huma.TypeBoolean:
		return true
	}
	return textValue(name, s)
}

func textValue(name string, s *huma.Schema) string {
	switch {
	case fixed[name] != "":
		return fixed[name]
	case s.Format == "date":
		return "2026-01-05"
	case s.Format == "date-time":
		return "2026-01-05T08:00:00Z"
	case s.Format == "uuid":
		return "01890000-0000-7000-8000-000000000001"
	}
	v := "来自外面的一次尝试"
	if s.MaxLength != nil && len([]rune(v)) > *s.MaxLength {
		v = string([]rune(v)[:*s.MaxLength])
	}
	return v
}

// operations calls every operation of the API as each outsider and as
// nobody, with ids of company A in every place that takes one.
func (w *isolation) operations(t *testing.T) {
	doc := w.api().OpenAPI()
	nobody := outsider{name: "nobody"}
	seen, reached := 0, 0
	for _, op := range w.ops {
		for _, r := range w.requests(t, doc, op) {
			for _, o := range append(slices.Clone(w.outsiders), nobody) {
				status, body := w.send(t, r, o.token)
				if leak := w.leak(body); leak != "" {
					t.Errorf("%s: %s %s answers %d with %s of company A: %.300s", o.name, op.Method, r.url, status, leak, body)
				}
				if status >= 500 {
					t.Errorf("%s: %s %s answers %d: %.300s", o.name, op.Method, r.url, status, body)
				}
				if op.Method != http.MethodGet && r.carries && status < 300 && op.Extensions["x-public"] == nil {
					t.Errorf("%s: %s %s with ids of company A is done: %d %.200s", o.name, op.Method, r.url, status, body)
				}
				if op.Method != http.MethodGet { // what an outsider did to himself must not stop the next try
					w.restore(t)
				}
				if o.token == "" && op.Extensions["x-public"] == nil && status != 401 {
					t.Errorf("nobody: %s %s answers %d, not 401", op.Method, r.url, status)
				}
			}
			if op.Method == http.MethodGet {
				status, body := w.send(t, r, w.insider.token)
				if status == 200 {
					reached++
				}
				if w.leak(body) != "" {
					seen++
				}
			}
		}
	}
	require.Greater(t, seen, 15, "answers to the company's own safety manager hold markers and ids: otherwise nothing is proved")
	require.Greater(t, reached, 25)
	status, body := w.send(t, request{op: &huma.Operation{Method: http.MethodGet}, url: "/api/oversight/companies/" + fmt.Sprint(w.a)}, w.regulator.token)
	require.Equal(t, 200, status)
	require.Contains(t, body, fmt.Sprint(w.a), "the county regulator sees the company")
}

// restore gives every session back.
func (w *isolation) restore(t *testing.T) {
	t.Helper()
	w.Exec(t, "UPDATE account_session SET revoked_at = NULL WHERE revoked_at IS NOT NULL")
}

// send does one request and returns its answer.
func (w *isolation) send(t *testing.T, r request, token string) (int, string) {
	t.Helper()
	kind := "application/json"
	if r.multipartBody {
		kind, r.body = "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nx\r\n--x--\r\n"
	}
	req := httptest.NewRequestWithContext(t.Context(), r.op.Method, r.url, strings.NewReader(r.body))
	req.Header.Set("Content-Type", kind)
	w.calls++
	req.RemoteAddr = fmt.Sprintf("10.0.%d.%d:1000", w.calls>>8&255, w.calls&255)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	return rec.Code, rec.Body.String()
}
