package city

import (
	"time"

	"anbiao/modules/notice"
)

// message lets a few hundred messages to those in charge have left, of every fate: the message
// office has something to show. All are read; the inboxes hold what the other parts of the city say.
func (b *builder) message() error {
	g := b.tx.WithContext(b.ctx)
	named := map[string]any{"now": b.tx.Now, "today": b.today.String(), "firm": int64(b.index["safety"].CompanyID)}
	if err := g.Exec(messagesLeft, named).Error; err != nil {
		return err
	}
	if err := g.Exec(messagesTries).Error; err != nil {
		return err
	}
	for _, q := range []string{messagesHeld, messagesSent} {
		if err := g.Exec(q, named).Error; err != nil {
			return err
		}
	}
	return b.deadMailbox()
}

// deadMailbox gives one person an address that his provider no longer knows.
func (b *builder) deadMailbox() error {
	const address = "li.gang@old-mail.example"
	index := b.deps.Box.Field(0).Index(address, "notice_delivery.address")
	g := b.tx.WithContext(b.ctx)
	var who int64 // nobody whose account is printed at start, if there is somebody else
	err := g.Raw(`SELECT m.person_id FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE m.company_id = ? AND m.ended_at IS NULL AND NOT m.roles && '{safety,worker}'
		ORDER BY p.email <> '', m.id DESC LIMIT 1`, int64(b.index["safety"].CompanyID)).Scan(&who).Error
	if err != nil {
		return err
	}
	if err := g.Exec("UPDATE account_person SET email = ? WHERE id = ?", address, who).Error; err != nil {
		return err
	}
	since := b.tx.Now.Add(-9 * 24 * time.Hour)
	if err := g.Exec("INSERT INTO notice_dead_address (person_id, channel, address_index, since, detail) VALUES (?, ?, ?, ?, '550 5.1.1 User unknown')", who, notice.Mail, index, since).Error; err != nil {
		return err
	}
	return g.Exec(`UPDATE notice_delivery SET address = 'l***@old-mail.example', address_index = ?, state = 'failed', receipt = '', error = '550 5.1.1 User unknown', attempts = 1
		WHERE person_id = ? AND channel = 'mail' AND state = 'sent' AND created_at < ?`, index, who, since).Error
}

// messagesLeft writes the messages and their deliveries, two thirds of them in the worked
// company. n numbers them; what becomes of each follows from it, so that two runs give the same.
const messagesLeft = `WITH member AS (
		SELECT m.person_id, m.company_id, p.name, coalesce(p.phone, '') AS phone, row_number() OVER (ORDER BY m.company_id <> @firm, m.id) - 1 AS r,
			count(*) OVER () AS of, count(*) FILTER (WHERE m.company_id = @firm) OVER () AS own
		FROM account_membership m JOIN account_person p ON p.id = m.person_id WHERE m.company_id IS NOT NULL AND m.ended_at IS NULL AND NOT 'worker' = ANY (m.roles)),
	slot AS (
		SELECT n, m.*, (CAST(@now AS timestamptz) - (n * 37 % (30 * 24) + 14) * interval '1 hour') AS at
		FROM generate_series(1, 320) n JOIN member m ON m.r = CASE WHEN n % 3 > 0 THEN n % m.own ELSE (m.own + n) % m.of END),
	told AS (
		INSERT INTO notice (person_id, company_id, noun, object_id, code, params, dedupe_key, created_at, read_at)
		SELECT person_id, company_id, (ARRAY['certificate', 'hazard', 'due', 'letter_round'])[n % 4 + 1], 0,
			(ARRAY['certificate.remind-expiry', 'hazard.note-assigned', 'due.digest', 'letter.note-superior'])[n % 4 + 1],
			CASE n % 4
				WHEN 0 THEN jsonb_build_object('title', (ARRAY['低压电工作业证', '焊接与热切割作业证', '叉车司机证', '安全管理人员合格证'])[n / 4 % 4 + 1], 'name', name,
					'due', (at + interval '60 days')::date, 'apply', (at + interval '30 days')::date, 'days', '60')
				WHEN 1 THEN jsonb_build_object('number', 'YH-' || to_char(at, 'YYYY') || '-' || lpad(n::text, 4, '0'), 'place', (ARRAY['冲压车间', '抛光车间', '喷涂车间', '仓库', '配电房'])[n / 4 % 5 + 1],
					'deadline', (at + interval '7 days')::date)
				WHEN 2 THEN jsonb_build_object('count', (n % 5 + 2)::text, 'overdue', (n % 2)::text, 'list', (at + interval '3 days')::date || ' 消防演练' || E'\n' || (at + interval '5 days')::date || ' 叉车定期检验')
				ELSE jsonb_build_object('n', (n % 4 + 1)::text) END,
			'demo|sent|' || n, at, at + (n % 9 + 1) * interval '20 minutes'
		FROM slot ORDER BY at RETURNING id, person_id, company_id, dedupe_key, created_at)
	INSERT INTO notice_delivery (notice_id, channel, state, attempts, error, receipt, held_for, created_at, claimed_at, settled_at, company_id, person_id, address, provider_id)
	SELECT t.id, f.channel, f.state, f.attempts, f.error, f.receipt, '', t.created_at, t.created_at + interval '2 seconds', t.created_at + f.attempts * f.attempts * interval '3 seconds', t.company_id, t.person_id,
		CASE WHEN f.state = 'unroutable' THEN '' WHEN f.channel = 'sms' THEN left(s.phone, 3) || '****' || right(s.phone, 4) ELSE 'z***@example.com' END,
		CASE WHEN f.channel = 'sms' AND f.state = 'sent' THEN '9700' || t.id ELSE '' END
	FROM told t JOIN slot s ON t.dedupe_key = 'demo|sent|' || s.n
	CROSS JOIN LATERAL (SELECT CASE WHEN s.n % 5 = 0 AND s.phone <> '' THEN 'sms' ELSE 'mail' END AS channel) c
	CROSS JOIN LATERAL (SELECT c.channel,
		CASE WHEN s.n % 53 = 0 THEN 'dead' WHEN s.n % 41 = 0 THEN 'unroutable' WHEN s.n % 37 = 0 THEN 'cancelled' WHEN s.n % 35 = 0 THEN 'failed' WHEN s.n % 29 = 0 THEN 'digested' ELSE 'sent' END AS state) k
	CROSS JOIN LATERAL (SELECT k.channel, k.state,
		CASE k.state WHEN 'dead' THEN 12 WHEN 'sent' THEN 1 + (s.n % 11 = 0)::int WHEN 'failed' THEN 1 ELSE 0 END AS attempts,
		CASE WHEN k.state = 'dead' THEN '421 4.3.2 Service not available' WHEN k.state = 'unroutable' THEN 'nowhere' WHEN k.state = 'failed' AND k.channel = 'mail' THEN '552 5.2.2 Mailbox full'
			WHEN k.state = 'failed' THEN 'push: refused for good: UNDELIV' ELSE '' END AS error,
		CASE WHEN k.channel = 'sms' AND k.state = 'sent' THEN 'OK' WHEN k.channel = 'sms' AND k.state = 'failed' THEN 'UNDELIV' WHEN k.state = 'sent' THEN '250' ELSE '' END AS receipt) f`

