package spacelift

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPool(t *testing.T) {
	t.Parallel()
	at := func(seconds int64) *time.Time { since := time.Unix(seconds, 0); return &since }
	tests := map[string]struct {
		body string
		want Pool
	}{
		"empty": {`{"pendingRuns":0,"workers":[]}`, Pool{}},
		"nulls": {`{"pendingRuns":null,"workers":null}`, Pool{}},
		"workers": {
			`{"pendingRuns":3,"workers":[
				{"id":"w1","busy":true,"drained":false,"createdAt":1700000000,"availableAt":null,"metadata":"{\"instance_id\":\"i-1\",\"asg_id\":\"sp5ft\",\"ami_id\":\"ami-1\"}"},
				{"id":"w2","busy":false,"drained":true,"createdAt":1700000001,"availableAt":1700000900,"metadata":"no JSON"},
				{"id":"w3","busy":null,"drained":null,"createdAt":null,"availableAt":0,"metadata":null}]}`,
			Pool{PendingRuns: 3, Workers: []Worker{
				{ID: "w1", Busy: true, CreatedAt: *at(1700000000), Metadata: Metadata{InstanceID: "i-1", GroupName: "sp5ft", AMIID: "ami-1"}},
				{ID: "w2", Drained: true, CreatedAt: *at(1700000001), AvailableAt: at(1700000900)},
				{ID: "w3"},
			}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &account{reply: always(answer(200, `{"data":{"workerPool":`+test.body+`}}`))}
			got, err := a.client().Pool(t.Context(), poolID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error("(-want +got):\n" + diff)
			}
		})
	}
}

func TestLargePool(t *testing.T) {
	t.Parallel()
	const size = 1_000
	worker := `{"id":"01K0W00000000000000000000A","busy":false,"drained":false,"createdAt":1700000000,"availableAt":1700000000,"metadata":"{\"instance_id\":\"i-0123456789abcdef0\",\"asg_id\":\"sp5ft-01K0P00000000000000000000A\",\"ami_id\":\"ami-0123456789abcdef0\"}"}`
	a := &account{reply: always(answer(200, `{"data":{"workerPool":{"pendingRuns":0,"workers":[`+strings.Repeat(worker+",", size-1)+worker+`]}}}`))}
	pool, err := a.client().Pool(t.Context(), poolID)
	if err != nil || len(pool.Workers) != size {
		t.Errorf("%d workers, %v", len(pool.Workers), err)
	}
}

// An older installation is asked for availableAt once.
func TestOlderSchema(t *testing.T) {
	t.Parallel()
	a := &account{reply: func(_ int, request seen, _ *http.Request) (reply, error) {
		if strings.Contains(request.query, "availableAt") {
			return answer(422, `{"errors":[{"message":"Cannot query field \"availableAt\" on type \"Worker\"."}]}`), nil
		}
		return answer(200, `{"data":{"workerPool":{"pendingRuns":1,"workers":[{"id":"w1","busy":false,"drained":false,"createdAt":1,"metadata":""}]}}}`), nil
	}}
	c := a.client()
	want := Pool{PendingRuns: 1, Workers: []Worker{{ID: "w1", CreatedAt: time.Unix(1, 0)}}}
	for range 3 {
		got, err := c.Pool(t.Context(), poolID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("(-want +got):\n" + diff)
		}
	}
	if len(a.calls) != 4 || len(a.logins) != 1 {
		t.Errorf("%d calls and %d logins for three snapshots, want 4 and 1", len(a.calls), len(a.logins))
	}
}

func TestPoolNotFound(t *testing.T) {
	t.Parallel()
	a := &account{reply: always(answer(200, `{"data":{"workerPool":null}}`))}
	if _, err := a.client().Pool(t.Context(), poolID); !is[*PoolNotFoundError](err) {
		t.Errorf("got %v", err)
	}
}

func TestDrain(t *testing.T) {
	t.Parallel()
	for _, drain := range []bool{true, false} {
		a := &account{reply: always(answer(200, fmt.Sprintf(`{"data":{"workerDrainSet":{"id":"w1","busy":true,"drained":%t}}}`, drain)))}
		act := a.client().Undrain
		if drain {
			act = a.client().Drain
		}
		got, err := act(t.Context(), poolID, "w1")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Worker{ID: "w1", Busy: true, Drained: drain}, got); diff != "" {
			t.Error("(-want +got):\n" + diff)
		}
		if diff := cmp.Diff(map[string]any{"pool": poolID, "worker": "w1", "drain": drain}, a.calls[0].vars); diff != "" {
			t.Error("variables (-want +got):\n" + diff)
		}
	}
}

func TestCycle(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer string
		is     func(error) bool
	}{
		"done":      {`{"data":{"workerPoolCycle":true}}`, func(err error) bool { return err == nil }},
		"not done":  {`{"data":{"workerPoolCycle":false}}`, is[*RightsError]},
		"null":      {`{"data":{"workerPoolCycle":null}}`, is[*RightsError]},
		"not found": {`{"data":null,"errors":[{"message":"worker pool not found"}]}`, is[*RightsError]},
	}
	for name, test := range tests {
		a := &account{reply: func(_ int, request seen, _ *http.Request) (reply, error) {
			if strings.HasPrefix(request.query, "mutation") {
				return answer(200, test.answer), nil
			}
			return reply{}, nil
		}}
		if err := a.client().Cycle(t.Context(), poolID); !test.is(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want Metadata
	}{
		"all":         {`{"instance_id":"i-1","asg_id":"g","ami_id":"ami-1"}`, Metadata{"i-1", "g", "ami-1"}},
		"more":        {`{"instance_id":"i-1","zone":{"a":[1]}}`, Metadata{InstanceID: "i-1"}},
		"other types": {`{"instance_id":1,"asg_id":null,"ami_id":"ami-1"}`, Metadata{AMIID: "ami-1"}},
		"empty":       {"", Metadata{}},
		"null":        {"null", Metadata{}},
		"list":        {`["i-1"]`, Metadata{}},
		"no JSON":     {"instance_id=i-1", Metadata{}},
		"cut":         {`{"instance_id":"i-1"`, Metadata{}},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, parseMetadata(test.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Whatever a worker sends breaks nothing, and valid metadata come out as sent.
func FuzzMetadata(f *testing.F) {
	for _, text := range []string{"", "{}", "null", `{"instance_id":"i-1","asg_id":"g","ami_id":"ami-1"}`, `{"instance_id":{}}`, `[[[[`, "\x00\xff", `{"instance_id":"\ud800"}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := parseMetadata(text)
		sent, err := json.Marshal(map[string]string{"instance_id": got.InstanceID, "asg_id": got.GroupName, "ami_id": got.AMIID})
		if err != nil {
			t.Fatal(err)
		}
		if again := parseMetadata(string(sent)); again != got {
			t.Errorf("%+v came back as %+v", got, again)
		}
	})
}

// Whatever a server answers is a pool or an error, and never a panic.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{
		"", "null", "{}", `{"data":null}`, `{"data":[]}`, `{"data":{"workerPool":[[]]}}`, `{"data":{"workerPool":{"workers":{"id":1}}}}`,
		`{"data":{"workerPool":{"pendingRuns":1e99,"workers":[null,1,[],{}]}}}`, `{"errors":[{}]}`, `{"errors":{}}`, `{"data":{"workerPool":{"oldWorker":{}}}}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := &account{reply: always(answer(200, text))}
		_, err := a.client().Pool(t.Context(), poolID)
		if err != nil && strings.Contains(err.Error(), keySecret) {
			t.Error(err)
		}
	})
}
