package certificate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Faults around what posts need.
var (
	// ErrPost: no such post.
	ErrPost = fault.New(fault.Invalid, "certificate.post-unknown")
	// ErrNeeded: the post needs that already.
	ErrNeeded = fault.New(fault.Conflict, "certificate.needed-already")
)

// Gaps returns one page of what the company's people need, of the actor's part of it, and how all of it stands.
// Errors: rbac.ErrNotFound, page.ErrCursor.
func (s *Service) Gaps(ctx context.Context, f GapFilter) (rows []Gap, n GapCounts, k page.Key, err error) {
	if k, err = f.Start(sortUnit, 4); err != nil {
		return nil, n, k, err
	}
	err = s.Gate.Read(ctx, ActionGaps, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		top, err := unitPath(ctx, tx, home.CompanyID, f.UnitID)
		if err != nil {
			return err
		}
		all, err := gapsOf(ctx, tx, home.CompanyID, nil, dayOf(tx))
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(g Gap) bool { return !scope.Reaches(g.unitPath) && g.StaffID != scope.Actor().StaffID })
		n = countGaps(all)
		all = slices.DeleteFunc(all, func(g Gap) bool { return !f.asks(g, top) })
		rows = pageOf(all, k, f.Limit)
		return nil
	})
	return rows, n, k, err
}

// MyGaps returns what the actor himself needs, and how he has it.
func (s *Service) MyGaps(ctx context.Context) (rows []Gap, err error) {
	err = s.Gate.Read(ctx, ActionMine, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil || scope.Actor().StaffID == 0 {
			return err
		}
		rows, err = gapsOf(ctx, tx, home.CompanyID, db.Ints{int64(scope.Actor().StaffID)}, dayOf(tx))
		return err
	})
	return rows, err
}

// RemindGaps tells people what they lack, each at most once a day, and returns how many of them have a login to be told by.
// Errors: ErrHolder.
func (s *Service) RemindGaps(ctx context.Context, people []id.Of[id.Staff]) (told int, err error) {
	err = s.Gate.Write(ctx, ActionRemind, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		who, keys := make(db.Ints, len(people)), make([]HolderKey, len(people))
		for i, p := range people {
			who[i], keys[i] = int64(p), HolderKey{home.CompanyID, p}
		}
		known, err := s.Holders(ctx, tx, keys)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(keys, func(k HolderKey) bool { _, ok := known[k]; return !ok }) {
			return ErrHolder.At("body.staffIds")
		}
		today := dayOf(tx)
		all, err := gapsOf(ctx, tx, home.CompanyID, who, today)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(g Gap) bool { return !scope.Reaches(g.unitPath) || g.State == Met || g.State == Unverified })
		list := gapMessages(home.CompanyID, all, today)
		told = len(list)
		scope.Made(int64(told))
		scope.Changed(NounGap, 0, home.CompanyID, struct{ Told int }{}, struct{ Told int }{told})
		if told == 0 {
			return nil
		}
		return s.Remind(ctx, tx, list)
	})
	return told, err
}

// gapMessages tell each person what he lacks, in one message.
func gapMessages(company rbac.CompanyID, gaps []Gap, today day.Date) (list []Message) {
	at := map[id.Of[id.Person]]int{}
	for _, g := range gaps {
		if g.PersonID == 0 {
			continue
		}
		zh, en := g.Want.title(text.Chinese), g.Want.title(text.English)
		i, seen := at[g.PersonID]
		if seen {
			list[i].Params["list"] += "、" + zh
			list[i].Params["list@en"] += ", " + en
			continue
		}
		at[g.PersonID] = len(list)
		list = append(list, Message{
			PersonID: g.PersonID, CompanyID: company, Noun: NounGap, ObjectID: int64(g.StaffID), Code: "certificate.gap",
			Params: map[string]string{"name": g.Name, "post": g.PostName, "list": zh, "list@en": en},
			Key:    fmt.Sprintf("gap|%s|%s|%s", company, g.StaffID, today),
		})
	}
	return list
}

// title names what is needed.
func (w Want) title(l text.Lang) string {
	if len(w.AnyOf) == 0 {
		k, _ := Kinds.names(l, w.Kind, "")
		return k
	}
	names := make([]string, len(w.AnyOf))
	for i, o := range w.AnyOf {
		_, names[i] = Kinds.names(l, w.Kind, o)
	}
	k, _ := Kinds.names(l, w.Kind, "")
	if l == text.English {
		return k + " (" + strings.Join(names, " / ") + ")"
	}
	return k + "（" + strings.Join(names, "／") + "）"
}

// NeedEntry is a certificate that a company asks for on a post.
type NeedEntry struct {
	PostID    id.Of[id.Post] `json:"postId"`
	Kind      string         `json:"kind" maxLength:"40"`
	Operation string         `json:"operation,omitempty" maxLength:"20" doc:"empty: any of the kind's"`
	Note      string         `json:"note,omitempty" maxLength:"200" doc:"why"`
}

// Need adds a certificate to what a post needs. Errors: ErrPost, ErrKind, ErrOperation, ErrNeeded.
func (s *Service) Need(ctx context.Context, e NeedEntry) (made id.Of[OwnNeed], err error) {
	err = s.Gate.Write(ctx, ActionNeed, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if _, err := Kinds.Kind(e.Kind); err != nil {
			return ErrKind.At("body.kind")
		}
		if e.Operation != "" {
			if _, err := Kinds.operand(e.Kind, e.Operation); err != nil {
				return ErrOperation.At("body.operation")
			}
		}
		if err := postExists(ctx, tx, home.CompanyID, e.PostID); err != nil {
			return err
		}
		n := OwnNeed{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, PostID: e.PostID, Kind: e.Kind, Operation: e.Operation,
			Note: strings.TrimSpace(e.Note), MadeByName: scope.Actor().Name, MadeAt: tx.Now,
		}
		if err := insertNeed(ctx, tx, &n); err != nil {
			return err
		}
		made = n.ID
		scope.Made(int64(n.ID))
		scope.Changed("certificate_need", int64(n.ID), n.CompanyID, OwnNeed{}, n)
		return nil
	})
	return made, err
}

// Unneed takes an own need of a post away. Errors: rbac.ErrNotFound.
func (s *Service) Unneed(ctx context.Context, n id.Of[OwnNeed]) error {
	return s.Gate.Write(ctx, ActionNeed, func(tx db.Tx, scope rbac.Scope) error {
		was, err := needByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		is := was
		is.RemovedByName, is.RemovedAt = scope.Actor().Name, &tx.Now
		scope.Made(int64(n))
		scope.Changed("certificate_need", int64(n), is.CompanyID, was, is)
		return removeNeed(ctx, tx, &is)
	})
}

// Posts lists the company's posts with what they need.
func (s *Service) Posts(ctx context.Context) (rows []NeedyPost, err error) {
	err = s.Gate.Read(ctx, ActionGaps, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if rows, err = postsOf(ctx, tx, scope, home.CompanyID, dayOf(tx)); err != nil {
			return err
		}
		own, err := ownNeeds(ctx, tx, db.Ints{int64(home.CompanyID)})
		for i := range rows {
			rows[i].Own = slices.DeleteFunc(slices.Clone(own), func(o OwnNeed) bool { return o.PostID != rows[i].ID })
		}
		return err
	})
	return rows, err
}
