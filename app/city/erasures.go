package city

import (
	"crypto/sha256"
	"encoding/hex"

	"anbiao/modules/archive"
)

// depart lets three firms of the county ask for the erasure of their data: one waits for an answer, one for its day, one was refused.
func (b *builder) depart() error {
	asked := []archive.Erasure{
		{State: archive.Asked, Reason: "工厂搬迁，永康厂区已停产，不再使用平台"},
		{State: archive.Agreed, Reason: "企业注销清算", EraseOn: b.today.AddDays(18)},
		{State: archive.Refused, Reason: "更换信息系统", Answer: "挂牌督办的重大隐患尚未整改，请整改验收后再申请"},
	}
	var exports []archive.Bundle
	firms := b.others()
	for i := range asked {
		f, ago := firms[len(firms)-1-i], 2+10*i
		boss, sum := f.staff[0], sha256.Sum256([]byte(f.Name))
		finished := at(b.today.AddDays(-ago-1), 10, 5)
		x := archive.Bundle{
			CompanyID: f.CompanyID, Status: archive.Done, Run: 1, Done: 8000 + int64(i)*700, Files: 210, FileName: "企业数据导出-" + f.Name + ".zip", FileSize: 18_000_000, SHA256: hex.EncodeToString(sum[:]),
			MadeBy: boss.Name, MadeAt: at(b.today.AddDays(-ago-1), 10, 0), TouchedAt: finished, FinishedAt: &finished, KeptUntil: b.today.AddDays(6 - ago),
		}
		e := &asked[i]
		e.CompanyID, e.CompanyName, e.CompanyCode, e.BundleHash = f.CompanyID, f.Name, f.USCC, x.SHA256
		e.AskedBy, e.AskedAt, e.Version = boss.Name, at(b.today.AddDays(-ago), 14, 20), archive.Retained().Version
		if boss.PersonID != nil {
			x.MadePersonID, e.AskedPersonID = *boss.PersonID, *boss.PersonID
		}
		if e.State != archive.Asked {
			e.AnsweredBy, e.AnsweredAt = "平台管理员", some(at(b.today.AddDays(1-ago), 9, 30))
		}
		exports = append(exports, x)
	}
	if err := fill(b.ctx, b.tx, exports); err != nil {
		return err
	}
	for i := range exports {
		asked[i].BundleID = exports[i].ID
	}
	return fill(b.ctx, b.tx, asked)
}