// messagesTries logs the attempts at them.
const messagesTries = `INSERT INTO notice_attempt (delivery_id, at, outcome, detail)
	SELECT d.id, d.created_at + k * k * interval '3 seconds', CASE WHEN k = d.attempts THEN d.state ELSE 'queued' END, CASE WHEN k = d.attempts THEN d.error ELSE '421 4.3.2 Service not available' END
	FROM notice_delivery d JOIN notice n ON n.id = d.notice_id AND n.dedupe_key LIKE 'demo|sent|%' CROSS JOIN generate_series(1, d.attempts) k`

// messagesHeld lets the latest few wait for the morning, with the job that sends them then.
const messagesHeld = `WITH held AS (
		UPDATE notice_delivery SET state = 'held', held_for = 'quiet', attempts = 0, settled_at = NULL, claimed_at = NULL, created_at = CAST(@now AS timestamptz) - interval '30 minutes',
			next_at = (CAST(@today AS date) + 1 + time '08:00') AT TIME ZONE 'Asia/Shanghai'
		WHERE id IN (SELECT DISTINCT ON (d.person_id) d.id FROM notice_delivery d JOIN notice n ON n.id = d.notice_id AND n.dedupe_key LIKE 'demo|sent|%'
			WHERE d.state = 'sent' AND d.company_id = @firm ORDER BY d.person_id, d.id DESC LIMIT 6)
		RETURNING id, next_at),
	untried AS (DELETE FROM notice_attempt a USING held WHERE a.delivery_id = held.id)
	SELECT job_enqueue('notice.deliver:' || id, 'notice.deliver', jsonb_build_object('delivery', id::text), next_at) FROM held`

// messagesSent is a mass send of the county, done, and a draft.
const messagesSent = `INSERT INTO notice_campaign (organisation_id, sender, title, body, link, roles, areas, lines, channels, state, total, told, made_at, made_by_name, tested_at, sent_at, sent_by_name, finished_at)
	SELECT o.id, o.name, v.title, v.body, v.link, '{principal,safety}', o.areas, o.lines, '{mail}', v.state, v.n, v.n, CAST(@now AS timestamptz) - v.ago, p.name, CASE WHEN v.n > 0 THEN CAST(@now AS timestamptz) - v.ago + interval '20 minutes' END,
		CASE WHEN v.n > 0 THEN CAST(@now AS timestamptz) - v.ago + interval '30 minutes' END, CASE WHEN v.n > 0 THEN p.name ELSE '' END, CASE WHEN v.n > 0 THEN CAST(@now AS timestamptz) - v.ago + interval '33 minutes' END
	FROM account_membership m JOIN account_organisation o ON o.id = m.organisation_id JOIN account_person p ON p.id = m.person_id AND p.login = 'county'
	CROSS JOIN (VALUES ('关于做好高温汛期安全生产工作的提醒', '请各企业落实高温作业防暑措施，检查厂区排水和用电设施，发现隐患立即整改并在系统登记。', '/hazards', 'done', 86, interval '12 days'),
		('安全生产月活动资料请于月底前上报', '请将活动照片和小结录入系统，逾期将通报。', '', 'draft', 0, interval '1 day')) v(title, body, link, state, n, ago)`
