package training

import (
	"context"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// What this module needs of others. Each works within the caller's transaction.
type (
	// Person is somebody of the staff as papers name him.
	Person struct {
		ID       id.Of[id.Staff]
		Name     string
		UnitName string
		PostName string
		Types    []string // of his posts
		JoinedOn day.Date // zero: not known
		LeftOn   day.Date
		PersonID id.Of[id.Person] // zero: has no login

		EmployeeNo  string
		Phone       string
		UnitID      id.Of[id.Unit] // zero: of none
		PostSince   day.Date       // first day on his main post; zero: has none
		BeforeUntil day.Date       // last day on what he did before in the firm; zero: nothing
		Changed     bool           // that was another post
	}
	// Placed is something due of one company among several.
	Placed struct {
		Home rbac.Home
		Item due.Item
	}
	// Note is a message to the people of a company.
	Note struct {
		CompanyID rbac.CompanyID
		People    []id.Of[id.Staff] // who; with nobody named those with Roles
		Roles     []string          // nobody and no roles: the safety managers
		Except    id.Of[id.Person]
		Noun      string
		ObjectID  int64
		Code      string
		Params    map[string]string
		Key       string
	}
)

// Service is what the rest of the program may ask about training.
type Service struct {
	Gate    *rbac.Gate
	BaseURL string // of the links in QR codes
	// People returns somebody of the staff by id; who does not exist is missing. None asked: everybody who works there.
	People func(ctx context.Context, tx db.Tx, company rbac.CompanyID, who []id.Of[id.Staff], on day.Date) ([]Person, error)
	// Tree returns how a company is organised on a day.
	Tree func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error)
	// Hazardous tells whether a company belongs to the industries with longer hours.
	Hazardous func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (bool, error)
	// Claim ties files the actor has uploaded to an object of this module.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Firm returns what of a company hours follow from; Risk as its industry says.
	Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Firm, error)
	// OpenDue opens what falls due in any number of companies, for the job runner.
	OpenDue func(ctx context.Context, tx db.Tx, items []Placed) error
	// Touch asks for the figures of companies to be counted anew; nil: nobody does.
	Touch func(ctx context.Context, tx db.Tx, companies ...rbac.CompanyID) error
	// Pictures returns the keys under which pictures of a company are kept, for papers; nil: none.
	Pictures func(ctx context.Context, tx db.Tx, company rbac.CompanyID, files []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]string, error)
	Blobs    blob.Store
	// PutDue opens, moves and settles what falls due.
	PutDue func(ctx context.Context, tx db.Tx, scope rbac.Scope, items []due.Item) error
	// Tell writes messages.
	Tell  func(ctx context.Context, tx db.Tx, scope rbac.Scope, notes []Note) error
	Cards CardNeeds
}
