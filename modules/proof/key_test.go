package proof_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/modules/proof"
	"anbiao/testkit"
)

// TestFormerKeysStayKnown walks through two changes of SECRET_KEY, each with the former one beside it for one start of the program.
func TestFormerKeysStayKnown(t *testing.T) {
	t.Parallel()
	w := setup(t)
	seeds := func(n ...byte) *proof.Ring {
		var all [][]byte
		for _, one := range n {
			all = append(all, bytes.Repeat([]byte{one}, 32))
		}
		return proof.NewRing(all)
	}
	w.s.Ring = seeds(1)
	file := w.send(t, w.worker, picture(t, 1), w.said(w.point))
	w.bind(t, file)
	standing := func() string { return w.proof(t, w.worker, file).Standing }
	require.Equal(t, "genuine", standing())
	w.s.Ring = seeds(2)
	require.Equal(t, "unchecked", standing(), "without the former key beside it once")

	w.s.Ring = seeds(2, 1)
	require.NoError(t, w.s.Load(t.Context()))
	require.NoError(t, w.s.Load(t.Context()), "each start does it again")
	w.s.Ring = seeds(2)
	require.Equal(t, "genuine", standing(), "the former secret is gone, its public half is known")
	body := string(w.api.As(w.worker).Get(photoPath(file)).OK(t, nil).Body)
	require.NotContains(t, body, `"publicKey":""`)

	w.s.Ring = seeds(3, 2)
	require.NoError(t, w.s.Load(t.Context()))
	w.s.Ring = seeds(3)
	require.Equal(t, "genuine", standing(), "two changes later")
	require.Equal(t, 2, testkit.One[int](t, w.W, "SELECT count(*)::int FROM proof_key"))

	w.Exec(t, "CREATE TEMP TABLE kept AS SELECT * FROM proof_key")
	for _, change := range []string{"public = sha256('x')", "signature = decode(repeat('00', 64), 'hex')", "endorser = id", "public = (SELECT k.public FROM proof_key k WHERE k.id <> proof_key.id)"} {
		w.Exec(t, "UPDATE proof_key SET "+change)
		require.Equal(t, "unchecked", standing(), "who can write into the table makes no key: %s", change)
		w.Exec(t, "DELETE FROM proof_key; INSERT INTO proof_key SELECT * FROM kept")
	}
	require.Equal(t, "genuine", standing())
	w.Exec(t, "UPDATE proof SET place = '别处'")
	require.Equal(t, "forged", standing())
	w.s.Ring = seeds(4)
	require.Equal(t, "unchecked", standing(), "a stranger to all of them")
}

func photoPath(file int64) string { return fmt.Sprintf("/api/proof/photos/%d", file) }
