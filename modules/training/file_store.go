package training

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// filesOf reads one page of files by name.
func filesOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f FileFilter, today day.Date, k page.Key) (rows []FileRow, err error) {
	w := &page.Where{Args: []any{day.Of(today.Year(), 1, 1).String()}}
	w.Within(scope.Where("p"))
	w.Within(scope.Reach("p"))
	w.When(f.Active == "active" || f.Active == "", "(p.left_on IS NULL OR p.left_on >= ?)", today.String())
	w.When(f.Active == "left", "p.left_on < ?", today.String())
	w.When(f.UnitID != 0, rbac.Below("p"), int64(f.UnitID))
	w.When(f.Words != "", "(strpos(p.name, ?) > 0 OR p.employee_no = ?)", f.Words, f.Words)
	w.When(f.Gaps, "(NOT coalesce(r.initial, false) AND coalesce(c.done, false) IS NOT TRUE OR (coalesce(r.minutes, 0) = 0 AND p.left_on IS NULL))")
	order := w.Rising(k, "p.name, p.id", "?, ?::bigint")
	err = tx.WithContext(ctx).Raw(`SELECT p.id AS staff_id, p.name, p.employee_no, p.joined_on, p.left_on, coalesce(u.name, '') AS unit_name, coalesce(post.name, '') AS post_name,
			coalesce(c.state, '') AS card_state, coalesce(r.initial, false) OR coalesce(c.done, false) AS initial, coalesce(r.minutes, 0) AS year_minutes, r.last_on, coalesce(e.passed, 0) AS exams
		FROM staff_person p
		LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
		LEFT JOIN LATERAL (SELECT o.name FROM staff_assignment a JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id
			WHERE a.company_id = p.company_id AND a.staff_id = p.id AND a.main AND a.until_on IS NULL LIMIT 1) post ON true
		LEFT JOIN LATERAL (SELECT (array_agg(c.state ORDER BY c.id DESC))[1] AS state, bool_or(c.state = 'complete' AND c.occasion = 'new') AS done
			FROM training_card c WHERE c.company_id = p.company_id AND c.staff_id = p.id AND c.state <> 'void') c ON true
		LEFT JOIN LATERAL (SELECT sum(CASE WHEN l.level = '' THEN l.card + l.other ELSE greatest(l.card, l.other) END) AS minutes, max(l.last_on) AS last_on, bool_or(l.initial) AS initial FROM (
			SELECT t.level, coalesce(sum(t.minutes) FILTER (WHERE t.held_on >= y.first AND t.source = 'card'), 0) AS card, coalesce(sum(t.minutes) FILTER (WHERE t.held_on >= y.first AND t.source <> 'card'), 0) AS other,
				max(t.held_on) AS last_on, bool_or(t.phase = 'initial') AS initial
			FROM training_record t CROSS JOIN (SELECT ?::date AS first) y WHERE t.company_id = p.company_id AND t.staff_id = p.id AND t.minutes > 0 GROUP BY t.level) l) r ON true
		LEFT JOIN LATERAL (SELECT count(*) AS passed FROM exam_sitting s WHERE s.company_id = p.company_id AND s.staff_id = p.id AND s.passed) e ON true
		WHERE `+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// fileRow is the head of one person's file; own: one's own. Errors: rbac.ErrNotFound.
func fileRow(ctx context.Context, tx db.Tx, scope rbac.Scope, who id.Of[id.Staff], own bool) (FileRow, rbac.CompanyID, error) {
	w := &page.Where{}
	w.Within(scope.Where("p"))
	if !own {
		w.Within(scope.Reach("p"))
	}
	w.And("p.id = ?", int64(who))
	var rows []struct {
		FileRow
		CompanyID rbac.CompanyID
	}
	err := tx.WithContext(ctx).Raw(`SELECT p.company_id, p.id AS staff_id, p.name, p.employee_no, p.joined_on, p.left_on, coalesce(u.name, '') AS unit_name, coalesce(post.name, '') AS post_name
		FROM staff_person p LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
		LEFT JOIN LATERAL (SELECT o.name FROM staff_assignment a JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id
			WHERE a.company_id = p.company_id AND a.staff_id = p.id AND a.main AND a.until_on IS NULL LIMIT 1) post ON true
		WHERE `+w.SQL(), w.Args...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return FileRow{}, 0, err
	}
	return rows[0].FileRow, rows[0].CompanyID, nil
}

// fileRecords are the training a person had, the newest first.
func fileRecords(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (rows []FileRecord, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT held_on, phase, level, title, minutes, trainer, source, score, passed FROM training_record
		WHERE company_id = ? AND staff_id = ? AND minutes > 0 ORDER BY held_on DESC, id DESC LIMIT 1000`, int64(company), int64(who)).Scan(&rows).Error
	return rows, err
}

// fileSignIns are the sessions a person was at, the newest first.
func fileSignIns(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (rows []FileSignIn, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT s.id AS session_id, s.title, s.held_on, a.how, a.minutes, a.score, a.passed FROM training_attendance a
		JOIN training_session s ON s.company_id = a.company_id AND s.id = a.session_id WHERE a.company_id = ? AND a.staff_id = ? ORDER BY s.held_on DESC, s.id DESC LIMIT 500`,
		int64(company), int64(who)).Scan(&rows).Error
	return rows, err
}

// fileMoves are the posts a person holds and held, the newest first.
func fileMoves(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (rows []FileMove, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT o.name AS post_name, u.name AS unit_name, a.main, a.from_on, a.until_on FROM staff_assignment a JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id
		JOIN staff_unit u ON u.company_id = o.company_id AND u.id = coalesce(a.unit_id, o.unit_id) WHERE a.company_id = ? AND a.staff_id = ? ORDER BY a.from_on DESC, a.id DESC LIMIT 200`,
		int64(company), int64(who)).Scan(&rows).Error
	return rows, err
}

// Rate is how many of those who began to work in a period had their three-level education before (CR-07).
type Rate struct {
	CompanyID rbac.CompanyID
	Num       int
	Den       int
}

// RatesOf counts for companies who began to work from one day to another. The first day of work is the card's; of somebody without a card
// of his own it is the day he joined, and he counts as not educated unless hours before work are on record from before that day.
func RatesOf(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, from, until day.Date) (rows []Rate, err error) {
	ids := cardInts(companies)
	err = tx.WithContext(ctx).Raw(`SELECT x.company_id, count(*) FILTER (WHERE x.good) AS num, count(*) AS den FROM (
			SELECT c.company_id, c.state = 'complete' AND c.completed_on < c.starts_on AS good FROM training_card c
				WHERE c.company_id = ANY(?) AND c.occasion = 'new' AND c.state <> 'void' AND c.starts_on BETWEEN ? AND ?
			UNION ALL
			SELECT p.company_id, EXISTS (SELECT FROM training_record r WHERE r.company_id = p.company_id AND r.staff_id = p.id AND r.phase = 'initial' AND r.minutes > 0 AND r.held_on < p.joined_on)
				FROM staff_person p WHERE p.company_id = ANY(?) AND p.joined_on BETWEEN ? AND ?
				AND NOT EXISTS (SELECT FROM training_card c WHERE c.company_id = p.company_id AND c.staff_id = p.id AND c.occasion = 'new' AND c.state <> 'void')) x
		GROUP BY x.company_id`, ids, from.String(), until.String(), ids, from.String(), until.String()).Scan(&rows).Error
	return rows, err
}
