package awstest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Accounts that publish Spacelift's worker images, in commercial and GovCloud
// regions.
const (
	ImageOwner         = "643313122712"
	ImageOwnerGovCloud = "092348861888"
)

// Image ids of the fixtures. Every account sees them in every region.
const (
	ImageOlderX86   = "ami-0c0000000000000a1" // spacelift-1700000000-x86_64
	ImageNewerX86   = "ami-0c0000000000000a2" // spacelift-1800000000-x86_64
	ImageOlderARM   = "ami-0c0000000000000b1" // spacelift-1700000000-arm64
	ImageNewerARM   = "ami-0c0000000000000b2" // spacelift-1800000000-arm64
	ImageForeign    = "ami-0d0000000000000d1" // spacelift-1900000000-x86_64 of somebody else
	ImageOtherRoot  = "ami-0d0000000000000d2" // custom image whose root device is /dev/sda1
	ImageGovOlder   = "ami-0e0000000000000a1" // as ImageOlderX86, GovCloud owner
	ImageGovNewer   = "ami-0e0000000000000a2" // as ImageNewerX86, GovCloud owner
	ImageGovARM     = "ami-0e0000000000000b2" // as ImageNewerARM, GovCloud owner
	imageOwnerOther = "111122223333"
)

// image is an entry of the file that moto reads its AMIs from.
type image struct {
	ID             string `json:"ami_id"`
	Name           string `json:"name"`
	Owner          string `json:"owner_id"`
	Architecture   string `json:"architecture"`
	Virtualization string `json:"virtualization_type"`
	Hypervisor     string `json:"hypervisor"`
	Public         bool   `json:"public"`
	State          string `json:"state"`
	RootDevice     string `json:"root_device_name"`
	RootDeviceType string `json:"root_device_type"`
	created        string // moto cannot read it from the file, see dateImages
}

func newImage(id, name, owner, architecture, root, created string) image {
	return image{
		ID: id, Name: name, Owner: owner, Architecture: architecture, RootDevice: root, created: created,
		Virtualization: "hvm", Hypervisor: "xen", Public: true, State: "available", RootDeviceType: "ebs",
	}
}

const (
	olderImageDate = "2023-11-14T22:13:20.000Z" // Unix 1700000000
	newerImageDate = "2027-01-15T08:00:00.000Z" // Unix 1800000000
	decoyImageDate = "2030-03-17T17:46:40.000Z" // Unix 1900000000
)

var images = []image{
	newImage(ImageOlderX86, "spacelift-1700000000-x86_64", ImageOwner, "x86_64", "/dev/xvda", olderImageDate),
	newImage(ImageNewerX86, "spacelift-1800000000-x86_64", ImageOwner, "x86_64", "/dev/xvda", newerImageDate),
	newImage(ImageOlderARM, "spacelift-1700000000-arm64", ImageOwner, "arm64", "/dev/xvda", olderImageDate),
	newImage(ImageNewerARM, "spacelift-1800000000-arm64", ImageOwner, "arm64", "/dev/xvda", newerImageDate),
	newImage(ImageGovOlder, "spacelift-1700000000-x86_64", ImageOwnerGovCloud, "x86_64", "/dev/xvda", olderImageDate),
	newImage(ImageGovNewer, "spacelift-1800000000-x86_64", ImageOwnerGovCloud, "x86_64", "/dev/xvda", newerImageDate),
	newImage(ImageGovARM, "spacelift-1800000000-arm64", ImageOwnerGovCloud, "arm64", "/dev/xvda", newerImageDate),
	newImage(ImageForeign, "spacelift-1900000000-x86_64", imageOwnerOther, "x86_64", "/dev/xvda", decoyImageDate),
	newImage(ImageOtherRoot, "custom-worker", imageOwnerOther, "x86_64", "/dev/sda1", olderImageDate),
}

// imagesFile is the content of the file for MOTO_AMIS_PATH.
func imagesFile() ([]byte, error) { return json.MarshalIndent(images, "", "  ") }

var creationDate = regexp.MustCompile(`<creationDate>[^<]*</creationDate>`)

// dateImages gives the fixtures in a DescribeImages answer their creation
// dates. moto takes a date from its file for the first account and region only.
func dateImages(body []byte) []byte {
	items := strings.Split(string(body), "<imageId>")
	for i, item := range items {
		for _, image := range images {
			if i > 0 && strings.HasPrefix(item, image.ID+"<") {
				items[i] = creationDate.ReplaceAllString(item, "<creationDate>"+image.created+"</creationDate>")
			}
		}
	}
	return []byte(strings.Join(items, "<imageId>"))
}

// HideImages keeps images from being found in this account, in all regions, as if
// they were not published yet; in place of those hidden before.
func (a *Account) HideImages(ids ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unpublished = ids
}

// published is a DescribeImages answer without the images that are hidden.
func (t *tenant) published(body []byte) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	shown, rest, some := strings.Cut(string(body), "<imagesSet>")
	if !some || len(t.unpublished) == 0 {
		return body
	}
	shown += "<imagesSet>"
	list, tail, _ := strings.Cut(rest, "</imagesSet>")
	for _, item := range outerItems(list) {
		if !slices.ContainsFunc(t.unpublished, func(id string) bool { return strings.Contains(item, "<imageId>"+id+"<") }) {
			shown += item
		}
	}
	return []byte(shown + "</imagesSet>" + tail)
}

var itemTag = regexp.MustCompile(`</?item>`)

// outerItems are the items of a list in XML, with those in them.
func outerItems(list string) (all []string) {
	depth, begin := 0, 0
	for _, at := range itemTag.FindAllStringIndex(list, -1) {
		if list[at[0]:at[1]] == "<item>" {
			if depth == 0 {
				begin = at[0]
			}
			depth++
			continue
		}
		if depth--; depth == 0 {
			all = append(all, list[begin:at[1]])
		}
	}
	return all
}
