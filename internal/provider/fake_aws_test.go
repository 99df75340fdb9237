package provider

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

const testAccount = "123456789012"

// fakeAWS answers on 127.0.0.1 as the services do that a login needs, and
// records every call.
type fakeAWS struct {
	URL string

	mu    sync.Mutex
	calls []call
	deny  []string // actions to refuse
}

type call struct {
	Action    string
	Key       string // access key id that signed the call
	Region    string // that it was signed for
	Host      string
	UserAgent string
	Form      url.Values
	Body      string
}

var credential = regexp.MustCompile(`Credential=([^/]+)/\d+/([^/]+)/`)

func startAWS(t *testing.T) *fakeAWS {
	t.Helper()
	fake := &fakeAWS{}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	fake.URL = server.URL
	return fake
}

func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	seen := call{Action: form.Get("Action"), Host: r.Host, UserAgent: r.UserAgent(), Form: form, Body: string(body)}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		seen.Action = target[strings.LastIndex(target, ".")+1:]
	}
	if match := credential.FindStringSubmatch(r.Header.Get("Authorization")); match != nil {
		seen.Key, seen.Region = match[1], match[2]
	}
	f.mu.Lock()
	f.calls = append(f.calls, seen)
	denied := slices.Contains(f.deny, seen.Action)
	f.mu.Unlock()
	if denied {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not for you</Message></Error></ErrorResponse>`)
		return
	}
	f.answer(w, seen)
}

func (f *fakeAWS) answer(w http.ResponseWriter, seen call) {
	switch seen.Action {
	case "GetCallerIdentity":
		fmt.Fprintf(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::%[1]s:user/test</Arn><UserId>U</UserId><Account>%[1]s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, testAccount)
	case "AssumeRole", "AssumeRoleWithWebIdentity":
		role := seen.Form.Get("RoleArn")
		fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>KEY-OF-%[2]s</AccessKeyId><SecretAccessKey>%[3]s</SecretAccessKey><SessionToken>%[4]s</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></%[1]sResult></%[1]sResponse>`,
			seen.Action, role[strings.LastIndex(role, "/")+1:], roleSecret, roleToken)
	case "GetUser":
		fmt.Fprintf(w, `<GetUserResponse><GetUserResult><User><Arn>arn:aws:iam::%s:user/test</Arn></User></GetUserResult></GetUserResponse>`, testAccount)
	case "ListRoles":
		fmt.Fprintf(w, `<ListRolesResponse><ListRolesResult><Roles><member><Arn>arn:aws:iam::%s:role/any</Arn></member></Roles></ListRolesResult></ListRolesResponse>`, testAccount)
	case "CreateSecret", "PutSecretValue", "DescribeKey", "DescribeLogGroups":
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(map[string]any{"Name": "pool", "Echo": seen.Body})
	default:
		fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult></%[1]sResult></%[1]sResponse>`, seen.Action)
	}
}

// seen returns the calls so far.
func (f *fakeAWS) seen() []call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]call(nil), f.calls...)
}

func (f *fakeAWS) actions() []string {
	actions := []string{}
	for _, seen := range f.seen() {
		actions = append(actions, seen.Action)
	}
	return actions
}

func (f *fakeAWS) refuse(actions ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deny = actions
}
