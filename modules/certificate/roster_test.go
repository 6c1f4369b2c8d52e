package certificate_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/seal"
	"anbiao/kit/sheet"
	"anbiao/testkit"
)

// list checks or saves rows as the job runner does.
func (p *plant) list(t *testing.T, save bool, rows ...map[string]string) (verdicts []string, out []sheet.Row) {
	t.Helper()
	for i, v := range rows {
		out = append(out, sheet.Row{Number: i + 2, Values: v})
	}
	err := p.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) (err error) {
		work := p.certs.CheckRoster
		if save {
			work = p.certs.SaveRoster
		}
		verdicts, err = work(ctx, tx, p.manager, out)
		return err
	})
	require.NoError(t, err)
	for i, r := range out {
		for _, f := range r.Faults {
			verdicts[i] = f.Column + " " + f.Code
		}
	}
	return verdicts, out
}

type cells = map[string]string

func TestImportUnderstandsRealSheets(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	keys := seal.New(testkit.Secret).Field(int64(p.firm.ID))
	ann, bob := p.person(t, "安娜", "A1"), p.person(t, "包博", "A2")
	p.person(t, "张伟", "B1")
	p.person(t, "张伟", "B2")
	p.Exec(t, "UPDATE staff_person SET identity_index = $2, phone = '13800000001' WHERE id = $1", int64(ann), keys.Index("11010519491231002X", "staff_person.identity"))
	_ = bob
	verdicts, rows := p.list(t, false,
		cells{"holderName": "安娜", "kindName": "特种作业操作证", "operationName": "低压电工作业", "number": "T11010519491231002X", "validFrom": "2024-03-01", "validTo": "2030-02-28", "reviewDueOn": "2027-02-28"},
		cells{"employeeNo": "A2", "kindName": "特种设备作业人员证", "operationName": "N1", "validFrom": "2024-03-01"},
		cells{"phone": "13800000001", "kindName": "特种作业操作证", "operationName": "2.1", "validFrom": "2024-03-01", "reviewedOn": "2026-05-01"},
		cells{"identity": "11010519491231002x", "kindName": "急救员证", "validFrom": "2025-01-01"},
		cells{"holderName": "张伟", "kindName": "主要负责人证", "validFrom": "2025-01-01"},
		cells{"holderName": "张伟", "employeeNo": "B2", "kindName": "安全员证"},
		cells{"holderName": "没有", "kindName": "安全员证", "validFrom": "2025-01-01"},
		cells{"employeeNo": "A1", "kindName": "驾驶证", "validFrom": "2025-01-01"},
		cells{"employeeNo": "A1", "kindName": "特种作业操作证", "validFrom": "2025-01-01"},
		cells{"employeeNo": "A1", "kindName": "特种作业操作证", "operationName": "SO0301", "number": "12345", "validFrom": "2025-01-01"},
		cells{"employeeNo": "A1", "kindName": "特种作业操作证", "operationName": "SO0301", "validFrom": "2025-01-01", "validTo": "2024-01-01"},
		cells{"employeeNo": "A1", "kindName": "特种作业操作证", "operationName": "SO0102", "validFrom": "2024-03-01"},
	)
	assert.Equal(t, []string{
		"new", "new", "new", "kindName certificate.kind-unknown", "holderName certificate.row-ambiguous", "new", "holderName certificate.row-holder", "kindName certificate.kind-unknown",
		"operationName certificate.operation-unknown", "number certificate.number", "validTo certificate.dates", " certificate.row-twice",
	}, verdicts)
	assert.Equal(t, "T11************002X", rows[0].Values["number"], "the preview keeps no number")
	assert.Equal(t, "110***********002X", rows[3].Values["identity"])
}

func TestImportRenewsCompletesAndRepeats(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	old := p.register(t, june1.AddMonths(-71))
	no := testkit.One[string](t, p.W, "UPDATE staff_person SET employee_no = 'H1' WHERE id = $1 RETURNING employee_no", int64(p.holder.StaffID))
	row := func(from string, more cells) cells {
		c := cells{"employeeNo": no, "kindName": "特种作业操作证", "operationName": "低压电工", "validFrom": from}
		for k, v := range more {
			c[k] = v
		}
		return c
	}
	v, _ := p.list(t, true, row(june1.AddMonths(-71).String(), nil), row(june1.AddDays(-5).String(), cells{"validTo": june1.AddMonths(72).AddDays(-6).String()}), row("2019-01-01", nil))
	assert.Equal(t, []string{"same", "changed", "validFrom certificate.row-older"}, v)
	v, _ = p.list(t, true, row(june1.AddDays(-5).String(), cells{"validTo": june1.AddMonths(72).AddDays(-6).String()}))
	assert.Equal(t, []string{"same"}, v)
	f, err := p.certs.Open(p.safety, old)
	require.NoError(t, err)
	assert.Equal(t, "superseded", string(f.Standing.Status))
	assert.Equal(t, int64(2), testkit.One[int64](t, p.W, "SELECT count(*) FROM certificate"))
	assert.Equal(t, int64(old), testkit.One[int64](t, p.W, "SELECT supersedes_id FROM certificate WHERE superseded_on IS NULL"))
	v, _ = p.list(t, true, cells{"employeeNo": no, "kindName": "急救证"}, cells{"employeeNo": no, "kindName": "first_aid"})
	assert.Equal(t, "new", v[1])
	v, _ = p.list(t, true, cells{"employeeNo": no, "kindName": "first_aid", "validFrom": "2026-01-01"})
	assert.Equal(t, []string{"changed"}, v, "the date that was missing")
	assert.Zero(t, testkit.One[int64](t, p.W, "SELECT count(*) FROM due_item WHERE kind = 'certificate.incomplete' AND closed_at IS NULL"))
}

func TestImportOf500IsFast(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.Exec(t, `INSERT INTO staff_person (company_id, region_path, oversight_line, name, employee_no) SELECT company_id, region_path, oversight_line, '工人' || g, 'W' || g
		FROM company, generate_series(1, 500) g WHERE company_id = $1`, int64(p.firm.ID))
	rows := make([]cells, 500)
	for i := range rows {
		rows[i] = cells{"holderName": "工人" + strconv.Itoa(i+1), "employeeNo": fmt.Sprintf("W%d", i+1), "kindName": "特种作业操作证", "operationName": "熔化焊接与热切割作业", "number": "T11010519491231002X", "validFrom": "2024-03-01"}
	}
	began := time.Now()
	v, _ := p.list(t, true, rows...)
	assert.Less(t, time.Since(began), 8*time.Second)
	assert.Equal(t, "new", v[499])
	for what, n := range map[string]int64{"certificate": 500, "certificate_event": 500, "due_item": 500} {
		assert.Equal(t, n, testkit.One[int64](t, p.W, "SELECT count(*) FROM "+what))
	}
	assert.Zero(t, testkit.One[int64](t, p.W, "SELECT count(*) FROM certificate x WHERE x::text LIKE '%1010519491231%'"))
}
