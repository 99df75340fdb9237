package workerpool

import "github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"

// ProviderData is what the configured provider gives to its resources.
type ProviderData struct {
	// Factory makes the AWS clients. It is nil while what it needs is Unknown.
	Factory *awsapi.Factory
	// DefaultTags are the provider's default_tags, nil while they are Unknown.
	DefaultTags map[string]string
	// Spacelift is the API key for what the provider itself asks of Spacelift,
	// nil when there is none.
	Spacelift *SpaceliftCredentials
	// Unknown tells that a part of the provider's configuration depends on values
	// that only the apply will know.
	Unknown bool
}

// SpaceliftCredentials are an API key of a Spacelift account.
type SpaceliftCredentials struct {
	Endpoint  string // https URL of the account, without a slash at its end
	KeyID     string
	KeySecret string
}
