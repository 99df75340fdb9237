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
		return c.once(owner, q, r)
	}
	return c.forward(owner, q, r)
}

// once answers a call with the client token of an earlier one as that was answered: the
// SDK sends it again when it has lost the answer. The emulator heeds no client token.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Run_Instance_Idempotency.html
func (c *Cloud) once(owner *tenant, q request, r *http.Request) *answer {
	token := q.value("ClientToken")
	if earlier, ok := owner.answered[token]; ok {
		return &earlier
	}
	a := c.forward(owner, q, r)
	if token != "" && a.status < http.StatusBadRequest {
		owner.answered[token] = *a
	}
	return a
}
