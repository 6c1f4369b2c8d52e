package activation

import (
	"context"
	"io"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionAreas     rbac.Action = "activation.area.list"      // rates by area
	ActionCompanies rbac.Action = "activation.company.list"   // who is not activated, with telephone numbers
	ActionPrint     rbac.Action = "activation.slip.print"     // print slips
	ActionReissue   rbac.Action = "activation.access.reissue" // issue lost access anew
	ActionSetUp     rbac.Action = "activation.profile.edit"   // a company's: set up, go over to the full profile
	ActionMonth     rbac.Action = "activation.month.read"     // a company's: how its month stands
)

// What hashes of slips are bound to.
const (
	tokenColumn = "activation_slip.token"
	codeColumn  = "activation_slip.code"
)

// Keys hashes secrets under a key of this installation; package seal's fields do.
type Keys interface {
	Indexes(plain, column string) [][]byte // under former keys too
	Index(plain, column string) []byte
}

// Blobs keeps the printed files; package blob's stores do.
type Blobs interface {
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	Delete(ctx context.Context, key string) error
}

// Session is a fresh sign-in; without a token, none was opened.
type Session struct {
	Token     string
	ExpiresAt time.Time
}

// Founder is who takes over the account of a company.
type Founder struct {
	Home                         rbac.Home
	Name, Phone, Password, Agent string
	Roles                        []string
}

// Accounts is what this module needs of the people who sign in. SendCode, UseCode, Found and
// Members belong to a transaction of the job runner.
type Accounts struct {
	ActorOf  func(ctx context.Context, m id.Of[id.Membership], serving rbac.CompanyID) (rbac.Actor, error)
	SendCode func(ctx context.Context, tx db.Tx, phone string) error
	UseCode  func(ctx context.Context, tx db.Tx, phone, code string) (bool, error)
	// Found makes the founder a member and signs him in; a refusal is answered after the
	// transaction has committed.
	Found func(ctx context.Context, tx db.Tx, scope rbac.Scope, f Founder) (s Session, who id.Of[id.Person], refusal, err error)
	// SignIn signs in with a phone number and password.
	SignIn func(ctx context.Context, phone, password, agent string) (Session, error)
	// Members tells which companies have somebody who can sign in.
	Members func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error)
}

// Starter is one post of a micro firm and who holds it.
type Starter struct {
	StaffID  id.Of[id.Staff] // of the staff already; 0: a new person, or with an empty name nobody
	Name     string
	Phone    string
	PostName string
	Types    []string
}

// Started is what was made of a Starter.
type Started struct {
	StaffID id.Of[id.Staff]
	PostID  id.Of[id.Post]
}

// Listed is a standard put in force.
type Listed struct {
	Modules []string
	Items   int
	Majors  int
}

// Turn is the monthly list of one month.
type Turn struct {
	TaskID   id.Of[id.Task]
	PointID  id.Of[id.Point]
	PublicID string
	DueOn    day.Date
	Done     bool
	Answered int
	Failed   int
}

// Firms is what this module needs of a company's own records, each in the caller's transaction.
type Firms struct {
	Card     func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (Card, error)
	Describe func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, card Card) error
	Hire     func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, all []Starter) ([]Started, error)
	// Letters makes the responsibility letters of people; nil: there are none to be made.
	Letters func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, staff []id.Of[id.Staff]) error
	// Standardise puts the light or the full standard in force.
	Standardise func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, light bool) (Listed, error)
	// Hang makes the check point for the whole plant, or brings it up to date.
	Hang func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, point id.Of[id.Point], modules []string) (id.Of[id.Point], error)
	// Plan has one person look at the point every month.
	Plan func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, point id.Of[id.Point], who id.Of[id.Staff]) (int64, error)
	Turn func(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, plan int64, on day.Date) (Turn, error)
	// Touch says that what the regulator's board shows of a company has changed.
	Touch func(ctx context.Context, tx db.Tx, c rbac.CompanyID) error
}

// Report is a self-report that lies with the company.
type Report struct {
	ID     id.Of[id.Report]
	Period string
	DueOn  day.Date
}

// ZeroReport is a compiled report as its signer sees it.
type ZeroReport struct {
	Report
	From, Until day.Date
	Company     string
	Hash        string // of the content
	Zero        bool   // nothing was found in the period
}

// Reports is what this module needs of self-reports; each opens its own transactions, in the
// name of the actor of ctx.
type Reports struct {
	// Pending returns the report that is due first, nil for none, and when the next opens.
	Pending func(ctx context.Context) (*Report, day.Date, error)
	// Compile fills a report from the ledger, unless it has been signed.
	Compile func(ctx context.Context, report id.Of[id.Report]) (ZeroReport, error)
	// Hand signs the content of that hash, if nobody has, and submits it, if nobody has.
	Hand func(ctx context.Context, report id.Of[id.Report], hash string) error
}

// Service is what the rest of the program may ask of this module.
type Service struct {
	Gate    *rbac.Gate
	Keys    Keys
	Blobs   Blobs
	BaseURL string // of the address in the QR code, without a slash at the end
	Secure  bool   // cookies over HTTPS only
	Accounts
	Firms
	Reports
}

func (s *Service) tokenHash(token string) []byte { return s.Keys.Index(token, tokenColumn) }

func (s *Service) codeHash(typed string) []byte { return s.Keys.Index(typed, codeColumn) }
