package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// ask sends a request to the local cloud of this environment, and decodes the
// answer.
func ask(ctx context.Context, method, path string, query url.Values, answer any) error {
	endpoint, account := os.Getenv("AWS_ENDPOINT_URL"), strings.TrimPrefix(os.Getenv("AWS_ACCESS_KEY_ID"), "TEST")
	if endpoint == "" || account == "" {
		return errors.New("AWS_ENDPOINT_URL and AWS_ACCESS_KEY_ID must be set as localcloud printed them")
	}
	query.Set("account", account)
	address := endpoint + "/_localcloud/" + path + "?" + query.Encode()
	request, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("asking %s: %s: %s", address, response.Status, strings.TrimSpace(string(text)))
	}
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", address, err)
	}
	return nil
}

// errLeft makes the command fail when the sweep finds something.
var errLeft = errors.New("the account is not empty")

// list prints what the emulator, not Terraform, knows of the account.
func list(ctx context.Context) error {
	var objects []string
	if err := ask(ctx, http.MethodGet, "objects", url.Values{}, &objects); err != nil {
		return err
	}
	for _, object := range objects {
		fmt.Println(object)
	}
	if len(objects) > 0 {
		return errLeft
	}
	return nil
}

// publish makes the worker images appear that the local cloud has withheld, and
// returns their names.
func publish(ctx context.Context) (names []string, err error) {
	err = ask(ctx, http.MethodPost, "images", url.Values{}, &names)
	return names, err
}

// queue adds runs to the pool of this environment and returns their ids.
func queue(ctx context.Context, count int, span time.Duration) (ids []string, err error) {
	query := url.Values{"pool": {os.Getenv("TF_VAR_worker_pool_id")}, "count": {strconv.Itoa(count)}, "time": {span.String()}}
	err = ask(ctx, http.MethodPost, "runs", query, &ids)
	return ids, err
}

// showPools prints workers and runs.
func showPools(ctx context.Context) error {
	var pools awstest.WorkerPools
	if err := ask(ctx, http.MethodGet, "pools", url.Values{}, &pools); err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, worker := range pools.Workers {
		state := "idle"
		if worker.RunID != "" {
			state = "busy with " + worker.RunID
		}
		if worker.Drained {
			state += ", drained"
		}
		fmt.Fprintf(table, "worker\t%s\t%s\t%s\n", worker.ID, worker.InstanceID, state)
	}
	for _, run := range pools.Runs {
		fmt.Fprintf(table, "run\t%s\t%s\t%s\n", run.ID, run.InstanceID, run.State)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Printf("Workers: %d. Runs: %d queued, %d running, %d finished, %d cut short.\n",
		len(pools.Workers), pools.Queued, pools.Running, pools.Finished, pools.CutShort)
	return nil
}
