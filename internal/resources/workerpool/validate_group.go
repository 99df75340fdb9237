package workerpool

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// validateSizes checks that the group's bounds are in order.
func validateSizes(m model) diag.Diagnostics {
	if !given(m.MinSize) || m.MaxSize.IsUnknown() {
		return nil
	}
	least, largest := m.MinSize.ValueInt32(), int32(defaultMaxSize)
	if !m.MaxSize.IsNull() {
		largest = m.MaxSize.ValueInt32()
	}
	if least <= largest {
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("min_size"), fmt.Sprintf("is %d, but max_size is %d", least, largest),
		"Lower min_size or raise max_size.")}
}

// validateWorkers checks wait_for_workers against the group's largest size.
func validateWorkers(m model) diag.Diagnostics {
	if !given(m.WaitForWorkers) || m.MaxSize.IsUnknown() {
		return nil
	}
	awaited, largest := m.WaitForWorkers.ValueInt32(), int32(defaultMaxSize)
	if !m.MaxSize.IsNull() {
		largest = m.MaxSize.ValueInt32()
	}
	if awaited <= largest {
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("wait_for_workers"), fmt.Sprintf("is %d, but max_size is %d", awaited, largest),
		"Lower wait_for_workers or raise max_size.")}
}

// validateLaunchTemplate checks how versions are chosen.
func validateLaunchTemplate(m model) diag.Diagnostics {
	if given(m.LaunchTemplateDefaultVersion) && m.LaunchTemplateUpdateDefaultVersion.ValueBool() {
		return diag.Diagnostics{invalid(path.Root("launch_template_default_version"),
			fmt.Sprintf("is %d while launch_template_update_default_version makes each new version the default", m.LaunchTemplateDefaultVersion.ValueInt64()),
			"Set one of the two.")}
	}
	return nil
}

// validateTagSpecifications checks the entries against each other and against
// what is launched.
func validateTagSpecifications(m model) diag.Diagnostics {
	var diags diag.Diagnostics
	seen := map[string]int{}
	for i, element := range m.TagSpecifications.Elements() {
		object, ok := element.(types.Object)
		if !ok {
			continue
		}
		kind := member[types.String](object, "resource_type")
		if !given(kind) {
			continue
		}
		p := path.Root("tag_specifications").AtListIndex(i).AtName("resource_type")
		if first, ok := seen[kind.ValueString()]; ok {
			diags.Append(invalid(p, fmt.Sprintf("is %q, which entry %d is too, but AWS takes a resource type once", kind.ValueString(), first),
				"Merge the tags of the two entries."))
		}
		seen[kind.ValueString()] = i
		if kind.ValueString() == "spot-instances-request" && m.InstanceMarketOptions.IsNull() {
			diags.Append(invalid(p, `is "spot-instances-request", but on-demand instances come without such a request and would not launch`,
				"Remove the entry, or set instance_market_options."))
		}
	}
	return diags
}

// volumeType are the limits of a volume type, as EC2 documents them:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateEbsBlockDeviceRequest.html
// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
type volumeType struct {
	minSize, maxSize int32 // GiB
	minIOPS, maxIOPS int32 // 0: not to be set
	iopsPerGiB       int32
	iopsRequired     bool
	throughput       bool
}

var volumeLimits = map[string]volumeType{
	"gp3":      {minSize: 1, maxSize: 65536, minIOPS: 3000, maxIOPS: 80000, iopsPerGiB: 500, throughput: true},
	"gp2":      {minSize: 1, maxSize: 16384},
	"io1":      {minSize: 4, maxSize: 16384, minIOPS: 100, maxIOPS: 64000, iopsPerGiB: 50, iopsRequired: true},
	"io2":      {minSize: 4, maxSize: 65536, minIOPS: 100, maxIOPS: 256000, iopsPerGiB: 1000, iopsRequired: true},
	"standard": {minSize: 1, maxSize: 1024},
}

// interval is what the schema takes of a number; other rules add nothing to what
// it refuses.
type interval struct{ least, most int32 }

func (i interval) has(value types.Int32) bool {
	return given(value) && value.ValueInt32() >= i.least && value.ValueInt32() <= i.most
}

// What any type of volume has, from the smallest to the largest of volumeLimits:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateEbsBlockDeviceRequest.html
var (
	volumeSizes = interval{1, 65536}    // GiB
	volumeIOPS  = interval{100, 256000} // operations per second
)

