package awstest

import (
	"net/http"
	"strings"
)

// inTurn hands the call to the emulator when it can take it: it breaks down over
// machines whose tags change while it lists them.
func (c *Cloud) inTurn(owner *tenant, q request, r *http.Request) *answer {
	switch {
	case q.service != "ec2":
	case strings.HasPrefix(q.action, "Describe"), strings.HasPrefix(q.action, "Get"):
		owner.changing.RLock()
		defer owner.changing.RUnlock()
	default:
		owner.changing.Lock()
		defer owner.changing.Unlock()
	}
	return c.forward(owner, q, r)
}
