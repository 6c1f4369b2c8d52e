package audit

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

type chainQuery struct {
	CompanyID id.Of[id.Company] `query:"companyId" doc:"of whose chain; without it that of one's own company or organisation"`
	After     int64             `query:"after" minimum:"0" maximum:"1000000000000000" doc:"place behind which to begin: seq of the part before"`
}

type verdictView struct {
	Chain     string      `json:"chain" doc:"company/…, organisation/… or platform"`
	Checked   int64       `json:"checked" doc:"places looked at in this part"`
	Seq       int64       `json:"seq" doc:"up to which the chain is whole"`
	Head      int64       `json:"head" doc:"its last place"`
	Pending   int64       `json:"pending" doc:"entries that get their place within the next minute"`
	Anchors   int64       `json:"anchors" doc:"daily heads that were compared"`
	Unchecked int64       `json:"unchecked" doc:"of them, signed with a key this program no longer has"`
	More      bool        `json:"more" doc:"another part follows, behind seq"`
	Broken    *brokenView `json:"broken,omitempty" doc:"the first broken place; absent where all is whole"`
}

type brokenView struct {
	Fault   Fault     `json:"fault" enum:"altered,gone,gap,tail,forged,foreign,unanchor"`
	Seq     int64     `json:"seq" doc:"place in the chain; 0 where it has none"`
	EntryID string    `json:"entryId" doc:"of the entry; empty where there is none"`
	At      time.Time `json:"at"`
}

// AnchorView is an anchor as it is handed out and taken back.
type AnchorView struct {
	Chain     string    `json:"chain"`
	Day       string    `json:"day" format:"date"`
	Seq       int64     `json:"seq"`
	Hash      string    `json:"hash" doc:"SHA-256, hexadecimal"`
	SealedAt  time.Time `json:"sealedAt"`
	KeyID     string    `json:"keyId" doc:"first eight bytes of the SHA-256 of the public key, hexadecimal"`
	Statement string    `json:"statement" doc:"what is signed"`
	Signature string    `json:"signature" doc:"Ed25519, base64"`
	PublicKey string    `json:"publicKey" doc:"base64; empty where this program no longer has the key"`
}

type anchorList struct {
	Items []AnchorView `json:"items"`
}

type anchorQuery struct {
	CompanyID id.Of[id.Company] `query:"companyId" doc:"of whose chain; without it that of one's own company or organisation"`
	Limit     int               `query:"limit" minimum:"1" maximum:"400" default:"31" doc:"how many days, the newest first"`
}

func mountChain(api huma.API, s *Service) {
	refused := []*fault.Error{rbac.ErrNotFound}
	web.Handle(api, web.Op{ID: "verifyAuditChain", Route: "GET /audit/chain", Action: ActionVerify, Summary: "Verify a part of a chain of the trail, and tell its first broken place", Faults: refused}, s.getChain)
	web.Handle(api, web.Op{ID: "listAuditAnchors", Route: "GET /audit/anchors", Action: ActionVerify, Summary: "The signed heads of a chain by day, to keep elsewhere", Faults: refused}, s.getAnchors)
}

func (s *Service) getChain(ctx context.Context, in *chainQuery) (*web.Body[verdictView], error) {
	v, err := s.Verify(ctx, in.CompanyID, in.After)
	return &web.Body[verdictView]{Body: viewVerdict(v)}, err
}

func viewVerdict(v Verdict) verdictView {
	out := verdictView{Chain: v.Chain, Checked: v.Checked, Seq: v.Seq, Head: v.Head, Pending: v.Pending, Anchors: v.Anchors, Unchecked: v.Unchecked, More: v.More}
	if b := v.Broken; b != nil {
		out.Broken = &brokenView{Fault: b.Fault, Seq: b.Seq, At: b.At}
		if b.EntryID != 0 {
			out.Broken.EntryID = id.Of[Entry](b.EntryID).String()
		}
	}
	return out
}

func (s *Service) getAnchors(ctx context.Context, in *anchorQuery) (*web.Body[anchorList], error) {
	list, err := s.Anchors(ctx, in.CompanyID, in.Limit)
	v := anchorList{Items: make([]AnchorView, len(list))}
	for i, a := range list {
		v.Items[i] = s.ViewAnchor(a)
	}
	return &web.Body[anchorList]{Body: v}, err
}

// ViewAnchor is an anchor with all that is needed to verify its signature.
func (s *Service) ViewAnchor(a Anchor) AnchorView {
	public, _ := s.Ring.Public(a.KeyID)
	return AnchorView{
		Chain: a.Chain, Day: a.OnDay.String(), Seq: a.Seq, Hash: hex.EncodeToString(a.Hash), SealedAt: a.SealedAt.UTC(), KeyID: a.KeyID,
		Statement: a.head().Statement(), Signature: base64.StdEncoding.EncodeToString(a.Signature), PublicKey: base64.StdEncoding.EncodeToString(public),
	}
}

// Anchor is the anchor that v shows. Errors: of values that are not what they should be.
func (v AnchorView) Anchor() (a Anchor, err error) {
	a = Anchor{Chain: v.Chain, Seq: v.Seq, SealedAt: v.SealedAt, KeyID: v.KeyID}
	if a.Hash, err = hex.DecodeString(v.Hash); err != nil {
		return a, err
	}
	a.Signature, err = base64.StdEncoding.DecodeString(v.Signature)
	return a, err
}
