package function

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"time"
)

// Limits of the network are below those of an invocation, so that an address
// which nothing answers from, as from a VPC without a route, is named by an error
// and not by a timeout of the function.
const (
	connectLimit = 5 * time.Second
	answerLimit  = 20 * time.Second // until the header of an answer
	requestLimit = 30 * time.Second // with all of the answer
)

// newHTTP makes the client for Spacelift and AWS. It trusts the certificates of the
// system and those of bundle, which may be empty, and goes through the proxies of
// the environment (HTTPS_PROXY, NO_PROXY).
func newHTTP(bundle string) (*http.Client, error) {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default HTTP transport has been replaced")
	}
	transport = transport.Clone()
	transport.DialContext = (&net.Dialer{Timeout: connectLimit}).DialContext
	transport.TLSHandshakeTimeout = connectLimit
	transport.ResponseHeaderTimeout = answerLimit
	if bundle != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool() // an image without any
		}
		if !roots.AppendCertsFromPEM([]byte(bundle)) {
			return nil, errors.New("the CA bundle holds no certificate in PEM")
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{
		Transport: transport,
		Timeout:   requestLimit,
		// Neither AWS nor Spacelift redirects: whoever does gets no credentials.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}
