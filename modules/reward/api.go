package reward

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// rewardView is a reward on the wire.
type rewardView struct {
	ID           id.Of[id.Reward] `json:"id"`
	HazardID     id.Of[id.Hazard] `json:"hazardId"`
	HazardNumber string           `json:"hazardNumber"`
	What         string           `json:"what" doc:"place and description, as reported"`
	Level        string           `json:"level" enum:"general,major"`
	Category     string           `json:"category"`
	StaffName    string           `json:"staffName"`
	UnitName     string           `json:"unitName"`
	ReportedOn   day.Date         `json:"reportedOn"`
	Anonymous    bool             `json:"anonymous" doc:"his name is kept among those who handle it"`
	State        State            `json:"state" enum:"proposed,confirmed,approved,paid,refused"`
	ProposedFen  fen.Amount       `json:"proposedFen" doc:"by the rule"`
	AmountFen    fen.Amount       `json:"amountFen"`
	Reason       string           `json:"reason"`
	ConfirmedBy  string           `json:"confirmedBy"`
	ApprovedBy   string           `json:"approvedBy"`
	PaidOn       day.Date         `json:"paidOn,omitzero"`
}

func viewOf(r Reward) rewardView {
	return rewardView{
		r.ID, r.HazardID, r.HazardNumber, r.What, r.Level, r.Category, r.StaffName, r.UnitName, r.ReportedOn, r.Anonymous, r.State, r.ProposedFen, r.AmountFen, r.Reason,
		r.ConfirmedByName, r.ApprovedByName, r.PaidOn,
	}
}

func keyOf(r Reward) []string { return []string{r.ID.String()} }

type sumView struct {
	Waiting     int        `json:"waiting"`
	WaitingFen  fen.Amount `json:"waitingFen" doc:"proposed or confirmed (待审核)"`
	Approved    int        `json:"approved"`
	ApprovedFen fen.Amount `json:"approvedFen" doc:"已核定"`
	Paid        int        `json:"paid"`
	PaidFen     fen.Amount `json:"paidFen" doc:"已发放"`
}

func sumOf(s Sums) sumView {
	return sumView{s.Waiting, s.WaitingFen, s.Approved, s.ApprovedFen, s.Paid, s.PaidFen}
}

type ruleView struct {
	ID            id.Of[Rule] `json:"id" doc:"empty: the program's proposal"`
	ValidFrom     day.Date    `json:"validFrom"`
	Rates         []Rate      `json:"rates" nullable:"false"`
	MonthlyCapFen fen.Amount  `json:"monthlyCapFen"`
	SafetyToo     bool        `json:"safetyToo"`
	Anonymous     bool        `json:"anonymous"`
	AmountsShown  bool        `json:"amountsShown"`
	Approver      string      `json:"approver" enum:"principal,safety"`
	Note          string      `json:"note"`
	MadeBy        string      `json:"madeBy"`
}

func ruleAs(r Rule) ruleView {
	return ruleView{r.ID, r.ValidFrom, append([]Rate{}, r.Rates.V...), r.MonthlyCapFen, r.SafetyToo, r.Anonymous, r.AmountsShown, r.Approver, r.Note, r.MadeByName}
}

type rulesView struct {
	Today    ruleView   `json:"today" doc:"in force today"`
	All      []ruleView `json:"all" nullable:"false" doc:"of the company, the latest first"`
	Source   string     `json:"source"`
	SourceEn string     `json:"sourceEn"`
}

// ListView is a pay list on the wire.
type ListView struct {
	ID         id.Of[List] `json:"id"`
	Month      string      `json:"month"`
	State      ListState   `json:"state" enum:"draft,approved,paid"`
	People     int         `json:"people"`
	Rewards    int         `json:"rewards"`
	TotalFen   fen.Amount  `json:"totalFen"`
	MadeBy     string      `json:"madeBy"`
	MadeAt     time.Time   `json:"madeAt"`
	ApprovedBy string      `json:"approvedBy"`
	PaidOn     day.Date    `json:"paidOn,omitzero"`
	Method     string      `json:"method" doc:"cash, bank, wechat, alipay, payroll; empty: not paid"`
	PaidBy     string      `json:"paidBy"`
}

func listAs(l List) ListView {
	return ListView{l.ID, monthKey(l.MonthOn), l.State, l.People, l.Rewards, l.TotalFen, l.MadeByName, l.MadeAt, l.ApprovedByName, l.PaidOn, l.Method, l.PaidByName}
}

type lineView struct {
	UnitName  string     `json:"unitName"`
	Name      string     `json:"name"`
	Rewards   int        `json:"rewards"`
	AmountFen fen.Amount `json:"amountFen"`
}

type sheetView struct {
	ListView
	Lines []lineView `json:"lines" nullable:"false"`
}

