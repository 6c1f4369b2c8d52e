// Package idp is an OpenID Connect provider for tests: a real server on loopback that does what the
// standard asks of one (discovery, keys, authorization code with PKCE, client secret, RS256) and signs in
// whoever the test names.
package idp

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// ClientID and ClientSecret are how the program is known here.
const (
	ClientID     = "anbiao"
	ClientSecret = "idp-secret-for-tests"
)

// Server is a provider. Its fields are what the next token will say, and may be changed between requests.
type Server struct {
	*httptest.Server
	Redirect string // the only address it sends browsers back to

	mu    sync.Mutex
	key   *rsa.PrivateKey
	codes map[string]url.Values // code → what was asked with
	spoil func(claims map[string]any)
}

// Start starts a provider that ends with the test.
func Start(t testing.TB, redirect string) *Server {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Redirect: redirect, key: key, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", s.discovery)
	mux.HandleFunc("GET /keys", s.keys)
	mux.HandleFunc("GET /authorize", s.authorize)
	mux.HandleFunc("POST /token", s.token)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// Spoil changes what tokens say from now on; nil: nothing.
func (s *Server) Spoil(f func(claims map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoil = f
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that has gone is no concern of the provider
}

func (s *Server) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer": s.URL, "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token", "jwks_uri": s.URL + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		"code_challenge_methods_supported": []string{"S256"},
	})
}

func (s *Server) keys(w http.ResponseWriter, _ *http.Request) {
	e := big.NewInt(int64(s.key.E)).Bytes()
	answer(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": base64.RawURLEncoding.EncodeToString(s.key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(e),
	}}})
}

// authorize signs in whoever the header or parameter login_hint names, "u-1" else.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != ClientID || q.Get("redirect_uri") != s.Redirect || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_request"})
		return
	}
	code := rand.Text()
	s.mu.Lock()
	s.codes[code] = q
	s.mu.Unlock()
	http.Redirect(w, r, s.Redirect+"?"+url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {s.URL}}.Encode(), http.StatusFound)
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	who, secret, ok := r.BasicAuth()
	s.mu.Lock()
	asked, known := s.codes[r.FormValue("code")]
	delete(s.codes, r.FormValue("code")) // good once
	spoil := s.spoil
	s.mu.Unlock()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	proven := subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(asked.Get("code_challenge"))) == 1
	if !ok || who != ClientID || secret != ClientSecret || !known || !proven || r.FormValue("redirect_uri") != s.Redirect || r.FormValue("grant_type") != "authorization_code" {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	subject := asked.Get("login_hint")
	if subject == "" {
		subject = "u-1"
	}
	now := time.Now()
	claims := map[string]any{"iss": s.URL, "sub": subject, "aud": ClientID, "exp": now.Add(time.Minute).Unix(), "iat": now.Unix(), "nonce": asked.Get("nonce"), "name": "外部用户"}
	if spoil != nil {
		spoil(claims)
	}
	answer(w, http.StatusOK, map[string]any{"access_token": "unused", "token_type": "Bearer", "expires_in": 60, "id_token": s.sign(claims)})
}

func (s *Server) sign(claims map[string]any) string {
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err) // a test's own mistake
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	signed := part(map[string]string{"alg": "RS256", "kid": "1", "typ": "JWT"}) + "." + part(claims)
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(sig)
}
