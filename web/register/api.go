package register

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// ActionForms lets one read how registers look: everybody who works in a company, or watches over some.
const ActionForms rbac.Action = "register.form.list"

// Register is a Kind of any row, as the program holds them.
type Register interface {
	Use(*Needs)
	Mount(huma.API)
	Form() Form
	Columns() []sheet.Column
	Sample() map[string]string
	Identity(sheet.Row) string
	CheckRows(context.Context, db.Tx, rbac.Actor, []sheet.Row) ([]string, error)
	SaveRows(context.Context, db.Tx, rbac.Actor, []sheet.Row) ([]string, error)
	Pages(context.Context, map[string][]string, string, int) ([]sheet.Record, string, error)
}

// Form is how a register looks: what the screen draws its list and form from.
type Form struct {
	Kind    string      `json:"kind"`
	Route   string      `json:"route"`
	Page    string      `json:"page" doc:"desk page"`
	TitleZh string      `json:"titleZh"`
	TitleEn string      `json:"titleEn"`
	Read    string      `json:"read" doc:"permission to see rows"`
	Write   string      `json:"write" doc:"permission to write rows"`
	Fields  []FormField `json:"fields"`
}

// FormField is one field of a register.
type FormField struct {
	Key      string   `json:"key"`
	Kind     string   `json:"kind" enum:"text,area,int,decimal,fen,day,time,choice,bool,staff,unit,point,words"`
	TitleZh  string   `json:"titleZh"`
	TitleEn  string   `json:"titleEn"`
	NoteZh   string   `json:"noteZh"`
	NoteEn   string   `json:"noteEn"`
	Required bool     `json:"required"`
	Max      int      `json:"max" doc:"longest text in characters; 0: no limit of its own"`
	Digits   int      `json:"digits" doc:"behind the point, of a decimal"`
	Options  []option `json:"options"`
	List     bool     `json:"list" doc:"a column of the list"`
	Filter   bool     `json:"filter"`
	ReadOnly bool     `json:"readOnly" doc:"computed"`
	NameKey  string   `json:"nameKey" doc:"field with the name of what this id means; empty: not a reference"`
}

// Form describes the register.
func (k *Kind[T]) Form() Form {
	out := Form{k.Name, k.Route, k.page(), k.TitleZh, k.TitleEn, string(k.Read), string(k.Write), []FormField{}}
	for _, f := range k.all() {
		if f.shown() {
			out.Fields = append(out.Fields, FormField{
				f.key, string(f.kind), f.zh, f.en, f.noteZh, f.noteEn, f.need, f.max, f.digits, append([]option{}, f.options...), f.list, f.filter, f.fixed, f.nameKey,
			})
		}
	}
	return out
}

// Mount registers the description of all registers, and the operations of each.
func Mount(api huma.API, gate *rbac.Gate, all ...Register) {
	web.Handle(api, web.Op{ID: "listRegisters", Route: "GET /registers", Action: ActionForms, Summary: "How the registers of a company look"}, func(ctx context.Context, _ *struct{}) (*web.Body[[]Form], error) {
		out := []Form{}
		for _, r := range all {
			out = append(out, r.Form())
		}
		return &web.Body[[]Form]{Body: out}, gate.Read(ctx, ActionForms, func(db.Tx, rbac.Scope) error { return nil })
	})
	for _, r := range all {
		r.Mount(api)
	}
}

type one struct {
	ID id.Of[id.Row] `path:"id"`
}

type listed struct {
	Query
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"rows a page"`
	Cursor string `query:"cursor" maxLength:"400" doc:"next or prev of an earlier answer; empty for the first page"`
}

// EndForm is why and when a row ends.
type EndForm struct {
	On     day.Date `json:"on" required:"false" doc:"today if left out"`
	Reason string   `json:"reason" minLength:"1" maxLength:"200"`
}

// camel makes an operation id of a register's name: equipment-machine → EquipmentMachine.
func camel(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// Mount registers the operations of the register.
func (k *Kind[T]) Mount(api huma.API) {
	name, lower := camel(k.Name), strings.ToLower(k.TitleEn)
	listing := []*fault.Error{ErrCompanyNeeded, ErrFilter, page.ErrCursor}
	writing := append([]*fault.Error{ErrBlank, ErrValue, ErrUnknown, ErrReach, ErrTwice}, k.Faults...)
	changing := append([]*fault.Error{rbac.ErrNotFound, ErrEnded}, writing...)
	web.Handle(api, web.Op{ID: "list" + name, Route: "GET " + k.Route, Action: k.Read, Summary: "List " + lower + ", latest first", Faults: listing}, k.getList)
	web.Handle(api, web.Op{ID: "print" + name, Route: "GET " + k.Route + "/print", Action: k.Read, Summary: "Print the list of " + lower, Faults: listing[:2]}, k.getSheet)
	web.Handle(api, web.Op{ID: "show" + name, Route: "GET " + k.Route + "/{id}", Action: k.Read, Summary: "Show one of " + lower, Faults: changing[:1]}, k.getOne)
	web.Handle(api, web.Op{ID: "printOne" + name, Route: "GET " + k.Route + "/{id}/print", Action: k.Read, Summary: "Print one of " + lower, Faults: changing[:1]}, k.getPrint)
	web.Handle(api, web.Op{ID: "add" + name, Route: "POST " + k.Route, Action: k.Write, Summary: "Add to " + lower, Faults: writing}, k.post)
	web.Handle(api, web.Op{ID: "edit" + name, Route: "PUT " + k.Route + "/{id}", Action: k.Write, Summary: "Change one of " + lower, Faults: changing}, k.put)
	web.Handle(api, web.Op{
		ID: "end" + name, Route: "POST " + k.Route + "/{id}/end", Action: k.Write, Summary: "End one of " + lower + ": it stays readable", Status: 200,
		Faults: append([]*fault.Error{rbac.ErrNotFound, ErrEnded, ErrBlank, ErrEndDay}, k.Faults...),
	}, k.postEnd)
}

func (k *Kind[T]) getList(ctx context.Context, in *listed) (*web.Body[page.List[T]], error) {
	list, err := k.List(ctx, in.Query, page.Query{Limit: in.Limit, Cursor: in.Cursor})
	return &web.Body[page.List[T]]{Body: list}, err
}

func (k *Kind[T]) getOne(ctx context.Context, in *one) (*web.Body[T], error) {
	t, err := k.One(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &web.Body[T]{Body: *t}, nil
}

func (k *Kind[T]) post(ctx context.Context, in *web.Body[T]) (*web.Body[web.Made], error) {
	return web.MadeOf(k.Add(ctx, in.Body))
}

func (k *Kind[T]) put(ctx context.Context, in *struct {
	ID   id.Of[id.Row] `path:"id"`
	Body T
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, k.Edit(ctx, in.ID, in.Body))
}

func (k *Kind[T]) postEnd(ctx context.Context, in *struct {
	ID   id.Of[id.Row] `path:"id"`
	Body EndForm
},
) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, k.End(ctx, in.ID, in.Body.On, in.Body.Reason))
}

func (k *Kind[T]) getSheet(ctx context.Context, in *Query) (*web.File, error) {
	content, err := k.Sheet(ctx, *in)
	return k.pdf(ctx, content, err)
}

func (k *Kind[T]) getPrint(ctx context.Context, in *one) (*web.File, error) {
	content, err := k.Print(ctx, in.ID)
	return k.pdf(ctx, content, err)
}

func (k *Kind[T]) pdf(ctx context.Context, content []byte, err error) (*web.File, error) {
	return web.Download(k.title(text.Of(ctx))+".pdf", content, err)
}
