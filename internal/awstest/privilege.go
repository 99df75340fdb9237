package awstest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/iam"
)

// privileges are who may do what in one account, as its IAM says. Functions are held
// to the policies of their role, the account's own keys to those of Hold.
type privileges struct {
	mu       sync.Mutex
	operator iam.Policies            // of the account's own keys; nil lets them do anything
	roles    map[string]*entitlement // by ARN; those that were read since IAM last changed
	changes  int                     // of IAM, so far
	expected []string                // actions that a test expects to be refused
	refused  []string
	needed   map[string]map[need]bool // by principal
}

// need is an action that a call took.
type need struct{ action, call string }

// entitlement is what a role's policies say.
type entitlement struct {
	policies iam.Policies
	boundary iam.Policies // nil for none
	gone     bool         // the role is no more
}

// Hold holds the account's own keys (Config, Env) to policies from now on: what they
// do not allow is refused as AWS refuses it, and fails the test at its end. Keys of
// DirectConfig are not held.
func (a *Account) Hold(policies ...string) error {
	held := iam.Policies{}
	for _, text := range policies {
		policy, err := iam.Parse(text)
		if err != nil {
			return err
		}
		held = append(held, policy)
	}
	a.privileges.mu.Lock()
	defer a.privileges.mu.Unlock()
	a.privileges.operator = held
	return nil
}

// ExpectRefused says that the test means a caller to be refused an action, such as
// "ec2:CreateTags". Any other refusal fails the test at its end.
func (a *Account) ExpectRefused(action string) {
	a.privileges.mu.Lock()
	defer a.privileges.mu.Unlock()
	a.privileges.expected = append(a.privileges.expected, action)
}

// Refused are the refusals so far, expected ones included: who may not do what, on
// what.
func (a *Account) Refused() []string {
	a.privileges.mu.Lock()
	defer a.privileges.mu.Unlock()
	return slices.Clone(a.privileges.refused)
}

// Needed are the actions that a role's calls took so far, "" for the account's own
// keys while they are held, and for each the calls, such as "lambda:CreateFunction".
func (a *Account) Needed(role string) map[string][]string {
	a.privileges.mu.Lock()
	defer a.privileges.mu.Unlock()
	actions := map[string][]string{}
	for one := range a.privileges.needed[role] {
		actions[one.action] = append(actions[one.action], one.call)
	}
	for _, calls := range actions {
		slices.Sort(calls)
	}
	return actions
}

// authorize refuses a call that its caller may not make; nil lets it pass.
func (t *tenant) authorize(ctx context.Context, who caller, q request) *answer {
	held, err := t.entitled(ctx, who)
	if err != nil {
		t.lack(q, err.Error())
		return refusal(q, http.StatusInternalServerError, "InternalFailure", err.Error())
	}
	if held == nil {
		return nil
	}
	call := t.callOf(q)
	demands, err := iam.Demands(call)
	if err != nil {
		t.lack(q, err.Error())
		return refusal(q, http.StatusBadRequest, codeLacking, err.Error())
	}
	for _, demand := range demands {
		if no := t.ask(ctx, held, who.role, call, demand); no != "" {
			code, status := deniedCode(q)
			return refusal(q, status, code, no)
		}
	}
	return nil
}

// entitled is what a caller is held to; nil for one that is not.
func (t *tenant) entitled(ctx context.Context, who caller) (*entitlement, error) {
	t.privileges.mu.Lock()
	operator := t.privileges.operator
	t.privileges.mu.Unlock()
	switch {
	case who.service:
		return t.entitlementOf(ctx, who.role)
	case who.role == "" && operator != nil:
		return &entitlement{policies: operator}, nil
	default:
		return nil, nil //nolint:nilnil // whoever is not held has no entitlement
	}
}

// ask is why a demand is refused, "" if it is met.
func (t *tenant) ask(ctx context.Context, held *entitlement, principal string, call *iam.Call, d iam.Demand) string {
	t.privileges.note(principal, need{d.Action, call.Service + ":" + call.Operation})
	for _, resource := range d.Resources {
		request := iam.Request{Action: d.Action, Resource: resource, Principal: principal, Value: func(key string) []string {
			return t.conditionValue(ctx, call, d, resource, key)
		}}
		verdict := held.policies.Judge(request)
		if verdict == iam.Allowed && held.boundary != nil {
			verdict = held.boundary.Judge(request)
		}
		if verdict == iam.Allowed {
			continue
		}
		who := principal
		if who == "" {
			who = "the account's own user"
		}
		why := fmt.Sprintf("%s is not authorized to perform: %s on resource: %s (for %s:%s)", who, d.Action, resource, call.Service, call.Operation)
		if !held.gone { // a function may outlive its role for a moment
			t.privileges.refuse(d.Action, why)
		}
		return why
	}
	return ""
}

// conditionValue is what a condition key of a demand is worth.
func (t *tenant) conditionValue(ctx context.Context, call *iam.Call, d iam.Demand, resource, key string) []string {
	for name, values := range d.Keys {
		if strings.EqualFold(name, key) {
			return values
		}
	}
	if tag, ok := strings.CutPrefix(key, "aws:ResourceTag/"); ok {
		if value, tagged := t.resourceTags(ctx, call, resource)[tag]; tagged {
			return []string{value}
		}
	}
	if strings.EqualFold(key, "aws:SecureTransport") {
		return []string{"true"} // as every call of AWS's SDKs is
	}
	return nil
}

func (p *privileges) note(principal string, one need) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.needed == nil {
		p.needed = map[string]map[need]bool{}
	}
	if p.needed[principal] == nil {
		p.needed[principal] = map[need]bool{}
	}
	p.needed[principal][one] = true
}

func (p *privileges) refuse(action, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = append(p.refused, action+": "+why)
}

// unexpected are the refusals that no test expects, each once.
func (p *privileges) unexpected() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := slices.DeleteFunc(slices.Sorted(slices.Values(p.refused)), func(one string) bool {
		return slices.ContainsFunc(p.expected, func(action string) bool { return strings.HasPrefix(one, action+": ") })
	})
	return slices.Compact(left)
}

// deniedCode is how a service says that a caller may not do something.
func deniedCode(q request) (code string, status int) {
	switch {
	case q.protocol == protocolEC2: // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
		return "UnauthorizedOperation", http.StatusForbidden
	case q.protocol == protocolQuery, q.protocol == protocolRESTXML: // https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
		return "AccessDenied", http.StatusForbidden
	case q.service == "lambda":
		return "AccessDeniedException", http.StatusForbidden
	default: // https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
		return "AccessDeniedException", http.StatusBadRequest
	}
}
