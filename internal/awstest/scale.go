package awstest

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
)

// scale answers an Auto Scaling call from the account's own groups.
func (c *Cloud) scale(owner *tenant, q request) *answer {
	reply, err := owner.scaling(q.region).Call(q.form)
	if err != nil {
		owner.lack(q, err.Error())
		return refusal(q, http.StatusBadRequest, codeLacking, fmt.Sprintf("the local cloud cannot do %s %s: %v", q.service, q.action, err))
	}
	return &answer{status: reply.Status, code: reply.Code, body: reply.Body, header: http.Header{
		"Content-Type": {"text/xml"}, "X-Amzn-Requestid": {requestID},
	}}
}

// Scaling are the account's Auto Scaling groups in this region, with all their
// knobs (Behave) and news (Subscribe). Time passes in them by itself.
//
// A big group is quick when its instances are alike and start at once, which is
// the default: those of one zone, type and market are one request to the
// emulator. Set the desired capacity in one step, not one by one.
func (a *Account) Scaling() *autoscaling.Groups {
	a.visit(a.region)
	return a.scaling(a.region)
}

// scaling are the groups of one region, made and set going by the first call.
func (t *tenant) scaling(region string) *autoscaling.Groups {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.groups[region] == nil {
		place := autoscaling.Place{Partition: partitionOf(region), Region: region, AccountID: t.id}
		t.groups[region] = autoscaling.New(place, &machines{account: &Account{tenant: t, region: region}}, time.Now)
		t.follow(t.groups[region])
		go t.groups[region].Run(t.life)
	}
	return t.groups[region]
}

// noticeEnded tells the groups of machines that others than they have ended. (What
// they end themselves they know, and they hold their lock meanwhile.)
func (t *tenant) noticeEnded(q request, a *answer) {
	ended := q.service == "ec2" && (q.action == "TerminateInstances" || q.action == "StopInstances")
	if !ended || a.status >= http.StatusBadRequest || strings.HasPrefix(q.key, groupKeyPrefix) {
		return
	}
	var ids []string
	for name, values := range q.form {
		if strings.HasPrefix(name, "InstanceId.") {
			ids = append(ids, values...)
		}
	}
	t.scaling(q.region).InstanceGone(ids...)
}
