// Package exam keeps question banks (题库), papers made from them and the exams that people of a
// company sit, on the phone, with every answer kept.
package exam

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Noun is what messages and the trail call an exam.
const Noun = "exam"

// Purpose is what an exam was sat for.
type Purpose struct {
	Noun string // card, session, course; empty: for itself
	Ref  int64
}

// Result is a sitting that has ended.
type Result struct {
	CompanyID rbac.CompanyID
	StaffID   id.Of[id.Staff]
	SittingID int64
	Purpose   Purpose
	Title     string
	On        day.Date
	Score     int // of 100
	Passed    bool
}

// Service is what the rest of the program may ask about exams.
type Service struct {
	Gate *rbac.Gate
	// Ended is told of every sitting that has ended, in its transaction.
	Ended func(ctx context.Context, tx db.Tx, scope rbac.Scope, r Result) error
	// Claim ties files the actor has uploaded to an object of this module.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
}
