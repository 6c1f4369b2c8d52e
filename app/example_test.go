package main

import (
	"encoding/json"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/web"
)

// TestEveryBodyHasAValidExample holds each published example against its own schema, as a request would be.
func TestEveryBodyHasAValidExample(t *testing.T) {
	t.Parallel()
	api := web.Bare()
	bare(nil).mount(api)
	illustrate(api)
	seen := 0
	for _, op := range web.Operations(api) {
		if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
			continue
		}
		m := op.RequestBody.Content["application/json"]
		require.NotNil(t, m.Example, op.OperationID)
		b, err := json.Marshal(m.Example)
		require.NoError(t, err)
		var sent any
		require.NoError(t, json.Unmarshal(b, &sent))
		var wrong huma.ValidateResult
		huma.Validate(api.OpenAPI().Components.Schemas, m.Schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, sent, &wrong)
		for _, e := range wrong.Errors {
			t.Errorf("%s: %v in %s", op.OperationID, e, b)
		}
		seen++
	}
	require.Greater(t, seen, 300)
}
