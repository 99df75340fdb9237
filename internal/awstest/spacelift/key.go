package spacelift

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"
)

// Key is an API key.
type Key struct {
	ID     string
	Secret string
}

// Rights are what an API key may do.
type Rights struct {
	Read  bool // Space:Read; without it pools are null
	Drain bool // Worker Pool:Drain Worker; without it workers are "not found"
}

// session is what a token stands for.
type session struct {
	keyID string
	end   time.Time
}

// Key is the account's first API key, with all rights unless SetRights changed
// them.
func (s *Service) Key() Key { return s.key }

// NewKey makes an API key.
func (s *Service) NewKey(rights Rights) Key {
	defer s.enter()()
	id := s.id("K")
	s.rights[id] = rights
	return Key{ID: id, Secret: secretOf(id)}
}

// SetRights changes what a key, and every token of it, may do.
func (s *Service) SetRights(keyID string, rights Rights) {
	defer s.enter()()
	s.rights[keyID] = rights
}

// DeleteKey makes a key and its tokens useless.
func (s *Service) DeleteKey(keyID string) {
	defer s.enter()()
	delete(s.rights, keyID)
}

// ExpireTokens makes all tokens useless, whatever end they were issued with.
func (s *Service) ExpireTokens() {
	defer s.enter()()
	clear(s.sessions)
}

// secretOf is the secret of a key: long, and the same on every run.
func secretOf(id string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(id))) }

// login exchanges a key for a token: nil if it is wrong.
func (s *Service) login(id, secret string) *user {
	defer s.enter()()
	if _, ok := s.rights[id]; !ok || secret != secretOf(id) {
		return nil
	}
	span := s.behavior.TokenTime
	if span == 0 {
		span = defaultTokenTime
	}
	s.serial++
	end := s.moment.Add(span)
	token := webToken(`{"alg":"none"}`, fmt.Sprintf(`{"sub":%q,"exp":%d,"jti":"%d"}`, id, end.Unix(), s.serial))
	s.sessions[token] = session{keyID: id, end: end}
	return &user{JWT: token, ValidUntil: int32(end.Unix())}
}

// allowed is what the bearer of a token may do, and whether the token is good.
func (s *Service) allowed(token string) (Rights, bool) {
	defer s.enter()()
	held, ok := s.sessions[token]
	if !ok || !held.end.After(s.moment) {
		return Rights{}, false
	}
	rights, ok := s.rights[held.keyID]
	return rights, ok
}

// webToken is a JWT, https://www.rfc-editor.org/rfc/rfc7519, unsigned.
func webToken(header, claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(claims)) + "." + encode([]byte("no signature"))
}
