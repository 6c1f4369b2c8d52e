package city

import (
	"fmt"

	"anbiao/kit/day"
)

// declared are the texts of what the demo shows around certificates.
const (
	ownNeed  = "前处理槽清理属有限空间作业，本单位要求持证"
	overrode = "原焊工已报名5月复审班，订单交期内由持证班长现场带班，三日内换人"
	sentBack = "照片反光看不清有效期，请重新拍摄"
)

// certifyWork adds what follows from certificates at work: a company's own need and reminder days, what holders declared, a
// person on a post by special permission, and the rates of the last twelve months.
func (b *builder) certifyWork() error {
	f, by := b.index["safety"], b.named("safety")
	c, today := int64(f.CompanyID), b.today.String()
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{
			`INSERT INTO certificate_need (company_id, region_path, oversight_line, post_id, kind, operation, note, made_by_name, made_at)
			SELECT company_id, region_path, oversight_line, id, 'confined_space_training', '', ?, ?, ? FROM staff_post WHERE company_id = ? AND name = '前处理工' ORDER BY id LIMIT 1`,
			[]any{ownNeed, by.Name, b.tx.Now, c},
		},
		{
			`INSERT INTO certificate_setting (company_id, region_path, oversight_line, kind, extra_days, changed_by_name, changed_at) VALUES (?, ?, ?, 'special_operation', '{120}', ?, ?)`,
			[]any{c, f.RegionPath, f.OversightLine, by.Name, b.tx.Now},
		},
		{
			`INSERT INTO certificate_claim (company_id, region_path, oversight_line, client_id, staff_id, holder_name, deed, certificate_id, kind, operation, code_set, issuer, valid_from,
				printed_valid_to, printed_review_due, reviewed_on, attachment_ids, state, made_at, by_person_id, decided_by_name, decided_at, answer)
			SELECT x.company_id, x.region_path, x.oversight_line, md5('claim' || x.id)::uuid, x.staff_id, x.holder_name, CASE WHEN x.next_due_type = 'review' THEN 'review' ELSE 'renewal' END,
				x.id, x.kind, x.operation, x.code_set, x.issuer, CASE WHEN x.next_due_type = 'review' THEN NULL ELSE ?::date - 5 END,
				CASE WHEN x.next_due_type = 'review' THEN NULL ELSE ?::date + 4 * 365 - 5 END, NULL, CASE WHEN x.next_due_type = 'review' THEN ?::date - 4 END,
				ARRAY(SELECT a.id FROM attachment a WHERE a.company_id = x.company_id AND a.bound_noun = 'hazard' ORDER BY a.id LIMIT 1),
				CASE x.row_number WHEN 3 THEN 'returned' ELSE 'waiting' END, ?::timestamptz - x.row_number * interval '7 hours', coalesce(p.person_id, ?),
				CASE x.row_number WHEN 3 THEN ? ELSE '' END, CASE x.row_number WHEN 3 THEN ?::timestamptz END, CASE x.row_number WHEN 3 THEN ? ELSE '' END
			FROM (SELECT c.*, row_number() OVER (ORDER BY (p.person_id IS NULL), c.next_due_on, c.id) FROM certificate c JOIN staff_person p ON p.company_id = c.company_id AND p.id = c.staff_id
				WHERE c.company_id = ? AND c.next_due_on BETWEEN ?::date AND ?::date + 60 AND c.kind IN ('special_operation', 'special_equipment_operator')) x
			JOIN staff_person p ON p.company_id = x.company_id AND p.id = x.staff_id WHERE x.row_number <= 3`,
			[]any{today, today, today, b.tx.Now, *by.PersonID, by.Name, b.tx.Now, sentBack, c, today, today},
		},
		{
			`INSERT INTO staff_override (company_id, region_path, oversight_line, assignment_id, staff_id, post_id, unit_id, staff_name, post_name, from_on, bars, reason, by_person_id, by_name, at)
			SELECT a.company_id, a.region_path, a.oversight_line, a.id, a.staff_id, a.post_id, coalesce(a.unit_id, o.unit_id), p.name, o.name, a.from_on,
				jsonb_build_array(jsonb_build_object('source', 'certificate', 'code', 'certificate.bar-lapsed', 'params',
					jsonb_build_object('title', '特种作业操作证（熔化焊接与热切割作业）', 'title@en', 'Special-operation certificate (Fusion welding and thermal cutting)', 'due', c.next_due_on::text))), ?, ?, ?, ?
			FROM certificate c JOIN staff_assignment a ON a.company_id = c.company_id AND a.staff_id = c.staff_id AND a.until_on IS NULL
			JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id JOIN staff_person p ON p.company_id = a.company_id AND p.id = a.staff_id
			WHERE c.company_id = ? AND c.operation = 'SO0201' AND c.next_due_on < ?::date AND c.superseded_on IS NULL ORDER BY c.id LIMIT 1`,
			[]any{overrode, *by.PersonID, by.Name, b.tx.Now, c, today},
		},
		{
			`INSERT INTO due_item (company_id, region_path, oversight_line, kind, ref, title, due_on, before_days, path, remind_on, created_at)
			SELECT company_id, region_path, oversight_line, 'company.licence', id, CASE kind WHEN 'discharge' THEN '排污许可证' WHEN 'food' THEN '食品经营许可证' WHEN 'lightning_test' THEN '防雷装置检测报告'
				WHEN 'special_equipment' THEN '特种设备使用登记证' ELSE kind END || ' ' || number, valid_to, '{90,60,30,7,0}', '/company', greatest(valid_to - 90, ?::date), ?
			FROM company_licence WHERE company_id = ? AND valid_to IS NOT NULL AND ended_on IS NULL ON CONFLICT DO NOTHING`,
			[]any{today, b.tx.Now, c},
		},
	} {
		if err := b.tx.WithContext(b.ctx).Exec(q.sql, q.args...).Error; err != nil {
			return err
		}
	}
	return b.closeMonths()
}

