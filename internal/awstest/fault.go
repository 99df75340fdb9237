package awstest

import (
	"net/http"
	"time"
)

// effect is what a fault does to a call.
type effect int

const (
	effectFail      effect = iota // answer an error; the emulator never sees the call
	effectEmpty                   // answer an empty list, which message holds
	effectHang                    // never answer
	effectDrop                    // the emulator acts, the client does not learn it
	effectKill                    // as drop, and the client is dead from then on
	effectYoung                   // new objects are unknown at first
	effectQueueName               // the name of a deleted queue is blocked
)

// Fault is something that goes wrong in one account. Use a constructor, then
// narrow it with its methods.
type Fault struct {
	service string // "" = any
	action  string // "" = any
	skip    int    // matching calls that go well first
	times   int    // matching calls that go wrong after them; 0 = all
	effect  effect
	code    string
	message string
	status  int
	span    time.Duration // hang, queue name: how long at most
	uses    int           // eventual consistency: failing uses of each new object
	where   func(Call) bool
}

// FailCall fails the n-th call (1-based, counted from Inject, whatever the
// action; attempts of the SDK count) with an AWS error code. The emulator never
// sees that call.
func FailCall(n int, code string) Fault { return FailAction("", "", code, 1).After(n - 1) }

// FailAction fails the next calls of an action with an AWS error code; times 0
// means all of them until ClearFaults. The HTTP status is the one AWS uses with
// the code, 400 otherwise; a 5xx or a throttling code makes the SDK retry.
func FailAction(service, action, code string, times int) Fault {
	return Fault{
		service: service, action: action, times: times, code: code,
		status: statusOf(code), message: "injected by the test harness: " + code,
	}
}

// Throttle answers the next calls of an action with the throttling error of
// that service. service must be named, action "" means all of its actions.
func Throttle(service, action string, times int) Fault {
	f := FailAction(service, action, throttlingCode(service), times)
	f.message = "Rate exceeded"
	return f
}

// Hang leaves the next call of an action without an answer until the client
// gives up, at most limit; then the connection is cut. The emulator never sees
// the call.
func Hang(service, action string, limit time.Duration) Fault {
	return Fault{service: service, action: action, times: 1, effect: effectHang, span: limit}
}

// DropAnswer lets the emulator act on the next call of an action and cuts the
// connection instead of answering. The SDK then tries again; use Answering to
// give the client an error that it does not retry.
func DropAnswer(service, action string) Fault {
	return Fault{service: service, action: action, times: 1, effect: effectDrop}
}

// DropAnswerAt is DropAnswer for the n-th call of the account, counted as
// FailCall does.
func DropAnswerAt(n int) Fault { return DropAnswer("", "").After(n - 1) }

// KillAt simulates the client's death at the n-th call (counted as FailCall
// does): the emulator acts on it, the answer is lost, and every later call is
// refused with ClientKilled without effect, a rollback's calls included, until
// ClearFaults.
func KillAt(n int) Fault { return Fault{effect: effectKill, times: 1}.After(n - 1) }

// KillWhere is KillAt for the first call that is the one, as far as service, action,
// region and request tell. is is asked about one call at a time.
func KillWhere(is func(Call) bool) Fault { return Fault{effect: effectKill, times: 1, where: is} }

// EventuallyConsistent makes every object created from now on unknown for its
// first uses: reads and writes that name a new role, instance profile, secret,
// log group, launch template or group find nothing, and a group is refused whose
// instance profile is new. Lists that are asked for a new object are empty, where
// AWS has no error for that. Deletes are not affected.
func EventuallyConsistent(uses int) Fault { return Fault{effect: effectYoung, uses: uses} }

// QueueNameBlocked refuses CreateQueue for d after a DeleteQueue of the same
// name. With AWS that is 60 s:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
func QueueNameBlocked(d time.Duration) Fault { return Fault{effect: effectQueueName, span: d} }

// After lets n matching calls go well first.
func (f Fault) After(n int) Fault { f.skip = n; return f }

// Times bounds how often the fault strikes; 0 means until ClearFaults.
func (f Fault) Times(n int) Fault { f.times = n; return f }

// Answering makes a dropped or killed call answer with this error instead of
// cutting the connection.
func (f Fault) Answering(code string, status int) Fault {
	f.code, f.status, f.message = code, status, "injected by the test harness: "+code
	return f
}

// WithMessage sets the error's message.
func (f Fault) WithMessage(message string) Fault { f.message = message; return f }

// WithStatus sets the error's HTTP status.
func (f Fault) WithStatus(status int) Fault { f.status = status; return f }

func (f Fault) matches(q request) bool {
	return (f.service == "" || f.service == q.service) && (f.action == "" || f.action == q.action) && (f.where == nil || f.where(q.call()))
}

// throttlingCode is what the service says when it is called too often.
func throttlingCode(service string) string {
	switch service {
	case "ec2": // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
		return "RequestLimitExceeded"
	case "iam", "autoscaling", "sts", "monitoring", "sns":
		return "Throttling"
	case "sqs":
		return "RequestThrottled"
	case "lambda":
		return "TooManyRequestsException"
	case "s3":
		return "SlowDown"
	case "":
		panic("awstest: Throttle needs a service")
	default:
		return "ThrottlingException"
	}
}

// statusOf is the HTTP status that AWS sends with an error code:
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func statusOf(code string) int {
	switch code {
	case "NoSuchEntity":
		return http.StatusNotFound
	case "EntityAlreadyExists", "DeleteConflict", "LimitExceeded", "ConcurrentModification", "EntityTemporarilyUnmodifiable",
		"ResourceConflictException":
		return http.StatusConflict
	case "AccessDenied", "UnauthorizedOperation", "RequestThrottled", "ExpiredToken", codeKilled:
		return http.StatusForbidden
	case "TooManyRequestsException":
		return http.StatusTooManyRequests
	case "InternalFailure", "InternalError", "ServiceFailure", "InternalServiceError", "InternalServerError":
		return http.StatusInternalServerError
	case "ServiceUnavailable", "ServiceUnavailableException", "Unavailable", "RequestLimitExceeded", "SlowDown":
		return http.StatusServiceUnavailable
	default:
		return http.StatusBadRequest
	}
}
