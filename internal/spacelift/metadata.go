package spacelift

import "encoding/json"

// Metadata is what a worker says of itself. It is what the worker's launcher was
// told to send, so any part may be empty or untrue.
type Metadata struct {
	InstanceID string // EC2 instance
	GroupName  string // Auto Scaling group
	AMIID      string
}

// parseMetadata reads the JSON object that a worker sends. Whatever is not as
// expected leaves its field empty: workers of other groups, clouds and versions
// may be in the pool.
func parseMetadata(text string) Metadata {
	var fields map[string]any
	if json.Unmarshal([]byte(text), &fields) != nil {
		return Metadata{}
	}
	var m Metadata
	m.InstanceID, _ = fields["instance_id"].(string)
	m.GroupName, _ = fields["asg_id"].(string)
	m.AMIID, _ = fields["ami_id"].(string)
	return m
}
