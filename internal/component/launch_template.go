package component

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// versionDescription marks the versions that we make.
const versionDescription = "Made by " + ManagedBy

// LaunchTemplate is an EC2 launch template whose newest version has the wanted
// settings. A version never changes: other settings make a new one.
type LaunchTemplate struct {
	Object
	API          awsapi.EC2
	TemplateName string
	Settings     LaunchTemplateSettings
	Default      DefaultVersion
	Profile      *InstanceProfile
	UserData     func() ([]byte, error)               // as sent, before base64
	Image        func(context.Context) (Image, error) // of Settings.ImageID, or the newest when that is empty
	Tags         Tags
	TagsAreRight bool // spares Ensure of a known template the look at its tags
	Needs        []Component

	arn         string // "": not known
	latest      int64
	advanced    bool   // Ensure made a version
	redefaulted bool   // or another one the default
	wantBIN     []byte // the user data as it should be
	seen        templateSeen
	asked       asked[templateAnswer]
}

// Image is what the launch template needs to know of an AMI.
type Image struct {
	ID         string
	RootDevice string // such as "/dev/xvda"
}

// LaunchTemplateSettings are what an instance is launched with.
type LaunchTemplateSettings struct {
	ImageID           string
	InstanceType      string
	SecurityGroups    []string
	Monitoring        bool
	HopLimit          int32
	Volume            VolumeSettings
	Market            *MarketSettings
	TagSpecifications map[string]map[string]string // resource type → tags
}

// VolumeSettings are what the root volume is made with.
type VolumeSettings struct {
	Type       string
	Size       int32  // GiB
	IOPS       *int32 // nil: the type's default
	Throughput *int32 // MiB/s; nil: the type's default
	Encrypted  bool
	KMSKeyID   string // "" for the account's default
}

// MarketSettings are the options of spot instances; zero values are AWS's defaults.
type MarketSettings struct {
	Type                 string
	MaxPrice             string // USD an hour
	SpotInstanceType     string
	InterruptionBehavior string
	BlockDurationMinutes *int32
}

// DefaultVersion says which version is marked as the template's default one.
type DefaultVersion struct {
	Number *int64 // nil: leave it
	Newest bool   // follow the newest
}

type templateSeen struct {
	name           string
	data           *types.ResponseLaunchTemplateData // of the newest version
	description    string
	defaultVersion int64
	tags           map[string]string
}

// Deps implements Component.
func (t *LaunchTemplate) Deps() []Component { return t.Needs }

// Read implements Component.
func (t *LaunchTemplate) Read(ctx context.Context) (Status, error) { return read(ctx, t) }

// Ensure implements Component.
func (t *LaunchTemplate) Ensure(ctx context.Context) error {
	var err error
	if t.wantBIN, err = t.UserData(); err != nil {
		return err
	}
	return ensure(ctx, t)
}

// Latest is the number of the newest version.
func (t *LaunchTemplate) Latest() int64 { return t.latest }

// LatestVersion is Latest as the group's launch template specification takes it.
func (t *LaunchTemplate) LatestVersion() string { return strconv.FormatInt(t.latest, 10) }

// Restore sets what the state knows of an existing template; arn is "" where it
// cannot be told.
func (t *LaunchTemplate) Restore(latest int64, arn string) { t.latest, t.arn = latest, arn }

// affects tells whether Ensure has changed what a group gets that asks for version:
// a number, "$Latest" or "$Default", "" for the newest that we made.
func (t *LaunchTemplate) affects(version string) bool {
	switch version {
	case "", "$Latest":
		return t.advanced
	case "$Default":
		return t.redefaulted
	}
	return false
}

func (t *LaunchTemplate) create(ctx context.Context) error {
	data, err := t.data(ctx)
	if err != nil {
		return err
	}
	out, err := t.API.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String(t.TemplateName),
		LaunchTemplateData: data,
		VersionDescription: aws.String(versionDescription),
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeLaunchTemplate, Tags: tagList(t.Tags.Want, ec2Tag),
		}},
	}, func(o *ec2.Options) { o.APIOptions = append(o.APIOptions, t.noteLost) })
	if err != nil {
		return fmt.Errorf("creating launch template %s: %w", t.TemplateName, err)
	}
	t.Known, t.latest = aws.ToString(out.LaunchTemplate.LaunchTemplateId), 1
	t.seen = templateSeen{defaultVersion: 1, tags: t.Tags.Want, description: versionDescription}
	return nil
}

func (t *LaunchTemplate) load(ctx context.Context) (bool, error) {
	answer, err := t.asked.take(ctx, t.question())
	if err != nil || !answer.found {
		return false, err
	}
	t.seen, t.latest = templateSeen{tags: answer.tags}, 0
	for _, version := range answer.versions {
		number := aws.ToInt64(version.VersionNumber)
		if aws.ToBool(version.DefaultVersion) {
			t.seen.defaultVersion = number
		}
		if number > t.latest {
			t.latest, t.Known = number, aws.ToString(version.LaunchTemplateId)
			t.seen.name = aws.ToString(version.LaunchTemplateName)
			t.seen.data, t.seen.description = version.LaunchTemplateData, aws.ToString(version.VersionDescription)
		}
	}
	if t.seen.data == nil {
		return false, errors.New("reading launch template " + orElse(t.Known, t.TemplateName) + ": AWS returned no version")
	}
	if t.wantBIN, err = t.UserData(); err != nil {
		return false, err
	}
	if t.seen.tags == nil {
		t.seen.tags, err = t.tagsOf(ctx, t.Known)
	}
	return true, err
}

func (t *LaunchTemplate) foreign() *ForeignError {
	if t.Tags.ours(t.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "launch template", Name: t.TemplateName}
}
