package city

import (
	"fmt"

	"anbiao/modules/oversight"
)

// pastMonths is how many months before this one the city's areas are remembered for.
const pastMonths = 12

// countBack keeps how the areas stand today and how they stood at the end of each of the last twelve
// months: the further back, the fewer companies had joined, and the worse they stood. What a company was
// like follows from its number alone, so that the sums agree at every level.
func (b *builder) countBack() error {
	if b.deps.Count == nil {
		return nil
	}
	first := b.today.AddDays(1 - b.today.Day())
	for back := pastMonths; back > 0; back-- {
		if err := oversight.CountAs(b.ctx, b.tx, first.AddMonths(1-back).AddDays(-1), asOf(back)); err != nil {
			return err
		}
	}
	return b.deps.Count(b.ctx, b.tx, b.today)
}

// asOf is the board as it was so many months back; hash draws a number below a hundred for a company.
func asOf(back int) string {
	hash := func(n int) string { return fmt.Sprintf("(hashint8extended(company_id, %d) & 1023) %% 100", n) }
	return fmt.Sprintf(`(SELECT company_id, region_path, oversight_line, industry, activated AND %[2]s >= %[1]d * 3 AS activated,
		CASE WHEN %[3]s < %[1]d * 2 THEN greatest(colour - 1, 1) ELSE colour END AS colour, CASE WHEN %[4]s < %[1]d * 4 THEN '' ELSE level END AS level,
		open + CASE WHEN %[5]s < %[1]d THEN 1 ELSE 0 END AS open, overdue + CASE WHEN %[5]s < %[1]d THEN 1 ELSE 0 END AS overdue, major_open,
		CASE WHEN %[6]s < %[1]d * 2 THEN missing + 1 ELSE missing END AS missing, greatest(cert_num - (%[3]s < %[1]d * 3)::int, 0) AS cert_num, cert_den
		FROM oversight_board WHERE %[7]s >= %[1]d)`, back, hash(1), hash(2), hash(3), hash(4), hash(5), hash(6))
}
