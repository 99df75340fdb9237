package autoscaling

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// Errors of Instances.Template.
var (
	ErrNoTemplate = errors.New("no such launch template")
	ErrNoVersion  = errors.New("no such launch template version")
)

// Instances is the rest of EC2 and IAM, as far as groups need it.
type Instances interface {
	// Template resolves a launch template ($Default and $Latest included). It
	// fails with ErrNoTemplate or ErrNoVersion.
	Template(types.LaunchTemplateSpecification) (Template, error)
	// ProfileUsable says whether an instance profile (name or ARN) is there and
	// known to Auto Scaling.
	ProfileUsable(profile string) (bool, error)
	// Zones are the availability zones of those of the subnets that exist.
	Zones(subnets []string) (map[string]string, error)
	// Run starts count instances that are alike and returns their ids.
	Run(launch Launch, count int) ([]string, error)
	// Notify sends a message to the notification target of a lifecycle hook (an
	// ARN), with the rights of a role.
	Notify(target, role, message string) error
	// Terminate ends instances. Absent ones are no error.
	Terminate(ids []string) error
}

// Template is a version of a launch template.
type Template struct {
	ID           string
	Name         string
	Version      string // a number
	Image        string
	InstanceType string
	Spot         bool   // its market options ask for spot instances
	Profile      string // name or ARN; may be empty
	Groups       []string
	Tags         map[string]string // of instances
	VolumeTags   map[string]string
}

// Launch is what one instance is made of.
type Launch struct {
	Template
	Subnet string
	Zone   string
	Spot   bool
}
