// Package lambdaenv is the contract between the provider, which writes the
// environment of the Lambda functions, and the functions, which read it. Each
// variable is a row of a table with its default and what it allows; writing and
// reading go through the same rows.
package lambdaenv

import (
	"errors"
	"fmt"
	"maps"
)

// variable is one row. A value that is empty counts as not set.
type variable struct {
	name     string
	fallback string // what it is when not set
	required bool
	allowed  string // what it is, its unit and range; completes "Set it to"
	value    value
}

// value reads a field from text, and writes it. The error of set says what is
// wrong, completes "it is", and quotes nothing.
type value struct {
	set func(text string) error
	get func() string
}

// environment is one of the structs of the contract.
type environment[E any] interface {
	*E
	table() []variable
	// check looks at what single variables cannot tell. A variable that was wrong by
	// itself is zero in it.
	check() error
}

func parse[E any, P environment[E]](environ map[string]string) (E, error) {
	var e, none E
	var problems []error
	for _, v := range P(&e).table() {
		if err := v.read(environ[v.name]); err != nil {
			problems = append(problems, err)
		}
	}
	if err := errors.Join(append(problems, P(&e).check())...); err != nil {
		return none, err
	}
	return e, nil
}

func (v *variable) read(text string) error {
	hint := v.allowed
	switch {
	case text == "" && v.required:
		return fmt.Errorf("%s: it is not set. Set it to %s", v.name, hint)
	case text == "" && v.fallback == "":
		return nil
	case text == "":
		text = v.fallback
	}
	if err := v.value.set(text); err != nil {
		if v.fallback != "" {
			hint += "; the default is " + v.fallback
		}
		return fmt.Errorf("%s: it is %w. Set it to %s", v.name, err, hint)
	}
	return nil
}

// defaults is what remains of an environment when nothing is set.
func defaults[E any, P environment[E]]() E {
	var e E
	for _, v := range P(&e).table() {
		if v.fallback == "" {
			continue
		}
		if err := v.value.set(v.fallback); err != nil {
			panic(fmt.Sprintf("the default of %s is %s", v.name, err))
		}
	}
	return e
}

func write[E any, P environment[E]](e P) map[string]string {
	environ := map[string]string{}
	for _, v := range e.table() {
		if text := v.value.get(); text != "" {
			environ[v.name] = text
		}
	}
	return environ
}

// Overlay is environ with what extra says instead, or besides: an operator's own
// variables win over ours. Neither map is changed. Parse the result to learn
// whether a function will take it.
func Overlay(environ, extra map[string]string) map[string]string {
	both := maps.Clone(environ)
	if both == nil {
		both = map[string]string{}
	}
	maps.Copy(both, extra)
	return both
}
