// Package oidc signs people in at an OpenID Connect provider: authorization code with PKCE (RFC 7636), state
// and nonce. It is the only room of the libraries that do it.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
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
	return c.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
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
		Name     string `json:"name"`
		Username string `json:"preferred_username"`
	}
	if err := proven.Claims(&said); err != nil {
		return who, errors.Join(ErrRefused, err)
	}
	if said.Name == "" {
		said.Name = said.Username
	}
	return Identity{proven.Issuer, proven.Subject, said.Name}, nil
}
