// Package emergency keeps what a company prepares for the worst: its emergency plans (应急预案)
// with their filing and their evaluation, its drills (演练), teams (应急队伍) and supplies (应急物资).
//
// Sources: 生产安全事故应急条例 (State Council order 708); 生产安全事故应急预案管理办法 (order 2 of 2019).
package emergency

// Kinds of plan.
const (
	Comprehensive = "comprehensive" // 综合应急预案
	Special       = "special"       // 专项应急预案
	Onsite        = "onsite"        // 现场处置方案
)
