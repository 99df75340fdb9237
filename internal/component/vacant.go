package component

import (
	"context"
	"fmt"

	"github.com/aws/smithy-go"
)

// vacant fails with what awserr.AlreadyExists knows if there is an object of the
// name already. It is the first thing to do for those whose call to make an object
// changes an existing one, whoever made it.
func vacant(ctx context.Context, s steps) error {
	found, err := s.load(ctx)
	if err != nil || !found {
		return err
	}
	s.object().Known = ""
	return fmt.Errorf("looking for the name of %s: %w", s.object().Key, &smithy.GenericAPIError{
		Code: "ResourceAlreadyExistsException", Message: "it is in use", Fault: smithy.FaultClient,
	})
}

// retagged carries out what Tags say is to be set and removed, by the two calls that
// each service has for it. Either is left out when there is nothing to do.
func retagged(t Tags, got map[string]string, set func(map[string]string) error, remove func(keys []string) error) error {
	toSet, toRemove := t.changes(got)
	if len(toRemove) > 0 {
		if err := remove(toRemove); err != nil {
			return fmt.Errorf("removing tags: %w", err)
		}
	}
	if len(toSet) > 0 {
		if err := set(toSet); err != nil {
			return fmt.Errorf("setting tags: %w", err)
		}
	}
	return nil
}
