package web

import (
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2/validation"
)

// mark separates a code from its parameter in huma's validation messages.
const mark = "\x1f"

// codedMessages makes huma's validation say codes instead of English sentences, so that
// the edge can render them in the reader's language.
func codedMessages() {
	plain := map[*string]string{
		&validation.MsgUnexpectedProperty: "unexpected", &validation.MsgExpectedRFC3339DateTime: "date-time", &validation.MsgExpectedRFC1123DateTime: "date-time",
		&validation.MsgExpectedRFC3339Date: "date", &validation.MsgExpectedRFC3339Time: "time", &validation.MsgExpectedBoolean: "boolean",
		&validation.MsgExpectedNumber: "number", &validation.MsgExpectedInteger: "integer", &validation.MsgExpectedString: "string",
		&validation.MsgExpectedBase64String: "base64", &validation.MsgExpectedArray: "array", &validation.MsgExpectedObject: "object",
		&validation.MsgExpectedArrayItemsUnique: "unique", &validation.MsgExpectedMatchAtLeastOneSchema: "shape", &validation.MsgExpectedMatchExactlyOneSchema: "shape",
	}
	for at, code := range plain {
		*at = "validation." + code
	}
	withParam := map[*string]string{
		&validation.MsgExpectedRFC5322Email: "email", &validation.MsgExpectedRFC3986URI: "uri", &validation.MsgExpectedRFC4122UUID: "uuid",
		&validation.MsgExpectedOneOf: "one-of", &validation.MsgExpectedMinimumNumber: "minimum", &validation.MsgExpectedMaximumNumber: "maximum",
		&validation.MsgExpectedExclusiveMinimumNumber: "above", &validation.MsgExpectedExclusiveMaximumNumber: "below",
		&validation.MsgExpectedNumberBeMultipleOf: "multiple", &validation.MsgExpectedMinLength: "min-length", &validation.MsgExpectedMaxLength: "max-length",
		&validation.MsgExpectedMinItems: "min-items", &validation.MsgExpectedMaxItems: "max-items", &validation.MsgExpectedRequiredProperty: "required",
		&validation.MsgExpectedMatchPattern: "pattern", &validation.MsgExpectedBePattern: "pattern",
		&validation.MsgExpectedMinProperties: "min-items", &validation.MsgExpectedMaxProperties: "max-items",
	}
	for at, code := range withParam {
		*at = "validation." + code + mark + "%v"
	}
}

// spoken are huma's messages that are not variables, by how they begin.
var spoken = []struct{ begins, code string }{
	{"required ", "validation.required"},
	{"request body is required", "validation.required"},
	{"unknown query parameter", "validation.unexpected"},
	{"invalid integer", "validation.integer"},
	{"invalid float", "validation.number"},
	{"invalid boolean", "validation.boolean"},
	{"invalid date/time", "validation.date"},
}

// decodeMessage turns a validation message into a code of the catalogues.
func decodeMessage(msg string) (code string, params map[string]string) {
	if rest, ok := strings.CutPrefix(msg, "validation."); ok {
		code, param, _ := strings.Cut(rest, mark)
		if _, err := strconv.Atoi(param); err != nil && code == "pattern" {
			param = "" // a regular expression says nothing to a person
		}
		return "validation." + code, map[string]string{"value": param}
	}
	for _, s := range spoken {
		if strings.HasPrefix(msg, s.begins) {
			return s.code, nil
		}
	}
	return "validation.unreadable", nil
}
