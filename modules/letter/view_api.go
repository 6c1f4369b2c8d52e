package letter

import (
	"encoding/hex"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// roundView is a round with its figures. It names nobody.
type roundView struct {
	ID         id.Of[Round]   `json:"id"`
	CompanyID  rbac.CompanyID `json:"companyId"`
	Company    string         `json:"companyName,omitempty" doc:"in lists"`
	Year       int            `json:"year"`
	Goals      []string       `json:"goals" nullable:"false"`
	Reward     string         `json:"reward"`
	Penalty    string         `json:"penalty"`
	ValidFrom  day.Date       `json:"validFrom"`
	ValidUntil day.Date       `json:"validUntil"`
	People     int            `json:"people" doc:"active persons on a post"`
	Letters    int            `json:"letters" doc:"in force"`
	Sent       int            `json:"sent" doc:"waiting for a signature"`
	Signed     int            `json:"signed"`
	MadeAt     time.Time      `json:"madeAt"`
}

func viewRound(r Round) roundView {
	return roundView{
		ID: r.ID, CompanyID: r.CompanyID, Year: r.Year, Goals: append([]string{}, r.Goals...), Reward: r.Reward, Penalty: r.Penalty, ValidFrom: r.ValidFrom,
		ValidUntil: r.ValidUntil, People: r.People, Letters: r.Letters, Sent: r.Sent, Signed: r.Signed, MadeAt: r.MadeAt,
	}
}

func viewNamed(n Named) roundView {
	v := viewRound(n.Round)
	v.Company = n.CompanyName
	return v
}

// LetterRow is a letter in a list.
type LetterRow struct {
	ID           id.Of[id.Letter] `json:"id"`
	RoundID      id.Of[Round]     `json:"roundId"`
	Year         int              `json:"year"`
	Code         string           `json:"code" example:"责2026-0012"`
	State        State            `json:"state" enum:"draft,sent,signed,superseded"`
	StaffID      id.Of[id.Staff]  `json:"staffId"`
	StaffName    string           `json:"staffName"`
	UnitID       *id.Of[id.Unit]  `json:"unitId,omitempty"`
	UnitName     string           `json:"unitName"`
	PostName     string           `json:"postName"`
	SuperiorID   *id.Of[id.Staff] `json:"superiorId,omitempty" doc:"none: nobody was found, to be chosen by hand"`
	SuperiorName string           `json:"superiorName"`
	SuperiorPost string           `json:"superiorPost"`
	WaitsFor     []Side           `json:"waitsFor" nullable:"false" doc:"whose signature is missing"`
	TextHash     string           `json:"textHash" doc:"SHA-256 of the frozen text; empty for a draft"`
	SentOn       day.Date         `json:"sentOn,omitzero"`
	SignedOn     day.Date         `json:"signedOn,omitzero"`
	OnPaper      bool             `json:"onPaper"`
	SupersededOn day.Date         `json:"supersededOn,omitzero"`
	EndedWhy     string           `json:"endedWhy" doc:"moved, left, renewed; empty: in force"`
}

func rowOf(l Letter, year int) LetterRow {
	return LetterRow{
		ID: l.ID, RoundID: l.RoundID, Year: year, Code: l.Code(year), State: l.State, StaffID: l.StaffID, StaffName: l.StaffName, UnitID: l.UnitID, UnitName: l.UnitName,
		PostName: l.PostName, SuperiorID: l.SuperiorID, SuperiorName: l.SuperiorName, SuperiorPost: l.SuperiorPost, WaitsFor: l.WaitsFor(),
		TextHash: hex.EncodeToString(l.TextHash), SentOn: l.SentOn, SignedOn: l.SignedOn, OnPaper: l.OnPaper, SupersededOn: l.SupersededOn, EndedWhy: l.SupersededWhy,
	}
}

func viewRow(l Listed) LetterRow { return rowOf(l.Letter, l.Year) }

// pileView is what a person has to do with letters.
type pileView struct {
	ToSign int         `json:"toSign" doc:"how many wait for the reader's signature"`
	Own    []LetterRow `json:"own" nullable:"false" doc:"the reader's, those that wait for him first"`
	Lead   []LetterRow `json:"lead" nullable:"false" doc:"of people below the reader, waiting for his signature"`
}

func viewPile(p Pile) pileView {
	v := pileView{p.ToSign, make([]LetterRow, len(p.Own)), make([]LetterRow, len(p.Lead))}
	for i, l := range p.Own {
		v.Own[i] = viewRow(l)
	}
	for i, l := range p.Lead {
		v.Lead[i] = viewRow(l)
	}
	return v
}

// signatureView is one side's signature.
type signatureView struct {
	Side      Side      `json:"side" enum:"subordinate,superior"`
	Name      string    `json:"name"`
	At        time.Time `json:"at"`
	ImageHash string    `json:"imageHash"`
	Hash      string    `json:"hash" doc:"SHA-256 over text hash, picture hash, side, signer and time"`
}

// letterView is a letter with its text.
type letterView struct {
	LetterRow
	Lines      []string        `json:"lines" nullable:"false" doc:"of the text; a draft's as it would be sent today"`
	PublicID   string          `json:"publicId"`
	Signatures []signatureView `json:"signatures" nullable:"false"`
	Pages      []pageView      `json:"pages" nullable:"false" doc:"of the signed paper"`
	May        []string        `json:"may" nullable:"false" enum:"sign,choose,renew,print" doc:"what the reader may do"`
}

func viewLetter(o Opened) letterView {
	l := o.Letter
	v := letterView{
		LetterRow: rowOf(l, o.Year), Lines: []string{}, PublicID: l.PublicID.String(), Signatures: make([]signatureView, len(o.Signatures)),
		Pages: make([]pageView, len(o.Pages)), May: append([]string{}, o.May...),
	}
	if l.Text != "" {
		v.Lines = lines(l.Text)
	}
	for i, s := range o.Signatures {
		v.Signatures[i] = signatureView{s.Side, s.Name, s.At, hex.EncodeToString(s.ImageHash), hex.EncodeToString(s.Hash)}
	}
	for i, p := range o.Pages {
		v.Pages[i] = viewPage(p, map[id.Of[id.Letter]]Letter{l.ID: l}, o.Year)
	}
	return v
}

// countView is how far some letters have come.
type countView struct {
	Total            int `json:"total" doc:"in force"`
	Drafts           int `json:"drafts"`
	Signed           int `json:"signed"`
	OnPaper          int `json:"onPaper" doc:"of those signed"`
	WaitsSubordinate int `json:"waitsSubordinate"`
	WaitsSuperior    int `json:"waitsSuperior"`
	NoSuperior       int `json:"noSuperior" doc:"nobody was found to sign with"`
}

func (t tally) view() countView {
	return countView{t.Total, t.Drafts, t.Signed, t.OnPaper, t.WaitsSubordinate, t.WaitsSuperior, t.NoSuperior}
}

// unitView is how far the letters of a unit and of what is below it have come.
type unitView struct {
	UnitID id.Of[id.Unit] `json:"unitId"`
	Name   string         `json:"name"`
	Kind   string         `json:"kind" enum:"department,workshop,team"`
	Depth  int            `json:"depth" doc:"0: directly below the company"`
	Count  countView      `json:"count"`
}

// progressView is a round by workshop and team.
type progressView struct {
	Round roundView  `json:"round"`
	Whole countView  `json:"whole" doc:"all letters that the reader sees"`
	Units []unitView `json:"units" nullable:"false" doc:"parents before children"`
}

func viewProgress(o Overview) progressView {
	v := progressView{viewRound(o.Round), o.Whole.view(), make([]unitView, len(o.Units))}
	for i, u := range o.Units {
		v.Units[i] = unitView{u.Unit.ID, u.Unit.Name, u.Unit.Kind, u.Depth, u.view()}
	}
	return v
}