// gp3BaseIOPS is what a gp3 volume has without asking, whatever its size:
// https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html#gp3-ebs-volume-type
const gp3BaseIOPS = 3000

// validateVolume checks the root volume's settings against its type.
func validateVolume(m model) diag.Diagnostics {
	diags := validateVolumeKey(m)
	kind := defaultVolumeType
	if !m.VolumeType.IsNull() {
		kind = m.VolumeType.ValueString()
	}
	limits, ok := volumeLimits[kind]
	if m.VolumeType.IsUnknown() || !ok {
		return diags
	}
	size := types.Int32Value(defaultVolumeSize)
	if !m.VolumeSize.IsNull() {
		size = m.VolumeSize
	}
	if volumeSizes.has(size) && (size.ValueInt32() < limits.minSize || size.ValueInt32() > limits.maxSize) {
		diags.Append(invalid(path.Root("volume_size"), fmt.Sprintf("is %d GiB, but a %s volume has %d to %d", size.ValueInt32(), kind, limits.minSize, limits.maxSize),
			"Choose a size in that range, or another volume_type."))
	}
	diags.Append(validateIOPS(m.VolumeIOPS, kind, size, limits)...)
	diags.Append(validateThroughput(m, kind, limits)...)
	return diags
}

func validateIOPS(iops types.Int32, kind string, size types.Int32, limits volumeType) diag.Diagnostics {
	fail := func(problem, fix string) diag.Diagnostics {
		return diag.Diagnostics{invalid(path.Root("volume_iops"), problem, fix)}
	}
	value := iops.ValueInt32()
	switch {
	case iops.IsNull() && limits.iopsRequired:
		return fail("is missing, but a volume of type "+kind+" has no default for it", fmt.Sprintf("Set it to %d or more.", limits.minIOPS))
	case !volumeIOPS.has(iops):
	case limits.maxIOPS == 0:
		return fail("is set, but AWS does not take it for a volume of type "+kind, "Remove it, or choose volume_type gp3, io1 or io2.")
	case value < limits.minIOPS || value > limits.maxIOPS:
		return fail(fmt.Sprintf("is %d, but a %s volume has %d to %d", value, kind, limits.minIOPS, limits.maxIOPS), "Choose a value in that range.")
	case volumeSizes.has(size) && value > gp3BaseIOPS && int64(value) > int64(size.ValueInt32())*int64(limits.iopsPerGiB):
		return fail(fmt.Sprintf("is %d, but a %s volume of %d GiB has at most %d for each GiB", value, kind, size.ValueInt32(), limits.iopsPerGiB),
			"Lower volume_iops or raise volume_size.")
	}
	return nil
}

func validateThroughput(m model, kind string, limits volumeType) diag.Diagnostics {
	p := path.Root("volume_throughput")
	switch {
	case !given(m.VolumeThroughput):
		return nil
	case !limits.throughput:
		return diag.Diagnostics{invalid(p, "is set, but AWS takes it for gp3 only, and volume_type is "+strconv.Quote(kind), "Remove it, or choose volume_type gp3.")}
	case m.VolumeIOPS.IsUnknown():
		return nil
	}
	iops := int32(gp3BaseIOPS)
	if given(m.VolumeIOPS) {
		iops = m.VolumeIOPS.ValueInt32()
	}
	// A gp3 volume moves at most a quarter of a MiB with each operation:
	// https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html#gp3-ebs-volume-type
	if throughput := m.VolumeThroughput.ValueInt32(); throughput > iops/4 {
		return diag.Diagnostics{invalid(p, fmt.Sprintf("is %d MiB/s, but with %d operations per second a gp3 volume reaches at most %d", throughput, iops, iops/4),
			"Lower it, or raise volume_iops.")}
	}
	return nil
}

func validateVolumeKey(m model) diag.Diagnostics {
	if !given(m.VolumeKMSKeyID) || m.VolumeEncryption.IsUnknown() || m.VolumeEncryption.ValueBool() {
		return nil
	}
	return diag.Diagnostics{invalid(path.Root("volume_encryption_kms_key_id"), "is set, but the volume is not encrypted",
		"Set volume_encryption = true, or remove the key.")}
}
