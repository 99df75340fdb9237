package spacelift

import "sync"

// OnPowerOff calls listener with every instance that powers itself off because
// its launcher has ended, as the worker's boot script has it. It is called
// without a lock and may call the Service.
func (s *Service) OnPowerOff(listener func(instanceID string)) {
	s.notices.mu.Lock()
	defer s.notices.mu.Unlock()
	s.notices.listeners = append(s.notices.listeners, listener)
}

// notices are the instances that power off, on their way to the listeners.
type notices struct {
	mu        sync.Mutex
	listeners []func(string)
	queue     []string
	busy      bool // somebody delivers
}

func (n *notices) add(instanceID string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.queue = append(n.queue, instanceID)
}

// deliver empties the queue, unless somebody is at it.
func (n *notices) deliver() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.busy {
		return
	}
	n.busy = true
	for len(n.queue) > 0 {
		next, listeners := n.queue[0], n.listeners
		n.queue = n.queue[1:]
		n.mu.Unlock()
		for _, listener := range listeners {
			listener(next)
		}
		n.mu.Lock()
	}
	n.busy = false
}
