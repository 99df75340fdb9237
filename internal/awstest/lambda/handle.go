package lambda

import "time"

// initLimit is how long a process may take until it first asks for an event:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
// (Lambda then tries again within the function's timeout; here it fails.)
const initLimit = 10 * time.Second

// memoryTick is how often the memory of a process is looked at. What it had at
// its peak is seen even if it is over by then.
const memoryTick = 10 * time.Millisecond

// boot waits until a new process asks for its first event, and says whether it
// did.
func (e *environment) boot(result *Result, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	defer func() { result.InitDuration = time.Since(result.Start) }()
	select {
	case <-e.polled:
		return true
	case <-e.exited:
		if !e.answered(result) { // with what went wrong
			result.failExit(e.exit)
		}
	case <-timer.C:
		e.kill()
		<-e.exited
		result.failTimeout(limit)
	}
	return false
}

// handle lets the process handle an event, and says whether it can handle more.
func (e *environment) handle(result *Result) bool {
	e.thaw()
	timer, watch := time.NewTimer(e.of.Timeout), time.NewTicker(memoryTick)
	defer timer.Stop()
	defer watch.Stop()
	next, began := e.next, time.Now()
	defer func() { result.Duration = time.Since(began) }()
	for {
		select {
		case next <- invocation{id: result.RequestID, payload: result.Event}:
			next = nil
		case <-e.polled: // which Lambda takes for the end of the last event
			e.answered(result)
			e.watch(result)
			e.freeze()
			return true
		case <-watch.C:
			if e.watch(result); result.MaxMemory > e.of.MemoryMB {
				e.kill()
			}
		case <-timer.C:
			e.kill()
			<-e.exited
			if !e.answered(result) {
				result.failTimeout(e.of.Timeout)
			}
			return false
		case <-e.exited:
			if !e.answered(result) {
				result.failExit(e.exit)
			}
			return false
		}
	}
}

// answered takes what the process has answered, and says whether it has.
func (e *environment) answered(result *Result) bool {
	select {
	case answer := <-e.replies:
		result.Payload = answer.payload
		if answer.failed {
			result.FunctionError = unhandled
		}
		return true
	default:
		return false
	}
}

// watch notes how much memory the process has had.
func (e *environment) watch(result *Result) {
	const megabyte = 1 << 20
	result.MaxMemory = max(result.MaxMemory, int((peakMemory(e.cmd.Process.Pid)+megabyte-1)/megabyte))
}
