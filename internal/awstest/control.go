package awstest

import (
	"encoding/json"
	"net/http"
)

// controlPath is where the proxy answers for itself, not for AWS.
const controlPath = "/_localcloud/"

// control answers GET /_localcloud/objects?account=ID with the JSON list of what
// Objects finds, so that a demo can ask what is left.
func (c *Cloud) control(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != controlPath+"objects" {
		http.NotFound(w, r)
		return
	}
	account := c.Account(r.URL.Query().Get("account"))
	if account == nil {
		http.Error(w, "no such account", http.StatusNotFound)
		return
	}
	objects, err := account.Objects(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if objects == nil {
		objects = []string{}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(objects)
}
