package workerpool_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

func TestMinimalPool(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.run(t, apply(c.config(c.minimal()),
		action(plancheck.ResourceActionCreate),
		text("id", "sp5ft-"+poolID), text("base_name", "sp5ft-"+poolID), text("region", c.Region()),
		text("ami_id", awstest.ImageNewerX86), text("latest_ami_id", awstest.ImageNewerX86), text("ec2_instance_type", "t3.micro"),
		has("min_size", knownvalue.Int64Exact(0)), has("max_size", knownvalue.Int64Exact(10)), has("enabled_metrics", knownvalue.SetSizeExact(8)),
		has("poweroff_delay", knownvalue.Int64Exact(15)), has("volume_size", knownvalue.Int64Exact(40)), text("volume_type", "gp3"),
		has("autoscaling_group_arn", knownvalue.NotNull()), text("autoscaling_group_name", "sp5ft-"+poolID),
		has("launch_template_id", knownvalue.NotNull()), has("launch_template_latest_version", knownvalue.Int64Exact(1)),
		has("instances_role_arn", knownvalue.NotNull()), text("instances_role_name", "sp5ft-"+poolID+"-"+c.Region()),
		has("instance_profile_arn", knownvalue.NotNull()), has("secretsmanager_secret_arn", knownvalue.NotNull()),
		has("log_group_arns", knownvalue.MapSizeExact(2)), has("components", knownvalue.MapSizeExact(8)), has("drift", knownvalue.MapSizeExact(0)),
	))
}

func TestGovCloud(t *testing.T) {
	t.Parallel()
	c := &cloud{Account: awstest.Start(t).In("us-gov-west-1")}
	c.Network()
	c.run(t, apply(c.config(c.minimal()),
		text("ami_id", awstest.ImageGovNewer), text("region", "us-gov-west-1"),
		has("instances_role_arn", knownvalue.StringRegexp(words("arn:aws-us-gov:iam::"))),
		has("secretsmanager_secret_arn", knownvalue.StringRegexp(words("arn:aws-us-gov:secretsmanager:us-gov-west-1:"))),
	))
}
