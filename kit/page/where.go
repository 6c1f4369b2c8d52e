package page

import "strings"

// Where collects the conditions of a list's query with their parameters.
type Where struct {
	conds []string
	Args  []any // in the order of their marks; a query may begin with some of its own
}

// And adds a condition.
func (w *Where) And(cond string, args ...any) {
	w.conds, w.Args = append(w.conds, cond), append(w.Args, args...)
}

// When adds a condition if yes.
func (w *Where) When(yes bool, cond string, args ...any) {
	if yes {
		w.And(cond, args...)
	}
}

// Within adds a condition that comes with its parameters, as a scope answers it.
func (w *Where) Within(cond string, args []any) { w.And(cond, args...) }

// SQL joins the conditions; with none it is true.
func (w *Where) SQL() string {
	if len(w.conds) == 0 {
		return "true"
	}
	return strings.Join(w.conds, " AND ")
}

// Rising begins at k in the order of columns, the least first, and returns that order. casts
// are the types of k's values: "?::date, ?::bigint".
func (w *Where) Rising(k Key, columns, casts string) string { return w.from(k, columns, casts, k.Back) }

// Latest does the same with the greatest first.
func (w *Where) Latest(k Key, columns, casts string) string {
	return w.from(k, columns, casts, !k.Back)
}

func (w *Where) from(k Key, columns, casts string, falling bool) string {
	order, beyond := "", ">"
	if falling {
		order, beyond = " DESC", "<"
	}
	if !k.First() {
		args := make([]any, len(k.Vals))
		for i, v := range k.Vals {
			args[i] = v
		}
		w.And("("+columns+") "+beyond+" ("+casts+")", args...)
	}
	return " ORDER BY " + strings.ReplaceAll(columns, ",", order+",") + order
}
