package id_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
)

func TestIdsAreStringsOnTheWire(t *testing.T) {
	t.Parallel()
	big := id.Of[id.Hazard](9007199254740993) // beyond what a JavaScript number holds
	b, err := json.Marshal(map[string]any{"id": big, "none": id.Of[id.Hazard](0)})
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"9007199254740993","none":""}`, string(b))
	var back id.Of[id.Hazard]
	require.NoError(t, json.Unmarshal([]byte(`"9007199254740993"`), &back))
	require.Equal(t, big, back)
	require.NoError(t, json.Unmarshal([]byte(`""`), &back))
	require.Zero(t, back)
}

func TestWhatIsNoID(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"x", "1.5", "9223372036854775808", "１２", " 1", "0x10", "1'--", "-1", "+1"} {
		var n id.Of[id.Hazard]
		require.Error(t, n.UnmarshalText([]byte(s)), s)
	}
}
