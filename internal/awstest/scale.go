package awstest

import (
	"fmt"
	"net/http"
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

// scaling are the groups of one region.
func (t *tenant) scaling(region string) *autoscaling.Groups {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.groups[region] == nil {
		place := autoscaling.Place{Partition: partitionOf(region), Region: region, AccountID: t.id}
		t.groups[region] = autoscaling.New(place, &machines{account: &Account{tenant: t, region: region}}, time.Now)
	}
	return t.groups[region]
}
