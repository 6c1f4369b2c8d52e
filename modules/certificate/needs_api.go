package certificate

import (
	"context"

	"anbiao/kit/text"
	"anbiao/web"
)

type needsInput struct {
	Types     []string `query:"types,explode" maxItems:"10" doc:"post types of the duty library"`
	Hazardous bool     `query:"hazardous" doc:"mines, hazardous chemicals, fireworks, metal smelting"`
}

type hourView struct {
	Phase      string `json:"phase" enum:"initial,annual,occupational_health_initial,occupational_health_annual"`
	Hours      int    `json:"hours" doc:"of 45 minutes"`
	Basis      string `json:"basis"`
	Confidence string `json:"confidence" enum:"verified,memory,design,document_seen"`
}

type permitView struct {
	Kind       string   `json:"kind"`
	Name       string   `json:"name"`
	AnyOf      []string `json:"anyOf" nullable:"false" doc:"names of the operations of which one is enough"`
	Basis      string   `json:"basis"`
	Confidence string   `json:"confidence" enum:"verified,memory,design,document_seen"`
}

type needsView struct {
	Version      string       `json:"version" doc:"of the rules"`
	Hours        []hourView   `json:"hours" nullable:"false"`
	Certificates []permitView `json:"certificates" nullable:"false"`
}

func (s *Service) getNeeds(ctx context.Context, in *needsInput) (*web.Body[needsView], error) {
	if err := s.Gate.Read(ctx, ActionKinds, nothing); err != nil {
		return nil, err
	}
	return &web.Body[needsView]{Body: viewNeeds(text.Of(ctx), *in)}, nil
}

func viewNeeds(l text.Lang, in needsInput) needsView {
	hours, permits := Needed.Of(in.Types, in.Hazardous)
	v := needsView{Needed.Version, make([]hourView, len(hours)), make([]permitView, len(permits))}
	for i, h := range hours {
		v.Hours[i] = hourView{h.Phase, h.hours(in.Hazardous), h.Basis, h.Confidence}
	}
	for i, p := range permits {
		name, _ := Kinds.names(l, p.Kind, "")
		v.Certificates[i] = permitView{p.Kind, name, []string{}, p.Basis, p.Confidence}
		for _, o := range p.AnyOf {
			_, operation := Kinds.names(l, p.Kind, o)
			v.Certificates[i].AnyOf = append(v.Certificates[i].AnyOf, operation)
		}
	}
	return v
}
