package autoscaling

import (
	"encoding/json"
	"time"
)

// message is what a hook's target is told when an instance begins to wait.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
func (g *Groups) message(found *group, one *instance, w *wait) string {
	origin, destination := "EC2", "AutoScalingGroup"
	if value(w.hook.LifecycleTransition) == terminating {
		origin, destination = destination, origin
	}
	content := g.envelope(found)
	content["Origin"], content["Destination"] = origin, destination
	content["LifecycleHookName"] = value(w.hook.LifecycleHookName)
	content["LifecycleTransition"] = value(w.hook.LifecycleTransition)
	content["LifecycleActionToken"] = w.token
	content["EC2InstanceId"] = one.id
	if metadata := value(w.hook.NotificationMetadata); metadata != "" {
		content["NotificationMetadata"] = metadata
	}
	return render(content)
}

// testMessage is what a target is told when a hook with it is put.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
func (g *Groups) testMessage(found *group) string {
	content := g.envelope(found)
	content["Event"] = "autoscaling:TEST_NOTIFICATION"
	content["AutoScalingGroupARN"] = value(found.record.AutoScalingGroupARN)
	return render(content)
}

func (g *Groups) envelope(found *group) map[string]string {
	return map[string]string{
		"Service": "AWS Auto Scaling", "AccountId": g.place.AccountID, "AutoScalingGroupName": found.name(),
		"RequestId": requestID, "Time": g.moment.UTC().Format(time.RFC3339Nano),
	}
}

func render(content map[string]string) string {
	text, _ := json.Marshal(content) // strings only: cannot fail
	return string(text)
}
