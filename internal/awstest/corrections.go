package awstest

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// correct repairs an answer in which the emulator is known to differ from AWS.
func (c *Cloud) correct(ctx context.Context, owner *tenant, q request, a *answer) *answer {
	if q.service == "lambda" {
		owner.lambda(q.region).correct(q, a)
	}
	switch q.service + "/" + q.action {
	case "ec2/DescribeImages":
		a.body = owner.published(dateImages(a.body))
	case "ec2/GetConsoleOutput":
		owner.show(q, a)
	case "ec2/CreateLaunchTemplateVersion", "ec2/DescribeLaunchTemplateVersions":
		a.body = leakedTags.ReplaceAll(a.body, nil)
	case "logs/CreateLogGroup", "logs/DeleteLogGroup", "logs/DescribeLogGroups":
		owner.logs.correct(q, a)
	case "secretsmanager/CreateSecret":
		if a.code == "ResourceExistsException" && scheduled(ctx, owner, q) {
			return refusal(q, http.StatusBadRequest, "InvalidRequestException",
				"You can't create this secret because a secret with this name is already scheduled for deletion.")
		}
	case "sqs/CreateQueue", "sqs/SetQueueAttributes", "sqs/GetQueueAttributes", "sqs/DeleteQueue":
		owner.correctQueue(q, a)
	case "sts/AssumeRole":
		c.learnSession(q, a)
	}
	return a
}

// leakedTags are the tags of the launch template itself, which the emulator
// shows among those of the instances it starts.
var leakedTags = regexp.MustCompile(`<item><resourceType>launch-template</resourceType><tagSet>(<item>.*?</item>)*</tagSet></item>`)

// scheduled says whether the secret that a call wants to make waits for its
// deletion. The emulator does not tell that from a secret in use.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
func scheduled(ctx context.Context, owner *tenant, q request) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	account := &Account{tenant: owner, region: q.region}
	found, err := account.Direct().SecretsManager.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(q.value("Name"))})
	return err == nil && found.DeletedDate != nil
}
