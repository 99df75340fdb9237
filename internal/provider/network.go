package provider

import (
	"crypto/x509"
	"fmt"
	"io"
	"os"

	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// httpsProxy makes http_proxy the proxy for HTTPS, as it is in the hashicorp/aws
// provider. The library would do so itself, but with a warning that shows the
// URL and with it the proxy's password.
func httpsProxy(m model) *string {
	if m.HTTPSProxy.IsNull() && os.Getenv("HTTPS_PROXY") == "" && os.Getenv("https_proxy") == "" {
		return m.HTTPProxy.ValueStringPointer()
	}
	return m.HTTPSProxy.ValueStringPointer()
}

func checkCABundle(c *awsbase.Config) (diags diag.Diagnostics) {
	if c.CustomCABundle == "" {
		return diags
	}
	err := readCABundle(c)
	if err != nil {
		diags.AddAttributeError(path.Root("custom_ca_bundle"), "Unusable custom CA bundle",
			fmt.Sprintf("custom_ca_bundle is %q, which could not be used. Make it the path of a readable file with certificates in PEM format.\n\nError: %s", c.CustomCABundle, err))
	}
	return diags
}

func readCABundle(c *awsbase.Config) error {
	reader, err := c.CustomCABundleReader()
	if err != nil {
		return err
	}
	bundle, err := io.ReadAll(reader)
	if err != nil {
		return fmt.Errorf("reading custom CA bundle: %w", err)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(bundle) {
		return fmt.Errorf("reading custom CA bundle: no certificate in %d bytes", len(bundle))
	}
	return nil
}
