package workerpool

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Defaults that the validation of other arguments needs.
const (
	defaultMaxSize    = 10
	defaultVolumeType = "gp3"
	defaultVolumeSize = 40 // GiB
)

func (r *workerPool) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = workerPoolSchema(ctx)
}

func workerPoolSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{}
	for _, group := range []map[string]schema.Attribute{
		identityAttributes(), groupAttributes(), capacityAttributes(), scheduleAttributes(), instanceAttributes(), marketAttributes(), volumeAttributes(), launchTemplateAttributes(), refreshAttributes(),
		secretAttributes(), roleAttributes(), bootAttributes(), logGroupAttributes(), credentialsAttributes(), autoscalingAttributes(), drainingAttributes(),
		functionAttributes(), monitoringAttributes(), lifecycleAttributes(), outputAttributes(),
	} {
		maps.Copy(attributes, group)
	}
	return schema.Schema{
		MarkdownDescription: "A Spacelift worker pool on EC2: an Auto Scaling group of worker instances and everything these need, " +
			"managed as one. Creating it is all or nothing; whatever somebody changes or deletes outside Terraform shows in the next " +
			"plan and is repaired by the next apply; destroying it removes all of it, the instances included.",
		Attributes: attributes,
		Blocks:     map[string]schema.Block{"timeouts": timeoutsBlock(ctx)},
	}
}

// timeoutsBlock is the usual one, with the checks that the other arguments have.
func timeoutsBlock(ctx context.Context) schema.Block {
	block, ok := timeouts.Block(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: timeoutDescription("creating the pool, and the wait for `wait_for_workers`,", "20m"),
		ReadDescription:   timeoutDescription("reading the pool in a refresh", "5m"),
		UpdateDescription: timeoutDescription("changing the pool, and the waits for `instance_refresh` and `wait_for_workers`,", "30m"),
		DeleteDescription: timeoutDescription("a destroy, and its wait for the runs of busy workers,", "120m") +
			" Ten minutes of it (30 with functions in a VPC), at most a quarter, are kept for the removal itself. A destroy reads it from the state: apply it first.",
	}).(schema.SingleNestedBlock)
	for name, attribute := range block.Attributes {
		if attribute, isText := attribute.(schema.StringAttribute); ok && isText {
			attribute.Validators = []validator.String{duration}
			block.Attributes[name] = attribute
		}
	}
	block.MarkdownDescription = "How long operations may take. Whatever is under way then is stopped in order, and an apply goes on with it."
	return block
}

func timeoutDescription(what, value string) string {
	return "How long " + what + " may take, as a [duration](https://pkg.go.dev/time#ParseDuration) such as `90s` or `1h30m`. Default: `" + value + "`."
}
