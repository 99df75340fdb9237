package component

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

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
			gone := make(chan error)
			go func() {
				for len(w.mutations()) < 2 && w.ctx.Err() == nil {
					time.Sleep(5 * time.Millisecond) //nolint:forbidigo // until it has been tried again
				}
				_, err := w.Direct().SQS.DeleteQueue(w.ctx, &sqs.DeleteQueueInput{QueueUrl: aws.String(dying)})
				gone <- err
			}()
			made := w.fresh(t, keyQueue)
			w.ensure(t, made)
			if err := <-gone; err != nil || !made.Created() {
				t.Errorf("created %t, deleted with %v", made.Created(), err)
			}
			w.reads(t, w.fresh(t, keyQueue), InSync)
		})
	}
}
