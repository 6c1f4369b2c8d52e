package sync

import (
	"slices"
	"strings"

	"anbiao/rbac"
)

// Field is one member of a kind's rows.
type Field struct {
	Name string
	Type string // id, text, texts, integer, boolean, date, instant
	sql  string // of table t
	Doc  string
}

// Kind is a sort of rows that the feed tells.
type Kind struct {
	Name   string
	Action rbac.Action // that its list asks for
	table  string
	key    string // column of its id
	day    string // column of the day, where that is part of the key
	Fields []Field
}

func ident(name, column string) Field { return Field{name, "id", "t." + column + "::text", ""} }

func text(name, column string) Field { return Field{name, "text", "t." + column, ""} }

func texts(name, column string) Field { return Field{name, "texts", "t." + column, ""} }

func integer(name, column string) Field { return Field{name, "integer", "t." + column, ""} }

func boolean(name, column string) Field { return Field{name, "boolean", "t." + column, ""} }

func date(name, column string) Field { return Field{name, "date", "t." + column, ""} }

func instant(name, column string) Field {
	return Field{name, "instant", `to_char(t.` + column + ` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`, ""}
}

func (f Field) as(doc string) Field {
	f.Doc = doc
	return f
}

// kinds are told in this order, so that what a row refers to comes before it in the first run. No kind holds a phone number, an identity number,
// a certificate's number, or who found a hazard, which may be a secret.
var kinds = []Kind{
	{Name: "company", Action: "company.register.read", table: "company", key: "company_id", Fields: []Field{
		text("name", "name"), text("uscc", "uscc").as("unified social credit code (统一社会信用代码)"), integer("siteNo", "site_no"), text("regionPath", "region_path"), integer("oversightLine", "oversight_line"),
		text("industry", "industry").as("GB/T 4754"), integer("staffCount", "staff_count"), integer("sizeClass", "size_class"), boolean("aboveScale", "above_scale"), texts("tags", "tags"),
		text("address", "address"), integer("longitudeE6", "longitude_e6").as("degrees times a million, WGS 84"), integer("latitudeE6", "latitude_e6"), text("status", "status"), instant("updatedAt", "updated_at"),
	}},
	{Name: "unit", Action: "staff.unit.list", table: "staff_unit", key: "id", Fields: []Field{
		ident("parentId", "parent_id"), text("kind", "kind").as("department, workshop, team"), text("name", "name"), ident("headId", "head_id"), date("closedOn", "closed_on"),
	}},
	{Name: "post", Action: "staff.unit.list", table: "staff_post", key: "id", Fields: []Field{
		ident("unitId", "unit_id"), text("name", "name"), texts("types", "types"), date("closedOn", "closed_on"),
	}},
	{Name: "person", Action: "staff.person.list", table: "staff_person", key: "id", Fields: []Field{
		text("name", "name"), text("employeeNo", "employee_no"), ident("unitId", "unit_id"), date("joinedOn", "joined_on"), date("leftOn", "left_on"),
	}},
	{Name: "assignment", Action: "staff.person.list", table: "staff_assignment", key: "id", Fields: []Field{
		ident("personId", "staff_id"), ident("postId", "post_id"), boolean("main", "main"), date("fromOn", "from_on"), date("untilOn", "until_on"),
	}},
	{Name: "point", Action: "checklist.point.list", table: "checklist_point", key: "id", Fields: []Field{
		integer("number", "number"), text("name", "name"), text("place", "place"), texts("modules", "modules"), texts("items", "items"), instant("retiredAt", "retired_at"), instant("updatedAt", "updated_at"),
	}},
	{Name: "riskUnit", Action: "risk.register.read", table: "risk_unit", key: "id", Fields: []Field{
		integer("number", "number"), text("kind", "kind").as("place, equipment, activity"), text("name", "name"), text("place", "place"), ident("unitId", "unit_id"), ident("ownerId", "owner_id"), date("endedOn", "ended_on"), instant("updatedAt", "updated_at"),
	}},
	{Name: "riskEvent", Action: "risk.register.read", table: "risk_event", key: "id", Fields: []Field{
		integer("number", "number"), ident("riskUnitId", "risk_unit_id"), text("hazard", "hazard"), texts("accidents", "accidents").as("classes of GB 6441"), text("consequence", "consequence"), text("mode", "mode"),
		integer("l", "l"), integer("e", "e"), integer("c", "c"), integer("s", "s"), integer("score", "score"), text("level", "level").as("major, larger, general, low"), text("controlLevel", "control_level"),
		ident("ownerId", "owner_id"), text("frequency", "frequency"), date("reviewedOn", "reviewed_on"), date("reviewDueOn", "review_due_on"), date("endedOn", "ended_on"), instant("updatedAt", "updated_at"),
	}},
	{Name: "check", Action: "inspection.check.list", table: "inspection_check", key: "id", day: "started_on", Fields: []Field{
		date("startedOn", "started_on"), ident("pointId", "point_id"), ident("taskId", "task_id"), ident("personId", "staff_id"), ident("unitId", "unit_id"), instant("finishedAt", "finished_at"), instant("receivedAt", "received_at"),
		integer("passed", "passed"), integer("failed", "failed"), integer("notApplicable", "not_applicable"), ident("correctsId", "corrects_id").as("the check that this one replaces"),
	}},
	{Name: "hazard", Action: "hazard.ledger.list", table: "hazard", key: "id", Fields: []Field{
		text("number", "number"), text("state", "state"), text("source", "source"), text("place", "place"), ident("pointId", "point_id"), text("description", "description"), text("category", "category"), text("itemCode", "item_code"),
		ident("checkId", "check_id"), text("level", "level").as("general, major; empty: not graded yet"), text("fixType", "fix_type"), text("measures", "measures"), integer("fundsFen", "funds_fen"), date("deadline", "deadline"),
		ident("ownerId", "owner_id"), text("ownerName", "owner_name"), ident("unitId", "unit_id"), date("foundOn", "found_on"), date("fixedOn", "fixed_on"), date("acceptedOn", "accepted_on"), date("reviewedOn", "reviewed_on"),
		date("cancelledOn", "cancelled_on"), date("voidedOn", "voided_on"), date("listedOn", "listed_on"), date("delistedOn", "delisted_on"), instant("changedAt", "changed_at"),
	}},
	{Name: "report", Action: "selfreport.report.list", table: "selfreport", key: "id", Fields: []Field{
		text("cycle", "cycle"), text("period", "period"), date("from", "period_from"), date("until", "period_until"), date("dueOn", "due_on"), text("state", "state"), boolean("zero", "zero"), boolean("late", "late"),
		text("contentHash", "content_hash").as("SHA-256 of what was signed"), instant("submittedAt", "submitted_at"), instant("decidedAt", "decided_at"), instant("changedAt", "changed_at"),
	}},
	{Name: "award", Action: "award.level.list", table: "award", key: "id", Fields: []Field{
		text("level", "level").as("1, 2, 3, pass"), text("levelName", "level_name"), text("state", "state"), date("stateOn", "state_on"), text("certificateNo", "certificate_no"), text("authority", "authority"), date("announcedOn", "announced_on"),
		date("validUntil", "valid_until"), integer("score", "score").as("hundredths; -1: not known"), date("revokedOn", "revoked_on"), instant("changedAt", "changed_at"),
	}},
	{Name: "certificate", Action: "certificate.card.list", table: "certificate", key: "id", Fields: []Field{
		ident("personId", "staff_id"), text("kind", "kind"), text("operation", "operation"), text("issuer", "issuer"), date("validFrom", "valid_from"), date("validTo", "valid_to"), date("nextDueOn", "next_due_on"), text("nextDueType", "next_due_type"),
		date("supersededOn", "superseded_on"), date("revokedOn", "revoked_on"), date("cancelledOn", "cancelled_on"), date("holderLeftOn", "holder_left_on"),
	}},
}

// Kinds lists what the feed tells, for its description.
func Kinds() []Kind { return kinds }

// object is the SQL that makes a row of k's table t a JSON object.
func (k Kind) object() string {
	parts := make([]string, len(k.Fields))
	for i, f := range k.Fields {
		parts[i] = "'" + f.Name + "', " + f.sql
	}
	return "jsonb_build_object(" + strings.Join(parts, ", ") + ")"
}

// chosen returns the kinds that a reader asked for, in the feed's order. Errors: ErrKind.
func chosen(names []string, can func(rbac.Action) bool) ([]Kind, error) {
	var out []Kind
	for _, k := range kinds {
		switch asked := slices.Contains(names, k.Name); {
		case (asked || len(names) == 0) && can(k.Action):
			out = append(out, k)
		case asked:
			return nil, ErrKind.With("kind", k.Name).At("query.kinds")
		}
	}
	for _, n := range names {
		if !slices.ContainsFunc(kinds, func(k Kind) bool { return k.Name == n }) {
			return nil, ErrKind.With("kind", n).At("query.kinds")
		}
	}
	if len(out) == 0 {
		return nil, ErrKind.With("kind", strings.Join(names, ", ")).At("query.kinds")
	}
	return out, nil
}
