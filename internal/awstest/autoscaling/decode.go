package autoscaling

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// decode fills an API input from a form of the AWS query protocol, in which
// Tags.member.1.Key is the key of the first tag:
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
func decode(form url.Values, input any) error {
	return decodeStruct(form, "", reflect.ValueOf(input).Elem())
}

func decodeStruct(form url.Values, prefix string, into reflect.Value) error {
	for i := range into.NumField() {
		if field := into.Type().Field(i); field.IsExported() {
			if err := decodeValue(form, prefix+field.Name, into.Field(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

var timeType = reflect.TypeFor[time.Time]()

// decodeValue fills one value, and leaves it alone when the form lacks it.
func decodeValue(form url.Values, name string, into reflect.Value) error {
	if !given(form, name) {
		return nil
	}
	switch {
	case into.Kind() == reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return decodeValue(form, name, into.Elem())
	case into.Kind() == reflect.Slice:
		return decodeList(form, name+".member.", into)
	case into.Type() == timeType:
		moment, err := time.Parse(time.RFC3339Nano, form.Get(name))
		into.Set(reflect.ValueOf(moment))
		return err
	case into.Kind() == reflect.Struct:
		return decodeStruct(form, name+".", into)
	default:
		return decodeScalar(form.Get(name), name, into)
	}
}

// decodeList fills a list; a parameter without members is an empty list.
func decodeList(form url.Values, prefix string, into reflect.Value) error {
	into.Set(reflect.MakeSlice(into.Type(), 0, 0))
	for i := 1; given(form, prefix+strconv.Itoa(i)); i++ {
		member := reflect.New(into.Type().Elem()).Elem()
		if err := decodeValue(form, prefix+strconv.Itoa(i), member); err != nil {
			return err
		}
		into.Set(reflect.Append(into, member))
	}
	return nil
}

func decodeScalar(text, name string, into reflect.Value) error {
	var err error
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Bool:
		var v bool
		v, err = strconv.ParseBool(text)
		into.SetBool(v)
	case reflect.Int32, reflect.Int64:
		var v int64
		v, err = strconv.ParseInt(text, 10, into.Type().Bits())
		into.SetInt(v)
	case reflect.Float64:
		var v float64
		v, err = strconv.ParseFloat(text, 64)
		into.SetFloat(v)
	default:
		err = fmt.Errorf("no way to read a %s", into.Type())
	}
	if err != nil {
		return fmt.Errorf("reading parameter %s: %w", name, err)
	}
	return nil
}

// given says whether the form has the parameter or a part of it.
func given(form url.Values, name string) bool {
	if _, ok := form[name]; ok {
		return true
	}
	for key := range form {
		if strings.HasPrefix(key, name+".") {
			return true
		}
	}
	return false
}
