// Package city makes up companies for demonstrations and measurements: the demo city, with one
// company worked out in every module, and any number of plain ones. Everything is drawn from a
// seed and dated back from today, so that it never looks stale and two runs give the same.
// Persons and companies are invented; telephone numbers begin with 19900, codes with M?X.
package city

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/modules/accident"
	"anbiao/modules/account"
	"anbiao/modules/checklist"
	"anbiao/modules/company"
	"anbiao/modules/contractor"
	"anbiao/modules/division"
	"anbiao/modules/emergency"
	"anbiao/modules/equipment"
	"anbiao/modules/meeting"
	"anbiao/modules/performance"
	"anbiao/modules/programme"
	"anbiao/modules/protection"
	"anbiao/modules/rubric"
	"anbiao/modules/training"
	"anbiao/rbac"
)

// Deps is what the demo city is built with.
type Deps struct {
	Password string // of every demo account
	Box      *seal.Box
	Files    blob.Store
	Shelf    *checklist.Shelf
	Assess   *performance.Service // plans, settles and assesses duties
	BaseURL  string               // in the codes on photos
	Meeting  *meeting.Service
	Kit      *protection.Service
	Accident *accident.Service

	Emergency *emergency.Service // keeps plans, drills, teams and supplies
	Machines  *equipment.Service
	Parties   *contractor.Service
	Training  *training.Service  // reckons hours
	Programme *programme.Service // counts forms and bulletins of the past
	// CloseMonth keeps every company's certificate rates at the end of a month (certificate.Service.CloseMonth).
	CloseMonth func(ctx context.Context, tx db.Tx, month day.Date) error
	// Judge finds which companies must join standardization, in the same transaction.
	Judge func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error
	// Refresh grades companies, in the same transaction (oversight.Service.Refresh).
	Refresh func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error
	// Count keeps how areas stand on a day (oversight.Service.Count).
	Count func(ctx context.Context, tx db.Tx, on day.Date) error
	// Score measures and scores companies as of tx.Now (livescore.Service.Refresh), Touch asks for it to be done (livescore.Enqueue).
	Score func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error
	Touch func(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error
}

// seed of the demo city.
const seed = 330784

// Demo fills an empty database with the demo city; it leaves any other as it is. All rows are
// written in one transaction: whoever is killed meanwhile finds an empty database again.
func Demo(ctx context.Context, gate *rbac.Gate, deps Deps) error {
	begun := false
	err := gate.System(ctx, "city.look", func(tx db.Tx, _ rbac.Scope) (err error) {
		begun, err = inhabited(ctx, tx)
		return err
	})
	if err != nil || begun {
		return err
	}
	library := checklist.Service{Gate: gate, Shelf: deps.Shelf}
	if err := library.Load(ctx); err != nil {
		return fmt.Errorf("city: item library: %w", err)
	}
	if err := (&rubric.Service{Gate: gate}).Load(ctx); err != nil {
		return fmt.Errorf("city: scoring tables: %w", err)
	}
	album, err := putPhotos(ctx, deps.Files)
	if err != nil {
		return fmt.Errorf("city: photos: %w", err)
	}
	vouchers, err := putVouchers(ctx, deps.Files)
	if err != nil {
		return fmt.Errorf("city: vouchers: %w", err)
	}
	return gate.System(ctx, "city.build", func(tx db.Tx, scope rbac.Scope) error {
		if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('city', 0))").Error; err != nil {
			return err
		}
		if begun, err := inhabited(ctx, tx); err != nil || begun {
			return err
		}
		b := newBuilder(ctx, tx, deps, album)
		b.vouchers = vouchers
		b.scope = scope
		return b.build()
	})
}

// inhabited reports whether there is anybody or any company.
func inhabited(ctx context.Context, tx db.Tx) (yes bool, err error) {
	err = tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM company) OR EXISTS (SELECT FROM account_person)").Scan(&yes).Error
	return yes, err
}

// builder holds what the parts of the city need of each other.
type builder struct {
	ctx   context.Context
	tx    db.Tx
	scope rbac.Scope // of the system
	deps  Deps
	album []picture
	today day.Date
	hash  string // of the password that all accounts share
	firms []*firm
	lib   *checklist.Library
	login map[string]id.Of[id.Person]
	names map[string]string // of the demo accounts' persons
	index map[string]*firm  // firms with an account, by login
	phone int               // last number given to a person
	fails []*failure        // of the checks
	snaps dice              // for photos
	shots int

	vouchers []picture
	exams    *examined
	strokes  []picture // signatures
	watched  []*seen   // hazards under listed supervision
	officer  who       // of the county, who lists them
	office   string
}

