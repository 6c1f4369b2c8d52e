package company

import (
	"context"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Papers are what a company file holds besides the card: licences, contacts, photos.
type Papers struct {
	Today    day.Date
	Licences []Licence
	Contacts []Contact
	Pictures []Picture
}

// Papers returns a company's licences, contacts and photos. Errors: rbac.ErrNotFound.
func (s *Service) Papers(ctx context.Context, c rbac.CompanyID) (p Papers, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		p.Today = dayOf(tx)
		if _, err = companyByID(ctx, tx, scope, c, false); err != nil {
			return err
		}
		if p.Licences, err = licencesOf(ctx, tx, c); err != nil {
			return err
		}
		if p.Contacts, err = contactsOf(ctx, tx, c); err != nil {
			return err
		}
		p.Pictures, err = picturesOf(ctx, tx, c)
		return err
	})
	return p, err
}

// AddLicence writes a licence down. Errors: rbac.ErrNotFound, ErrLicenceName, ErrDates, and
// those of claiming its files.
func (s *Service) AddLicence(ctx context.Context, c rbac.CompanyID, e LicenceEntry) (n id.Of[id.Licence], err error) {
	err = s.Gate.Write(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		home, err := own(scope, c)
		if err != nil {
			return err
		}
		l := Licence{CompanyID: c, RegionPath: home.RegionPath, OversightLine: home.Line, ByName: scope.Actor().Name, At: tx.Now}
		if l, err = l.says(e); err != nil {
			return err
		}
		if err := insertLicence(ctx, tx, &l); err != nil {
			return err
		}
		n = l.ID
		scope.Made(int64(n))
		scope.Changed("company_licence", int64(n), c, LicenceEntry{}, e)
		if err := s.remember(ctx, tx, l); err != nil {
			return err
		}
		return s.claim(ctx, tx, scope, fileIDs(l.AttachmentIDs), "company_licence", int64(n))
	})
	return n, err
}

// EditLicence corrects or renews a licence. Errors: rbac.ErrNotFound, ErrEnded, and as AddLicence.
func (s *Service) EditLicence(ctx context.Context, n id.Of[id.Licence], e LicenceEntry) error {
	return s.licence(ctx, n, func(tx db.Tx, scope rbac.Scope, l Licence) (Licence, error) {
		is, err := l.says(e)
		if err != nil {
			return l, err
		}
		is.ByName, is.At = scope.Actor().Name, tx.Now
		return is, s.claim(ctx, tx, scope, fileIDs(is.AttachmentIDs), "company_licence", int64(n))
	})
}

// Ending says that something ended, and why.
type Ending struct {
	On     day.Date `json:"on" doc:"not in the future"`
	Reason string   `json:"reason" minLength:"2" maxLength:"200"`
}

// EndLicence says that a licence ended before its last day. Errors: rbac.ErrNotFound, ErrEnded,
// ErrFuture, ErrDates.
func (s *Service) EndLicence(ctx context.Context, n id.Of[id.Licence], e Ending) error {
	return s.licence(ctx, n, func(tx db.Tx, _ rbac.Scope, l Licence) (Licence, error) {
		switch {
		case e.On.After(dayOf(tx)):
			return l, ErrFuture.At("body.on")
		case e.On.Before(l.ValidFrom):
			return l, ErrDates.At("body.on")
		}
		l.EndedOn, l.EndedReason = e.On, e.Reason
		return l, nil
	})
}

func (s *Service) licence(ctx context.Context, n id.Of[id.Licence], change func(db.Tx, rbac.Scope, Licence) (Licence, error)) error {
	return s.Gate.Write(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		was, err := licenceByID(ctx, tx, scope, n)
		switch {
		case err != nil:
			return err
		case !was.EndedOn.IsZero():
			return ErrEnded
		}
		is, err := change(tx, scope, was)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("company_licence", int64(n), was.CompanyID, was, is)
		if err := s.remember(ctx, tx, is); err != nil {
			return err
		}
		return updateLicence(ctx, tx, is)
	})
}

// AddContact writes a contact down. Errors: rbac.ErrNotFound, code.ErrPhone.
func (s *Service) AddContact(ctx context.Context, c rbac.CompanyID, e ContactEntry) (n id.Of[id.Contact], err error) {
	err = s.Gate.Write(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		home, err := own(scope, c)
		if err != nil {
			return err
		}
		phone, err := code.Phone(e.Phone)
		if err != nil {
			return at(err, "body.phone")
		}
		row := Contact{
			CompanyID: c, RegionPath: home.RegionPath, OversightLine: home.Line, Role: e.Role, Name: strings.TrimSpace(e.Name), Phone: phone,
			Note: strings.TrimSpace(e.Note), FromOn: dayOf(tx), ByName: scope.Actor().Name, At: tx.Now,
		}
		if err := insertContact(ctx, tx, &row); err != nil {
			return err
		}
		n = row.ID
		scope.Made(int64(n))
		scope.Changed("company_contact", int64(n), c, ContactEntry{}, e)
		return s.changed(ctx, tx, []rbac.CompanyID{c})
	})
	return n, err
}

// EndContact says that a contact is one no more, from today on. Errors: rbac.ErrNotFound, ErrEnded.
func (s *Service) EndContact(ctx context.Context, n id.Of[id.Contact]) error {
	return s.Gate.Write(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		was, err := contactByID(ctx, tx, scope, n)
		switch {
		case err != nil:
			return err
		case !was.UntilOn.IsZero():
			return ErrEnded
		}
		is := was
		is.UntilOn = dayOf(tx)
		scope.Made(int64(n))
		scope.Changed("company_contact", int64(n), was.CompanyID, was, is)
		if err := endContact(ctx, tx, is); err != nil {
			return err
		}
		return s.changed(ctx, tx, []rbac.CompanyID{was.CompanyID})
	})
}

// AddPicture adds a photo of the firm. Errors: rbac.ErrNotFound, and those of claiming it.
func (s *Service) AddPicture(ctx context.Context, c rbac.CompanyID, e PictureEntry) (n id.Of[id.Picture], err error) {
	err = s.Gate.Write(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		home, err := own(scope, c)
		if err != nil {
			return err
		}
		row := Picture{
			CompanyID: c, RegionPath: home.RegionPath, OversightLine: home.Line, Kind: e.Kind, AttachmentID: e.AttachmentID, Caption: strings.TrimSpace(e.Caption),
			AddedOn: dayOf(tx), ByName: scope.Actor().Name, At: tx.Now,
		}
		if err := insertPicture(ctx, tx, &row); err != nil {
			return err
		}
		n = row.ID
		scope.Made(int64(n))
		scope.Changed("company_photo", int64(n), c, PictureEntry{}, e)
		return s.claim(ctx, tx, scope, []id.Of[id.Attachment]{e.AttachmentID}, "company_photo", int64(n))
	})
	return n, err
}

// RemovePicture takes a photo off the file from today on; it stays on record. Errors:
// rbac.ErrNotFound, ErrEnded.
func (s *Service) RemovePicture(ctx context.Context, n id.Of[id.Picture]) error {
	return s.Gate.Write(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		was, err := pictureByID(ctx, tx, scope, n)
		switch {
		case err != nil:
			return err
		case !was.RemovedOn.IsZero():
			return ErrEnded
		}
		is := was
		is.RemovedOn = dayOf(tx)
		scope.Made(int64(n))
		scope.Changed("company_photo", int64(n), was.CompanyID, was, is)
		return removePicture(ctx, tx, is)
	})
}
