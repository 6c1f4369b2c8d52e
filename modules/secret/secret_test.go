package secret_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/seal"
	"anbiao/modules/secret"
	"anbiao/testkit"
)

var (
	former  = []byte("the master secret of last year..")
	present = []byte("a master secret of some length..")
)

// open are the columns of bytea that hold no sealed value and no keyed index: hashes that need no key,
// signatures under a key that verifies for ever, pictures.
var open = []string{
	"account_pass.token_hash", "account_session.token_hash", "attachment.sha256", "attachment_upload.sha256", "audit_anchor.hash", "audit_anchor.signature",
	"audit_head.hash", "audit_head.signature", "audit_seal.hash", "hazard_outside.signature", "hazard_plan.image_hash", "hazard_plan.seal", "hazard_plan.text_hash",
	"idempotency.body_hash", "inspection_check.content_hash", "letter.text_hash", "letter_signature.hash", "letter_signature.image_hash", "letter_signature.text_hash",
	"missive.content_hash", "training_card_level.trainee_strokes", "training_card_level.trainer_strokes", "training_newcomer.photo", "training_newcomer.strokes", "proof.display_sha256", "proof.sha256", "proof.signature", "proof_key.public", "proof_key.signature",
}

// A new column of bytes must be named here or in the registry: one that is forgotten is lost with the key.
func TestEveryColumnOfBytesIsKnown(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	known := slices.Concat(open, secret.Addresses, secret.Spent)
	for _, c := range secret.Columns {
		known = append(known, c.Table+"."+c.Name)
		if c.Index != "" {
			known = append(known, c.Table+"."+c.Index)
		}
	}
	found := testkit.All[string](t, w, `SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid = 'bytea'::regtype AND NOT a.attisdropped AND a.attnum > 0 ORDER BY 1`)
	for _, name := range found {
		require.Contains(t, known, name, "is it sealed? Then name it in secret.Columns, else here")
	}
	for _, name := range known {
		require.Contains(t, found, name, "no longer in the database")
	}
}

type world struct {
	*testkit.W
	firms []testkit.Firm
}

// filled has people of two companies, sealed under the former key.
func filled(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	for i, region := range []string{"330784105", "330784106"} {
		f := w.Company(t, region)
		w.firms = append(w.firms, f)
		field := seal.New(former).Field(int64(f.ID))
		for n := range 3 {
			number := fmt.Sprintf("33078419900101%02d%02d", i, n)
			w.Exec(t, "INSERT INTO staff_person (company_id, region_path, oversight_line, name, identity_sealed, identity_index) VALUES ($1, $2, 0, $3, $4, $5)",
				int64(f.ID), f.RegionPath, number, field.Seal(number, "staff_person.identity"), field.Index(number, "staff_person.identity"))
		}
	}
	a := w.Actor(t, w.firms[0], "safety")
	w.Exec(t, "UPDATE account_person SET totp_secret = $1, phone = '13800000001' WHERE id = $2", seal.New(former).Field(0).Seal("SECRET", "account_person.totp_secret"), int64(a.PersonID))
	w.Exec(t, "INSERT INTO notice_dead_address (person_id, channel, address_index, since, detail) VALUES ($1, 'sms', $2, now(), '')", int64(a.PersonID), seal.New(former).Field(0).Index("13800000001", "notice_delivery.address"))
	return w
}

// opens requires that everything opens with the present key alone.
func (w *world) opens(t *testing.T) {
	t.Helper()
	box := seal.New(present)
	for _, f := range w.firms {
		for _, raw := range testkit.All[string](t, w.W, `SELECT jsonb_build_object('name', name, 'sealed', encode(identity_sealed, 'base64'), 'index', encode(identity_index, 'base64'))::text
			FROM staff_person WHERE company_id = $1 AND identity_sealed <> ''`, int64(f.ID)) {
			var p struct {
				Name          string
				Sealed, Index []byte
			}
			require.NoError(t, json.Unmarshal([]byte(strings.ReplaceAll(raw, `\n`, "")), &p))
			got, err := box.Field(int64(f.ID)).Open(p.Sealed, "staff_person.identity")
			require.NoError(t, err)
			require.Equal(t, p.Name, got)
			require.Equal(t, box.Field(int64(f.ID)).Index(got, "staff_person.identity"), p.Index)
		}
	}
	got, err := box.Field(0).Open(testkit.One[[]byte](t, w.W, "SELECT totp_secret FROM account_person WHERE totp_secret IS NOT NULL"), "account_person.totp_secret")
	require.NoError(t, err)
	require.Equal(t, "SECRET", got)
	require.Equal(t, box.Field(0).Index("13800000001", "notice_delivery.address"), testkit.One[[]byte](t, w.W, "SELECT address_index FROM notice_dead_address"))
}

