package component

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func TestHandMadeVersionDoesNotNameTheRootDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyTemplate))
	in := &ec2.DescribeLaunchTemplateVersionsInput{LaunchTemplateId: aws.String(w.known[keyTemplate]), Versions: []string{"$Latest"}}
	addVersion(t, w, "by hand", nil)
	foreign := w.fresh(t, keyTemplate).(*LaunchTemplate)
	w.reads(t, foreign, Drifted)
	foreign.seen.data.BlockDeviceMappings[0].DeviceName = aws.String("/dev/sdz")
	if got := foreign.rootDevice(); got != "" {
		t.Errorf("root device %q", got)
	}
	w.ensure(t, foreign)
	out, err := w.Direct().EC2.DescribeLaunchTemplateVersions(w.ctx, in)
	done(t, out, err)
	if got := aws.ToString(out.LaunchTemplateVersions[0].LaunchTemplateData.BlockDeviceMappings[0].DeviceName); got != "/dev/xvda" {
		t.Errorf("root device %q", got)
	}
}

func TestTemplateDefaultVersion(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		want DefaultVersion
		says string
	}{
		"left alone": {DefaultVersion{}, ""},
		"a number":   {DefaultVersion{Number: aws.Int64(1)}, "default version is 2, not 1"},
		"the newest": {DefaultVersion{Newest: true}, ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.ensure(t, w.behind(t, keyTemplate))
			addVersion(t, w, versionDescription, nil)
			w.change = func(kit map[string]Component) { kit[keyTemplate].(*LaunchTemplate).Default = test.want }
			if test.says != "" {
				w.repairs(t, keyTemplate, drift{fields: []string{"DefaultVersion"}, says: test.says, change: func(*testing.T, *world) {}})
				return
			}
			w.reads(t, w.fresh(t, keyTemplate), InSync)
		})
	}
}

func TestTemplateOfTheNewestImageKeepsItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyTemplate))
	w.change = func(kit map[string]Component) { kit[keyTemplate].(*LaunchTemplate).Settings.ImageID = "" }
	addVersion(t, w, versionDescription, nil)
	w.reads(t, w.fresh(t, keyTemplate), InSync)
}
