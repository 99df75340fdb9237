package awstest

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestImagesAreSeenFromEverywhere(t *testing.T) {
	t.Parallel()
	one, two := Start(t), Start(t)
	for _, a := range []*Account{one, one.In("eu-west-1"), two, two.In("us-gov-west-1")} {
		for owner, want := range map[string][]string{
			ImageOwner:         {ImageOlderX86, ImageNewerX86, ImageOlderARM, ImageNewerARM},
			ImageOwnerGovCloud: {ImageGovOlder, ImageGovNewer, ImageGovARM},
		} {
			out, err := a.Clients().EC2.DescribeImages(t.Context(), &ec2.DescribeImagesInput{
				Owners: []string{owner}, Filters: []types.Filter{{Name: aws.String("name"), Values: []string{"spacelift-*"}}},
			})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, image := range out.Images {
				got = append(got, aws.ToString(image.ImageId))
				if newer := strings.Contains(*image.Name, "1800000000"); newer != (*image.CreationDate == newerImageDate) {
					t.Errorf("%s is of %s", *image.Name, *image.CreationDate)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s %s: %s has %q, want %q", a.ID(), a.Region(), owner, got, want)
			}
		}
	}
}

func TestPartitionIsInARNs(t *testing.T) {
	t.Parallel()
	gov := Start(t).In("us-gov-west-1")
	if arn, want := makeRole(t, gov, "r"), "arn:aws-us-gov:iam::"+gov.ID()+":role/r"; arn != want {
		t.Errorf("role is %s, want %s", arn, want)
	}
	if partition := gov.Clients().Partition; partition != "aws-us-gov" {
		t.Errorf("partition is %s", partition)
	}
}

func TestHiddenImagesAreNotFound(t *testing.T) {
	t.Parallel()
	a, other := Start(t), Start(t)
	all := []string{ImageOlderX86, ImageNewerX86, ImageOlderARM, ImageNewerARM}
	for _, hidden := range [][]string{{ImageNewerX86}, all[:1], all[3:], all, nil} {
		a.HideImages(hidden...)
		for _, account := range []*Account{a, other} {
			out, err := account.Clients().EC2.DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{ImageOwner}})
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range all {
				found := slices.ContainsFunc(out.Images, func(image types.Image) bool { return *image.ImageId == id && image.CreationDate != nil })
				if want := account == other || !slices.Contains(hidden, id); found != want {
					t.Errorf("with %v hidden %s is found: %t", hidden, id, found)
				}
			}
		}
	}
}
