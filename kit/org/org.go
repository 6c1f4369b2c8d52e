// Package org is a company's tree of units, posts and people on one day (组织机构: 公司、车间、
// 班组、岗位), in the shape in which modules hand it to one another.
package org

import (
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

// Tree is how a company was organised on a day.
type Tree struct {
	On      day.Date
	Units   []Unit   // parents before children
	Posts   []Post   // those that existed on the day
	Holders []Holder // who held which post on the day
}

// Unit is a department, workshop (车间) or team (班组).
type Unit struct {
	ID       id.Of[id.Unit]
	ParentID id.Of[id.Unit] // zero: directly below the company
	Kind     string         // department, workshop, team
	Name     string
	Path     string          // everything below lies in [Path, Path~)
	HeadID   id.Of[id.Staff] // who leads it; zero: nobody named
}

// Post is a post (岗位) of a unit.
type Post struct {
	ID     id.Of[id.Post]
	UnitID id.Of[id.Unit]
	Name   string
	Types  []string // post types of the duty and checklist libraries
}

// Holder is one person on one post.
type Holder struct {
	StaffID  id.Of[id.Staff]
	PersonID id.Of[id.Person] // the login; zero: has none
	Name     string
	PostID   id.Of[id.Post]
	UnitID   id.Of[id.Unit] // where he works on it: the post's unit, or one of the teams below that share the post
	Main     bool           // the one post that the person's unit follows
	FromOn   day.Date
}

// Unit returns the unit with that id.
func (t Tree) Unit(n id.Of[id.Unit]) (Unit, bool) {
	for _, u := range t.Units {
		if u.ID == n {
			return u, true
		}
	}
	return Unit{}, false
}

// Within reports whether unit n is top or lies below it; a zero top is the whole company.
func (t Tree) Within(n, top id.Of[id.Unit]) bool {
	if top == 0 {
		return true
	}
	a, ok := t.Unit(top)
	b, found := t.Unit(n)
	return ok && found && strings.HasPrefix(b.Path, a.Path)
}

// Ancestor returns unit n itself or the nearest unit above it that is of the kind.
func (t Tree) Ancestor(n id.Of[id.Unit], kind string) (Unit, bool) {
	for u, ok := t.Unit(n); ok; u, ok = t.Unit(u.ParentID) {
		if u.Kind == kind {
			return u, true
		}
	}
	return Unit{}, false
}

// Names returns the names of n and the units above it, the highest first.
func (t Tree) Names(n id.Of[id.Unit]) []string {
	var out []string
	for u, ok := t.Unit(n); ok; u, ok = t.Unit(u.ParentID) {
		out = append([]string{u.Name}, out...)
	}
	return out
}
