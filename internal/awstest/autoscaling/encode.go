package autoscaling

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"reflect"
	"time"
)

const namespace = "http://autoscaling.amazonaws.com/doc/2011-01-01/"

// encode writes an API output as the answer of the AWS query protocol.
func encode(action, requestID string, output any) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<%sResponse xmlns="%s">`, action, namespace)
	encodeValue(&b, action+"Result", reflect.ValueOf(output).Elem())
	fmt.Fprintf(&b, `<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>`, requestID, action)
	return b.Bytes()
}

// encodeValue writes one element. Absent values are left out.
func encodeValue(b *bytes.Buffer, name string, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil(), v.Kind() == reflect.Slice && v.Len() == 0, v.Kind() == reflect.String && v.Len() == 0 && name != "Value":
		return
	case v.Kind() == reflect.Pointer && v.Elem().Kind() != reflect.Struct:
		element(b, name, func() { text(b, v.Elem()) })
	case v.Kind() == reflect.Pointer:
		encodeValue(b, name, v.Elem())
	case v.Kind() == reflect.Slice:
		element(b, name, func() {
			for i := range v.Len() {
				encodeValue(b, "member", v.Index(i))
			}
		})
	case v.Kind() == reflect.Struct && v.Type() != timeType:
		element(b, name, func() {
			for i := range v.NumField() {
				if field := v.Type().Field(i); field.IsExported() && field.Name != "ResultMetadata" {
					encodeValue(b, field.Name, v.Field(i))
				}
			}
		})
	default:
		element(b, name, func() { text(b, v) })
	}
}

func element(b *bytes.Buffer, name string, content func()) {
	fmt.Fprintf(b, "<%s>", name)
	content()
	fmt.Fprintf(b, "</%s>", name)
}

func text(b *bytes.Buffer, v reflect.Value) {
	shown := fmt.Sprint(v.Interface())
	if moment, ok := v.Interface().(time.Time); ok {
		shown = moment.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	_ = xml.EscapeText(b, []byte(shown))
}

func encodeError(failure reflect.Value) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<ErrorResponse xmlns="%s">`, namespace)
	encodeValue(&b, "Error", failure)
	fmt.Fprintf(&b, `<RequestId>%s</RequestId></ErrorResponse>`, requestID)
	return b.Bytes()
}
