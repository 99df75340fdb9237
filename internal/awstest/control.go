package awstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// controlPath is where the proxy answers for itself, not for AWS.
const controlPath = "/_localcloud/"

// WorkerPools is what an account's Spacelift knows, for people to look at.
type WorkerPools struct {
	Workers []spacelift.Worker
	Runs    []spacelift.Run

	Queued, Running, Finished, CutShort int // numbers of runs
}

// control answers for whoever runs the local cloud as a command:
//
//	GET  /_localcloud/objects?account=ID   the JSON list of what Objects finds
//	GET  /_localcloud/pools?account=ID     WorkerPools
//	GET  /_localcloud/situation?account=ID Situation
//	POST /_localcloud/images?account=ID    publishes images; the JSON list of their names
//	POST /_localcloud/runs?account=ID&pool=ID&count=N&time=DURATION
//	                                       queues runs; the JSON list of their ids
func (c *Cloud) control(w http.ResponseWriter, r *http.Request) {
	act, ok := map[string]func(*Account, *http.Request) (any, error){
		"GET " + controlPath + "objects":   objectsOf,
		"GET " + controlPath + "pools":     workerPoolsOf,
		"GET " + controlPath + "situation": situationOf,
		"POST " + controlPath + "images":   publishImages,
		"POST " + controlPath + "runs":     queueRuns,
	}[r.Method+" "+r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	account := c.Account(r.URL.Query().Get("account"))
	if account == nil {
		http.Error(w, "no such account", http.StatusNotFound)
		return
	}
	found, err := act(account, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(found)
}

func objectsOf(account *Account, r *http.Request) (any, error) {
	objects, err := account.Objects(r.Context())
	if objects == nil {
		objects = []string{}
	}
	return objects, err
}

func workerPoolsOf(account *Account, _ *http.Request) (any, error) { return account.workerPools(), nil }

func (a *Account) workerPools() WorkerPools {
	service := a.Spacelift()
	figures := service.Figures()
	return WorkerPools{
		Workers: service.Workers(), Runs: service.Runs(),
		Queued: figures.Queued, Running: figures.Running, Finished: figures.Finished, CutShort: len(figures.CutShort),
	}
}

// publishImages shows what HideImages has hidden.
func publishImages(account *Account, _ *http.Request) (any, error) {
	account.mu.Lock()
	hidden := account.unpublished
	account.mu.Unlock()
	account.HideImages()
	names := []string{}
	for _, id := range hidden {
		names = append(names, imageName(id))
	}
	return names, nil
}

func queueRuns(account *Account, r *http.Request) (any, error) {
	query, service := r.URL.Query(), account.Spacelift()
	pool := query.Get("pool")
	if !slices.Contains(service.Pools(), pool) {
		return nil, fmt.Errorf("no worker pool %q, only %q", pool, service.Pools())
	}
	count, err := strconv.Atoi(query.Get("count"))
	if err != nil {
		return nil, fmt.Errorf("reading count: %w", err)
	}
	span, err := time.ParseDuration(query.Get("time"))
	if err != nil {
		return nil, fmt.Errorf("reading time: %w", err)
	}
	ids := []string{}
	for range count {
		ids = append(ids, service.Queue(pool, span))
	}
	return ids, nil
}
