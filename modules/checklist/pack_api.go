package checklist

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/web"
)

type packView struct {
	StandardID id.Of[id.Standard] `json:"standardId" doc:"to send back with the answers"`
	Version    int                `json:"version"`
	Points     []packedView       `json:"points" nullable:"false" doc:"in use, by number"`
	Asks       []Asked            `json:"asks" nullable:"false" doc:"every item that some point asks, once"`
}

type packedView struct {
	Point PointView `json:"point"`
	Codes []string  `json:"codes" nullable:"false" doc:"of what is asked there, in order"`
}

type packAnswer struct {
	Status int
	ETag   string `header:"ETag"`
	Body   packView
}

func mountPack(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getPack", Route: "GET /checklist/pack", Action: ActionPoints, Summary: "Take along what opens every point of the company without network",
		Faults: []*fault.Error{ErrNoStandard},
	}, s.getPack)
}

func (s *Service) getPack(ctx context.Context, in *struct {
	Known string `header:"If-None-Match" maxLength:"100" doc:"ETag of what the phone has; 304 if it is still so"`
},
) (*packAnswer, error) {
	p, err := s.Pack(ctx)
	if err != nil {
		return nil, err
	}
	return answerPack(packOf(p), in.Known)
}

func packOf(p Pack) packView {
	v := packView{p.Standard, p.Version, make([]packedView, len(p.Points)), p.Items}
	for i, one := range p.Points {
		v.Points[i] = packedView{pointView(one.Point), one.Codes}
	}
	return v
}

// answerPack tags the answer by its content: whatever becomes part of it changes the tag.
func answerPack(v packView, known string) (*packAnswer, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	if tag == known {
		return &packAnswer{Status: http.StatusNotModified, ETag: tag}, nil
	}
	return &packAnswer{http.StatusOK, tag, v}, nil
}