func newBuilder(ctx context.Context, tx db.Tx, deps Deps, album []picture) *builder {
	return &builder{
		ctx: ctx, tx: tx, deps: deps, album: album, today: day.In(tx.Now, day.Shanghai), hash: account.Hash(deps.Password), lib: deps.Shelf.Newest(),
		login: map[string]id.Of[id.Person]{}, names: map[string]string{}, index: map[string]*firm{}, snaps: newDice(seed, streamHazards+100),
	}
}

// build raises the city, from the ground up.
func (b *builder) build() error {
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"divisions", b.divide},
		{"companies", b.found},
		{"accounts", b.people},
		{"scoring tables", b.tabulate},
		{"standards", b.standardise},
		{"editions of a standard", b.revise},
		{"duties", b.answer},
		{"letters", b.pledge},
		{"certificates", b.certify},
		{"checks", b.inspect},
		{"hazards", b.endanger},
		{"major hazards", b.treat},
		{"tree", b.organise},
		{"plans", b.plan},
		{"proofs", b.prove},
		{"reports", b.report},
		{"company file", b.describe},
		{"meetings", b.meet},
		{"protective equipment", b.equip},
		{"accidents", b.suffer},
		{"emergency", b.prepare},
		{"equipment", b.furnish},
		{"contractors", b.contract},
		{"activation", b.activate},
		{"risks", b.rate},
		{"assessments", b.appraise},
		{"permits", b.permit},
		{"listed supervision", b.watch},
		{"evaluations", b.evaluate},
		{"levels", b.award},
		{"applications for a level", b.applicants},
		{"posters, rewards and small firms", b.inform},
		{"safety funds", b.fund},
		{"robots, webhooks and other systems", func() error { return errors.Join(b.hook(), b.connect()) }},
		{"messages that left", b.message},
		{"training", b.train},
		{"certificates at work", b.certifyWork},
		{"exams", func() error { return errors.Join(b.quiz(), b.drill()) }},
		{"education cards and newcomers", func() error { return errors.Join(b.educate(), b.welcome()) }},
		{"live scores", b.scoreLive},
		{"who must join", b.enrol},
		{"inspections", b.supervise},
		{"who answers, and penalties", b.answerFor},
		{"programmes", b.target},
		{"letters, notices and visits of regulators", b.correspond},
		{"board and what counties do without", func() error { return errors.Join(b.localise(), b.grade()) }},
		{"months", b.countBack},
		{"views of the board, firms that leave", func() error { return errors.Join(b.keepViews(), b.depart()) }},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("city: %s: %w", step.name, err)
		}
	}
	return nil
}

// firm is a company with what the city knows of it.
type firm struct {
	company.Company
	trade     *trade
	activated bool
	staff     []*worker
	points    []*point
	standard  id.Of[id.Standard] // its first version
	editions  []edition          // later ones, in order
	document  checklist.Document
	found     []*story // its hazards
}

// divide loads the areas and adds the three parts (片) of the town that the grid officer
// walks: no list has codes for them.
func (b *builder) divide() error {
	if err := division.Load(b.ctx, b.tx); err != nil {
		return err
	}
	var parts []division.Division
	for i, name := range []string{"芝英一片", "芝英二片", "芝英三片"} {
		parts = append(parts, division.Division{
			Path: fmt.Sprintf("%sZ0%d", town, i+1), Kind: division.Area, Code: fmt.Sprintf("%s-Z0%d", town, i+1), Name: name, ParentPath: town,
			ValidFrom: b.today.AddYears(-5), Source: "demo",
		})
	}
	return fill(b.ctx, b.tx, parts)
}

// grade lets the board follow, and folds its counts.
func (b *builder) grade() error {
	ids := make([]rbac.CompanyID, len(b.firms))
	for i, f := range b.firms {
		ids[i] = f.CompanyID
	}
	if b.deps.Refresh == nil {
		return nil
	}
	if err := b.deps.Refresh(b.ctx, b.tx, ids); err != nil {
		return err
	}
	return b.tx.WithContext(b.ctx).Exec("SELECT oversight_fold(1000000)").Error
}

// at is an instant of a working day.
func at(d day.Date, hour, minute int) time.Time {
	return d.Midnight(day.Shanghai).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute).UTC()
}

func some[T any](v T) *T { return &v }

func putBytes(ctx context.Context, s blob.Store, key string, content []byte) error {
	return s.Put(ctx, key, bytes.NewReader(content), int64(len(content)))
}
