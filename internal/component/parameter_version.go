package component

import (
	"context"
	"fmt"
)

// ParameterVersion is the value of a Parameter. A change from outside shows in the
// number of the version, which is its ID.
type ParameterVersion struct {
	Object
	Parameter *Parameter
	Stale     bool // the value is not that of the version in Known
}

// Deps implements Component.
func (v *ParameterVersion) Deps() []Component { return []Component{v.Parameter} }

// Ensure implements Component.
func (v *ParameterVersion) Ensure(ctx context.Context) error {
	if err := v.look(ctx); err != nil {
		return err
	}
	// What the parameter has written itself a moment ago is the value.
	if (!v.Parameter.written && !v.Parameter.created) && (v.Known == "" || v.Stale || v.Known != v.current()) {
		if err := v.Parameter.put(ctx); err != nil {
			return err
		}
	}
	v.Known, v.Stale = v.current(), false
	return nil
}

// look makes sure that Parameter knows its version.
func (v *ParameterVersion) look(ctx context.Context) error {
	if v.Parameter.seen.version != 0 || v.Parameter.Known == "" {
		return nil
	}
	_, err := v.Parameter.load(ctx)
	return err
}

func (v *ParameterVersion) current() string { return v.Parameter.SeenVersion() }

// Read implements Component. It asks nothing of AWS when Parameter was read. A
// version that is not in the inventory may be of any value.
func (v *ParameterVersion) Read(ctx context.Context) (Status, error) {
	if err := v.look(ctx); err != nil {
		return Status{}, err
	}
	switch {
	case v.current() == "", v.Known == "":
		v.Known = ""
		return Status{State: Absent}, nil
	case v.current() == v.Known:
		return Status{State: InSync}, nil
	}
	return Status{State: Drifted, Differences: []Difference{{"Value", fmt.Sprintf("its value was changed outside Terraform (version %s)", v.current())}}}, nil
}

// Delete implements Component: a version goes with its parameter.
func (v *ParameterVersion) Delete(context.Context) error {
	v.Known = ""
	return nil
}