func (w *world) service(keys ...[]byte) *secret.Service {
	return &secret.Service{Gate: w.Gate, Box: seal.New(keys[0], keys[1:]...), Former: len(keys) > 1}
}

func TestFormerKeyCanBeDropped(t *testing.T) {
	t.Parallel()
	w := filled(t)
	got := map[string]secret.Tally{}
	tell := func(what string, t secret.Tally) { got[what] = t }
	require.NoError(t, w.service(present, former).Reseal(t.Context(), tell))
	require.Equal(t, secret.Tally{Seen: 6, Sealed: 6}, got["staff_person.identity_sealed"])
	require.Equal(t, secret.Tally{Seen: 1, Sealed: 1}, got["account_person.totp_secret"])
	w.opens(t)
	clear(got)
	require.NoError(t, w.service(present, former).Reseal(t.Context(), tell))
	for what, t2 := range got {
		require.Zero(t, t2.Sealed+t2.Lost, what)
	}
}

func TestResealingGoesOnWhereItWasBrokenOff(t *testing.T) {
	t.Parallel()
	w := filled(t)
	boom := errors.New("killed")
	require.PanicsWithValue(t, boom, func() {
		_ = w.service(present, former).Reseal(t.Context(), func(what string, _ secret.Tally) {
			if what == "account_person.totp_secret" {
				panic(boom)
			}
		})
	})
	require.NoError(t, w.service(present, former).Reseal(t.Context(), func(string, secret.Tally) {}))
	w.opens(t)
}

func TestResealingAsAChainOfJobs(t *testing.T) {
	t.Parallel()
	w := filled(t)
	r := jobs.NewRegistry()
	w.service(present, former).Jobs(r)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	require.NoError(t, worker.Do(t.Context(), "first", "secret.reseal", []byte("{}")))
	for range 50 {
		next := testkit.All[string](t, w.W, "SELECT task_id || ' ' || payload FROM job_outbox WHERE done_at IS NULL")
		if len(next) == 0 {
			break
		}
		id, payload, _ := strings.Cut(next[0], " ")
		require.NoError(t, worker.Do(t.Context(), id, "secret.reseal", []byte(payload)))
	}
	w.opens(t)
}

func TestSameNumberEnteredAgainMeanwhile(t *testing.T) {
	t.Parallel()
	w := filled(t)
	f := w.firms[0]
	number := "330784199001010000"
	field := seal.New(present).Field(int64(f.ID))
	w.Exec(t, "INSERT INTO staff_person (company_id, region_path, oversight_line, name, identity_sealed, identity_index) VALUES ($1, $2, 0, $3, $4, $5)",
		int64(f.ID), f.RegionPath, number, field.Seal(number, "staff_person.identity"), field.Index(number, "staff_person.identity"))
	require.NoError(t, w.service(present, former).Reseal(t.Context(), func(string, secret.Tally) {}))
	for _, v := range testkit.All[[]byte](t, w.W, "SELECT identity_sealed FROM staff_person WHERE company_id = $1 AND identity_sealed <> ''", int64(f.ID)) {
		_, err := field.Open(v, "staff_person.identity")
		require.NoError(t, err, "both can be read")
	}
}

func TestWhatNoKeyOpensIsToldAndLeft(t *testing.T) {
	t.Parallel()
	w := filled(t)
	got := map[string]secret.Tally{}
	require.NoError(t, w.service(present, []byte("another secret that is not it...")).Reseal(t.Context(), func(what string, t secret.Tally) { got[what] = t }))
	require.Equal(t, secret.Tally{Seen: 6, Lost: 6}, got["staff_person.identity_sealed"])
	require.NoError(t, w.service(present, former).Reseal(t.Context(), func(string, secret.Tally) {}))
	w.opens(t)
}