type publishedView struct {
	Name      string      `json:"name" doc:"empty: anonymous"`
	UnitName  string      `json:"unitName"`
	Number    string      `json:"number" doc:"of the hazard"`
	What      string      `json:"what"`
	AmountFen *fen.Amount `json:"amountFen,omitempty" doc:"missing: not published"`
	PaidOn    day.Date    `json:"paidOn"`
}

type oneReward struct {
	ID id.Of[id.Reward] `path:"id"`
}

type oneList struct {
	ID id.Of[List] `path:"id"`
}

type decided struct {
	ID   id.Of[id.Reward] `path:"id"`
	Body Decision
}

type refused struct {
	ID   id.Of[id.Reward] `path:"id"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type paidFor struct {
	ID   id.Of[List] `path:"id"`
	Body Payment
}

type monthForm struct {
	Month string `json:"month" maxLength:"7" pattern:"^[0-9]{4}-[0-9]{2}$" example:"2026-10"`
}

type monthQuery struct {
	Month string `query:"month" required:"true" maxLength:"7" pattern:"^[0-9]{4}-[0-9]{2}$" example:"2026-10"`
}

type file struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getRewardRules", Route: "GET /reward/rules", Action: ActionRule, Summary: "The rule of report-and-reward, and those before and to come"}, s.getRules)
	web.Handle(api, web.Op{ID: "makeRewardRule", Route: "POST /reward/rules", Action: ActionRuleEdit, Summary: "Put a rule in force from a day on", Faults: []*fault.Error{ErrFrom, ErrFromTaken, ErrRates}}, s.postRule)
	web.Handle(api, web.Op{ID: "listRewards", Route: "GET /reward/rewards", Action: ActionList, Summary: "Rewards of the company", Faults: []*fault.Error{page.ErrCursor, ErrMonth}}, s.getRewards)
	web.Handle(api, web.Op{ID: "sumRewards", Route: "GET /reward/summary", Action: ActionList, Summary: "What the rewards come to"}, s.getSum)
	web.Handle(api, web.Op{ID: "listMyRewards", Route: "GET /reward/mine", Action: ActionMine, Summary: "One's own rewards", Faults: []*fault.Error{page.ErrCursor, ErrMonth}}, s.getMine)
	web.Handle(api, web.Op{ID: "sumMyRewards", Route: "GET /reward/mine/summary", Action: ActionMine, Summary: "What one's own rewards come to"}, s.getMySum)
	web.Handle(api, web.Op{ID: "listPublishedRewards", Route: "GET /reward/published", Action: ActionPublished, Summary: "What was paid in a month, as it is made known", Faults: []*fault.Error{ErrMonth}}, s.getPublished)
	move := []*fault.Error{rbac.ErrNotFound, ErrState, ErrOwn}
	web.Handle(api, web.Op{
		ID: "confirmReward", Route: "POST /reward/rewards/{id}/confirm", Action: ActionConfirm, Status: http.StatusOK, Summary: "Confirm a reward, at another sum with a reason",
		Faults: append(move, ErrReason, ErrCap),
	}, s.postConfirm)
	web.Handle(api, web.Op{ID: "approveReward", Route: "POST /reward/rewards/{id}/approve", Action: ActionApprove, Status: http.StatusOK, Summary: "Approve a confirmed reward", Faults: append(move, ErrApprover)}, s.postApprove)
	web.Handle(api, web.Op{ID: "refuseReward", Route: "POST /reward/rewards/{id}/refuse", Action: ActionConfirm, Status: http.StatusOK, Summary: "Give nothing, with a reason", Faults: append(move, ErrReason)}, s.postRefuse)
	mountLists(api, s)
}

func mountLists(api huma.API, s *Service) {
	known := []*fault.Error{rbac.ErrNotFound}
	web.Handle(api, web.Op{ID: "listRewardLists", Route: "GET /reward/lists", Action: ActionLists, Summary: "Monthly pay lists", Faults: []*fault.Error{page.ErrCursor}}, s.getLists)
	web.Handle(api, web.Op{ID: "getRewardList", Route: "GET /reward/lists/{id}", Action: ActionLists, Summary: "A pay list with its people", Faults: known}, s.getList)
	web.Handle(api, web.Op{ID: "makeRewardList", Route: "POST /reward/lists", Action: ActionMake, Summary: "Draw up the pay list of a month", Faults: []*fault.Error{ErrMonth, ErrEmpty, ErrListMade}}, s.postList)
	web.Handle(api, web.Op{ID: "approveRewardList", Route: "POST /reward/lists/{id}/approve", Action: ActionPass, Status: http.StatusOK, Summary: "Approve a pay list", Faults: append(known, ErrListState)}, s.postPass)
	web.Handle(api, web.Op{ID: "payRewardList", Route: "POST /reward/lists/{id}/pay", Action: ActionPay, Status: http.StatusOK, Summary: "Note that a pay list was paid", Faults: append(known, ErrListState, ErrPaidOn)}, s.postPay)
	web.Handle(api, web.Op{ID: "printRewardList", Route: "GET /reward/lists/{id}/print", Action: ActionLists, Summary: "Print a pay list, to be signed", Faults: known}, s.getPrint)
	web.Handle(api, web.Op{ID: "exportRewardList", Route: "GET /reward/lists/{id}/sheet", Action: ActionLists, Summary: "A pay list as an Excel file", Faults: known}, s.getExcel)
}

func (s *Service) getRules(ctx context.Context, _ *struct{}) (*web.Body[rulesView], error) {
	r, err := s.Rules(ctx)
	v := rulesView{Today: ruleAs(r.Today), All: make([]ruleView, len(r.All)), Source: Proposal().Source, SourceEn: Proposal().SourceEn}
	for i, one := range r.All {
		v.All[i] = ruleAs(one)
	}
	return &web.Body[rulesView]{Body: v}, err
}

func (s *Service) postRule(ctx context.Context, in *web.Body[RuleForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.MakeRule(ctx, in.Body))
}

func (s *Service) getRewards(ctx context.Context, in *Filter) (*web.Body[page.List[rewardView]], error) {
	rows, k, err := s.List(ctx, *in)
	return &web.Body[page.List[rewardView]]{Body: page.Of(rows, k, in.Limit, keyOf, viewOf)}, err
}

func (s *Service) getSum(ctx context.Context, _ *struct{}) (*web.Body[sumView], error) {
	sum, err := s.Sum(ctx)
	return &web.Body[sumView]{Body: sumOf(sum)}, err
}

func (s *Service) getMine(ctx context.Context, in *Filter) (*web.Body[page.List[rewardView]], error) {
	rows, k, err := s.Mine(ctx, *in)
	return &web.Body[page.List[rewardView]]{Body: page.Of(rows, k, in.Limit, keyOf, viewOf)}, err
}

func (s *Service) getMySum(ctx context.Context, _ *struct{}) (*web.Body[sumView], error) {
	sum, err := s.MySum(ctx)
	return &web.Body[sumView]{Body: sumOf(sum)}, err
}

func (s *Service) getPublished(ctx context.Context, in *monthQuery) (*web.Body[[]publishedView], error) {
	rows, err := s.Publication(ctx, in.Month)
	out := make([]publishedView, len(rows))
	for i, r := range rows {
		out[i] = publishedView(r)
	}
	return &web.Body[[]publishedView]{Body: out}, err
}

func (s *Service) postConfirm(ctx context.Context, in *decided) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Confirm(ctx, in.ID, in.Body))
}

func (s *Service) postApprove(ctx context.Context, in *oneReward) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Approve(ctx, in.ID))
}

func (s *Service) postRefuse(ctx context.Context, in *refused) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Refuse(ctx, in.ID, in.Body.Reason))
}

func (s *Service) getLists(ctx context.Context, in *page.Query) (*web.Body[page.List[ListView]], error) {
	rows, k, err := s.Lists(ctx, *in)
	return &web.Body[page.List[ListView]]{Body: page.Of(rows, k, in.Limit, func(l List) []string { return []string{l.MonthOn.String()} }, listAs)}, err
}

func (s *Service) getList(ctx context.Context, in *oneList) (*web.Body[sheetView], error) {
	sh, err := s.Sheet(ctx, in.ID)
	v := sheetView{listAs(sh.List), make([]lineView, len(sh.Lines))}
	for i, l := range sh.Lines {
		v.Lines[i] = lineView{l.UnitName, l.Name, l.Rewards, l.AmountFen}
	}
	return &web.Body[sheetView]{Body: v}, err
}

func (s *Service) postList(ctx context.Context, in *web.Body[monthForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Make(ctx, in.Body.Month))
}

func (s *Service) postPass(ctx context.Context, in *oneList) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Pass(ctx, in.ID))
}

func (s *Service) postPay(ctx context.Context, in *paidFor) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Pay(ctx, in.ID, in.Body))
}

func (s *Service) getPrint(ctx context.Context, in *oneList) (*file, error) {
	b, name, err := s.Print(ctx, in.ID)
	return fileOf("application/pdf", "inline", b, name, err)
}

func (s *Service) getExcel(ctx context.Context, in *oneList) (*file, error) {
	b, name, err := s.Excel(ctx, in.ID)
	return fileOf("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment", b, name, err)
}

func fileOf(kind, how string, content []byte, name string, err error) (*file, error) {
	return &file{kind, mime.FormatMediaType(how, map[string]string{"filename": name}), content}, err
}
