package checklist

import "slices"

// Upgrade is what a newer library version would change in a company's standard (标准库升级).
// Each step may be taken or left, but for those the law does not leave open.
type Upgrade struct {
	From  string `json:"from" doc:"library version of the standard; empty if there is none yet"`
	To    string `json:"to" doc:"newest library version"`
	Steps []Step `json:"steps" nullable:"false" doc:"none: the standard is up to date"`
}

// Step is one change of an upgrade.
type Step struct {
	Change
	Library string `json:"library" doc:"library version whose text stays if the step is not taken"`
	Must    bool   `json:"must" doc:"it makes the item a major hazard, so it has to be taken"`
	Set     bool   `json:"set" doc:"the company has settings of its own for the item; they stay"`
}

// upgrade compares what last asks of a company with tags, composed from its own library, with
// what it would ask composed from l. What the company set, added and put aside stays on both
// sides where it still stands.
func (l *Library) upgrade(from *Library, last Document, tags []string) (Upgrade, error) {
	up := Upgrade{From: from.Meta.Version, To: l.Meta.Version, Steps: []Step{}}
	was, err := from.Compose(tags, from.carry(last, tags))
	if err != nil {
		return up, err
	}
	last.Older = nil
	is, err := l.Compose(tags, l.carry(last, tags))
	if err != nil {
		return up, err
	}
	set := map[string]bool{}
	for _, x := range last.Settings {
		set[x.Code] = true
	}
	for _, c := range Compare(from.Expand(was), l.Expand(is)) {
		// Phrases are a help for typing, not a text that anyone is held to.
		c.Fields = slices.DeleteFunc(c.Fields, func(f string) bool { return f == "phrases" })
		if c.Kind == Reshaped && len(c.Fields) == 0 {
			continue
		}
		step := Step{Change: c, Library: from.Meta.Version, Set: set[c.Code]}
		for _, x := range was.Older {
			if x.Code == c.Code {
				step.Library = x.Library
			}
		}
		step.Must = c.Is != nil && len(c.Is.MajorBasis) > 0 && (c.Was == nil || len(c.Was.MajorBasis) == 0)
		up.Steps = append(up.Steps, step)
	}
	return up, nil
}
