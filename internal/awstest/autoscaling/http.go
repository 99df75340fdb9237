package autoscaling

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"

	"github.com/aws/smithy-go"
)

// Reply is the answer to a call of the AWS query protocol.
type Reply struct {
	Status int
	Code   string // AWS error code; "" when the call worked
	Body   []byte // XML
}

// ErrNoOperation is the error of an action that is not played.
var ErrNoOperation = errors.New("this Auto Scaling operation is not played")

const requestID = "00000000-0000-4000-8000-00000000a5a5"

// Call answers one call of the AWS query protocol: the form's Action is the
// method of that name. It fails with ErrNoOperation, or when the machines fail
// in a way that is no AWS error.
func (g *Groups) Call(form url.Values) (Reply, error) {
	action := form.Get("Action")
	method := reflect.ValueOf(g).MethodByName(action)
	if !method.IsValid() || !isOperation(method.Type()) {
		return Reply{}, fmt.Errorf("%w: %s", ErrNoOperation, action)
	}
	input := reflect.New(method.Type().In(0).Elem())
	if err := decode(form, input.Interface()); err != nil {
		return refuse("ValidationError", err.Error()), nil
	}
	results := method.Call([]reflect.Value{input})
	err, _ := results[1].Interface().(error)
	var known smithy.APIError
	switch {
	case err == nil:
		return Reply{Status: http.StatusOK, Body: encode(action, requestID, results[0].Interface())}, nil
	case errors.As(err, &known):
		return refuse(known.ErrorCode(), known.ErrorMessage()), nil
	default:
		return Reply{}, fmt.Errorf("playing %s: %w", action, err)
	}
}

// isOperation tells API operations from other methods by their shape.
func isOperation(method reflect.Type) bool {
	return method.NumIn() == 1 && method.NumOut() == 2 && method.In(0).Kind() == reflect.Pointer && method.Out(0).Kind() == reflect.Pointer
}

// refuse writes an error. Auto Scaling answers all of them with status 400:
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html
func refuse(code, message string) Reply {
	type failure struct {
		Type, Code, Message *string
	}
	body := encodeError(reflect.ValueOf(failure{ptr("Sender"), ptr(code), ptr(message)}))
	return Reply{Status: http.StatusBadRequest, Code: code, Body: body}
}
