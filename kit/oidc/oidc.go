// Package oidc signs people in at an OpenID Connect provider: authorization code with PKCE (RFC 7636), state
// and nonce. It is the only room of the libraries that do it.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// ErrRefused is an answer of the provider that does not prove who came.
var ErrRefused = errors.New("oidc: the provider's answer is not good")

// patience is how long the provider may take for one answer.
const patience = 10 * time.Second

// Provider is where people sign in. It is safe for concurrent use, and asked for its keys only when
// somebody comes.
type Provider struct {
	issuer string
	config oauth2.Config
	client *http.Client
	acr    []string // values of the claim that stand for several factors

	mu    sync.Mutex
	known *oidc.Provider
}

// New names a provider by its issuer, and this program as the provider knows it.
func New(issuer, clientID, clientSecret, redirect string) *Provider {
	return &Provider{
		issuer: issuer, client: &http.Client{Timeout: patience},
		config: oauth2.Config{ClientID: clientID, ClientSecret: clientSecret, RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID, "profile"}},
	}
}

// Trust names the values of the claim acr by which the provider says that it asked for several factors; it is asked for them, too.
func (p *Provider) Trust(acr ...string) *Provider {
	p.acr = acr
	return p
}

// Flow is one sign-in on its way, kept by the browser, sealed.
type Flow struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// NewFlow returns fresh secrets of one sign-in.
func NewFlow() Flow {
	return Flow{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
}

// Identity is who the provider says came.
type Identity struct {
	Issuer  string
	Subject string // unchanging, of this person at this issuer
	Name    string // as the provider shows it
	Factors bool   // the provider says that it asked for several
}

// kinds of factors, by the methods of the claim amr (RFC 8176).
var kinds = map[string]string{
	"pwd": "known", "pin": "known", "kba": "known",
	"otp": "had", "hwk": "had", "swk": "had", "sc": "had", "sms": "had", "tel": "had", "pop": "had",
	"face": "is", "fpt": "is", "iris": "is", "retina": "is", "vbm": "is",
}

// several reports whether methods are of more than one kind, or say so themselves.
func several(amr []string) bool {
	seen := map[string]bool{}
	for _, method := range amr {
		if method == "mfa" {
			return true
		}
		if kind := kinds[method]; kind != "" {
			seen[kind] = true
		}
	}
	return len(seen) > 1
}

func (p *Provider) discover(ctx context.Context) (*oidc.Provider, oauth2.Config, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.issuer)
		if err != nil {
			return nil, oauth2.Config{}, err
		}
		p.known = found
	}
	c := p.config
	c.Endpoint = p.known.Endpoint()
	return p.known, c, nil
}

// Address is where the browser goes to sign in.
func (p *Provider) Address(ctx context.Context, f Flow) (string, error) {
	_, c, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)}
	if len(p.acr) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(p.acr, " ")))
	}
	return c.AuthCodeURL(f.State, options...), nil
}

// Finish trades the code that the browser came back with for who it is. Errors: ErrRefused, wrapped,
// where state, nonce, signature, issuer, audience or time do not fit.
func (p *Provider) Finish(ctx context.Context, f Flow, state, code string) (who Identity, err error) {
	if code == "" || subtle.ConstantTimeCompare([]byte(state), []byte(f.State)) != 1 {
		return who, ErrRefused
	}
	provider, c, err := p.discover(ctx)
	if err != nil {
		return who, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		if _, refused := errors.AsType[*oauth2.RetrieveError](err); refused {
			return who, errors.Join(ErrRefused, err)
		}
		return who, err
	}
	raw, _ := token.Extra("id_token").(string)
	proven, err := provider.Verifier(&oidc.Config{ClientID: c.ClientID}).Verify(ctx, raw)
	if err != nil {
		return who, errors.Join(ErrRefused, err)
	}
	if subtle.ConstantTimeCompare([]byte(proven.Nonce), []byte(f.Nonce)) != 1 {
		return who, ErrRefused
	}
	var said struct {
		Name     string   `json:"name"`
		Username string   `json:"preferred_username"`
		AMR      []string `json:"amr"`
		ACR      string   `json:"acr"`
	}
	if err := proven.Claims(&said); err != nil {
		return who, errors.Join(ErrRefused, err)
	}
	if said.Name == "" {
		said.Name = said.Username
	}
	factors := several(said.AMR) || (said.ACR != "" && slices.Contains(p.acr, said.ACR))
	return Identity{proven.Issuer, proven.Subject, said.Name, factors}, nil
}
