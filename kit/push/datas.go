package push

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// ErrKey says that a key has not 16, 24 or 32 bytes.
var ErrKey = errors.New("push: an AES key has 16, 24 or 32 bytes")

// Datas posts rows to a platform that takes them encrypted in one member "datas": AES-CBC with PKCS #7 padding, the
// initialization vector before it, base64. Addresses are held to the rules of webhooks.
type Datas struct{ hook Webhook }

// NewDatas returns a sender of rows; private lets it reach the networks inside.
func NewDatas(private bool) Datas { return Datas{NewWebhook(private)} }

// Check reports whether a platform may have this address.
func (d Datas) Check(address string) error { return d.hook.Check(address) }

// Parcel is one request.
type Parcel struct {
	To   string // address
	Firm string // what the platform calls the company
	Key  []byte
	Rows []json.RawMessage
}

// Verdict is what a platform says of a parcel.
type Verdict struct {
	Code   int       `json:"code"` // 0 or 200: taken
	Text   string    `json:"msg"`
	Errors []Refusal `json:"errors"` // rows that were not taken, where it names them
}

// Refusal is a row that was not taken.
type Refusal struct {
	ID   string `json:"id"`
	Text string `json:"msg"`
}

// Taken reports whether the parcel was accepted, but for the rows that Errors names.
func (v Verdict) Taken() bool { return v.Code == 0 || v.Code == http.StatusOK }

// Send posts p. An error means that nothing is known of any row.
func (d Datas) Send(ctx context.Context, p Parcel) (v Verdict, err error) {
	if err := d.Check(p.To); err != nil {
		return v, err
	}
	plain, err := json.Marshal(p.Rows)
	if err != nil {
		return v, fmt.Errorf("push: %w", err)
	}
	sealed, err := Encrypt(p.Key, plain)
	if err != nil {
		return v, err
	}
	return v, post(ctx, d.hook.HTTP, p.To, map[string]string{"enterpriseCode": p.Firm, "datas": sealed}, &v)
}

// Encrypt returns plain under key as Datas sends it.
func Encrypt(key, plain []byte) (string, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", ErrKey
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	out := make([]byte, aes.BlockSize+len(plain)+pad)
	_, _ = rand.Read(out[:aes.BlockSize]) // never fails
	copy(out[aes.BlockSize:], plain)
	for i := aes.BlockSize + len(plain); i < len(out); i++ {
		out[i] = byte(pad)
	}
	cipher.NewCBCEncrypter(block, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], out[aes.BlockSize:])
	return base64.StdEncoding.EncodeToString(out), nil
}

// Decrypt undoes Encrypt, for receivers in tests and for who writes one.
func Decrypt(key []byte, datas string) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, ErrKey
	}
	b, err := base64.StdEncoding.DecodeString(datas)
	if err != nil || len(b) < 2*aes.BlockSize || len(b)%aes.BlockSize != 0 {
		return nil, errors.New("push: malformed datas")
	}
	plain := b[aes.BlockSize:]
	cipher.NewCBCDecrypter(block, b[:aes.BlockSize]).CryptBlocks(plain, plain)
	pad := int(plain[len(plain)-1])
	if pad == 0 || pad > aes.BlockSize {
		return nil, errors.New("push: malformed datas")
	}
	return plain[:len(plain)-pad], nil
}