// closeMonths keeps the rates of the last twelve months: the worked company's as they follow from its people, those of the
// others made up.
func (b *builder) closeMonths() error {
	first := day.Of(b.today.Year(), b.today.Month(), 1)
	for n := 12; n >= 1; n-- {
		month := first.AddMonths(-n)
		if b.deps.CloseMonth != nil {
			if err := b.deps.CloseMonth(b.ctx, b.tx, month); err != nil {
				return fmt.Errorf("rates of %s: %w", month, err)
			}
		}
		err := b.tx.WithContext(b.ctx).Exec(`INSERT INTO certificate_snapshot (company_id, month_on, rate, region_path, oversight_line, num, den, verified_num, rule_version, made_at)
			SELECT company_id, ?::date, rate, region_path, oversight_line, den - least(den, lacks), den, den - least(den, lacks) - least(den - least(den, lacks), unsure), '2026.1', ?
			FROM (SELECT c.*, r.rate, CASE r.rate WHEN 'CR-04' THEN 1 WHEN 'CR-05' THEN 1 + h % 2 WHEN 'CR-06' THEN 2 + h % 2 + h / 7 % 5 WHEN 'CR-03' THEN h / 5 % 4 WHEN 'CR-09' THEN h / 3 % 3 ELSE h / 7 % 5 END AS den,
					CASE WHEN (h / 11 + length(r.rate)) % 6 < ? / 4 THEN 1 ELSE 0 END AS lacks, CASE WHEN h / 13 % 4 = 0 THEN 1 ELSE 0 END AS unsure
				FROM (SELECT company_id, region_path, oversight_line, abs(hashtext('certified' || company_id)) AS h FROM company WHERE status = 'active') c,
					(VALUES ('CR-01'), ('CR-02'), ('CR-03'), ('CR-04'), ('CR-05'), ('CR-06'), ('CR-09')) r(rate) WHERE h % 20 > 0) x
			ON CONFLICT DO NOTHING`, month.String(), b.tx.Now, n).Error
		if err != nil {
			return err
		}
	}
	return nil
}
