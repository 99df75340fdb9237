package component

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// dyingQueue is gone when one of its name is to be made.
type dyingQueue struct {
	awsapi.SQS

	direct awsapi.SQS
	url    string
}

func (d *dyingQueue) CreateQueue(ctx context.Context, in *sqs.CreateQueueInput, o ...func(*sqs.Options)) (*sqs.CreateQueueOutput, error) {
	if _, err := d.direct.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &d.url}); err != nil {
		return nil, err
	}
	return d.SQS.CreateQueue(ctx, in, o...)
}

// SQS may show a queue for a minute after its deletion, of which only the call that makes
// one of the same name knows.
func TestQueueDeletedAMomentAgoIsMadeAnew(t *testing.T) {
	t.Parallel()
	for name, tags := range map[string]map[string]string{
		"ours":   {TagWorkerPoolID: poolID, TagManagedBy: ManagedBy},
		"theirs": {TagWorkerPoolID: "01OTHER", TagManagedBy: ManagedBy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ours := w.tags
			w.tags = tags
			w.ensure(t, w.behind(t, keyQueue))
			dying := w.known[keyQueue]
			w.tags = ours
			delete(w.known, keyQueue)
			w.ResetCalls()
			w.Inject(awstest.FailAction("sqs", "CreateQueue", "AWS.SimpleQueueService.QueueDeletedRecently", 4))
			w.change = func(kit map[string]Component) {
				queue := kit[keyQueue].(*Queue)
				queue.API = &dyingQueue{SQS: queue.API, direct: w.Direct().SQS, url: dying}
			}
			made := w.fresh(t, keyQueue)
			w.ensure(t, made)
			if !made.Created() {
				t.Error("a rollback would leave it")
			}
			w.reads(t, w.fresh(t, keyQueue), InSync)
		})
	}
}
