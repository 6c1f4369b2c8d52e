// Package secret seals again what was sealed under a former SECRET_KEY, so that the former key can be
// dropped. It knows every sealed column of the database.
package secret

// Column holds values that kit/seal has sealed.
type Column struct {
	Table    string
	Name     string // of the column
	Label    string // that its values are bound to
	Company  string // column with the company whose key it is; empty: the platform's
	Key      string // column that is unique, within the company where there is one
	Index    string // column with the blind index of the same value; empty: none
	IndexOf  string // label of the index; empty: Label
	OnceOnly bool   // the index is unique
}

// Columns are all of them.
var Columns = []Column{
	{Table: "account_person", Name: "totp_secret", Label: "account_person.totp_secret", Key: "id"},
	{Table: "staff_person", Name: "identity_sealed", Label: "staff_person.identity", Company: "company_id", Key: "id", Index: "identity_index", OnceOnly: true},
	{Table: "certificate", Name: "number_sealed", Label: "certificate.number", Company: "company_id", Key: "id", Index: "number_index"},
	{Table: "certificate_claim", Name: "number_sealed", Label: "certificate_claim.number", Company: "company_id", Key: "id", Index: "number_index", IndexOf: "certificate.number"},
	{Table: "training_newcomer", Name: "identity_sealed", Label: "training_newcomer.identity", Company: "company_id", Key: "id", Index: "identity_index"},
	{Table: "notice_hook", Name: "url", Label: "notice_hook.url", Company: "company_id", Key: "id"},
	{Table: "notice_hook", Name: "secret", Label: "notice_hook.secret", Company: "company_id", Key: "id"},
	{Table: "upload_receiver", Name: "key_sealed", Label: "upload_receiver.key_sealed", Company: "company_id", Key: "id"},
	{Table: "notice_wechat", Name: "openid", Label: "notice_wechat.openid", Key: "person_id", Index: "openid_index", OnceOnly: true},
}

// Addresses are the columns with the blind index of a person's phone number or mail address, of which no
// sealed value is kept beside it: it is made again from the address itself.
var Addresses = []string{"notice_dead_address.address_index", "notice_fix.address_index", "notice_delivery.address_index"}

// addressLabel is what indexes of addresses are bound to.
const addressLabel = "notice_delivery.address"

// Spent are the columns with keyed hashes of links and codes that nobody can make again: what they let in
// is found as long as the former key is kept, and ends with it.
var Spent = []string{
	"activation_slip.token_hash", "activation_slip.code_hash", "hazard_outside.token_hash", "training_newcomer.token_hash", "training_newcomer.address_hash",
}

// cursor is how far the walk has come.
type cursor struct {
	At      int   // place in Columns; behind the last: people's addresses, then what others keep
	Company int64 // of the last row
	After   int64 // key of the last row
}

// Tally is what became of a batch.
type Tally struct {
	Seen   int
	Sealed int // sealed again
	Lost   int // cannot be opened: sealed under a key this program does not have
}
