package training

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// nounCourse is what the trail calls a course.
const nounCourse = "training_course"

// courseTrail is what it keeps of one.
type courseTrail struct {
	Title   string
	Kind    string
	Phase   string
	Level   string
	Minutes int
	Outline string
	Retired bool
}

func (c Course) trail() courseTrail {
	return courseTrail{c.Title, c.Kind, c.Phase, c.Level, c.Minutes, c.Outline, c.Retired}
}

// Courses lists the courses of a company, the newest first. Errors: page.ErrCursor, ErrCompany.
func (s *Service) Courses(ctx context.Context, f CourseFilter) (rows []Listed, k page.Key, err error) {
	if k, err = f.Start("new", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionCourses, func(tx db.Tx, scope rbac.Scope) error {
		if f.CompanyID, err = whose(scope, f.CompanyID); err != nil {
			return err
		}
		rows, err = courses(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Course returns one course. Errors: rbac.ErrNotFound.
func (s *Service) Course(ctx context.Context, n id.Of[id.Course]) (c Course, err error) {
	err = s.Gate.Read(ctx, ActionCourses, func(tx db.Tx, scope rbac.Scope) (err error) {
		c, err = courseByID(ctx, tx, scope, n)
		return err
	})
	return c, err
}

// Offered is a ready course with the company's own copy, if it has one, and the day on which to hold it next.
type Offered struct {
	Ready
	Own  id.Of[id.Course]
	Next day.Date
}

// Ready lists the ready courses.
func (s *Service) Ready(ctx context.Context) (out []Offered, err error) {
	err = s.Gate.Read(ctx, ActionCourses, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		own, err := adopted(ctx, tx, home.CompanyID)
		for _, r := range ReadyCourses() {
			out = append(out, Offered{r, own[r.Code].ID, r.day(today(tx))})
		}
		return err
	})
	return out, err
}

// AddCourse enters a course. Errors: ErrKind, ErrLevel, ErrName, ErrTaken.
func (s *Service) AddCourse(ctx context.Context, f CourseForm) (made id.Of[id.Course], err error) {
	err = s.Gate.Write(ctx, ActionCourse, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		c := Course{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line}
		if err := c.enter(f); err != nil {
			return err
		}
		made, err = s.keepCourse(ctx, tx, scope, &c, f.Files)
		return err
	})
	return made, err
}

// Adopt makes the company's own copy of a ready course, or returns the one it has. Errors: ErrCourse, ErrTaken.
func (s *Service) Adopt(ctx context.Context, code string) (made id.Of[id.Course], err error) {
	err = s.Gate.Write(ctx, ActionCourse, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		made, err = s.adopt(ctx, tx, scope, home, code)
		scope.Made(int64(made))
		return err
	})
	return made, err
}

func (s *Service) adopt(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, code string) (id.Of[id.Course], error) {
	r, ok := readyBy(code)
	if !ok {
		return 0, ErrCourse.At("body.code")
	}
	own, err := adopted(ctx, tx, home.CompanyID)
	if err != nil || own[code].ID != 0 {
		return own[code].ID, err
	}
	c := r.of(home)
	if c.Phase == PhaseInitial && c.Level != "" {
		split, err := s.splitOf(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return 0, err
		}
		if split[c.Level] > 0 {
			c.Minutes = split[c.Level]
		}
	}
	return s.keepCourse(ctx, tx, scope, &c, nil)
}

func (s *Service) keepCourse(ctx context.Context, tx db.Tx, scope rbac.Scope, c *Course, files []id.Of[id.Attachment]) (id.Of[id.Course], error) {
	c.MadeByName, c.ChangedAt = scope.Actor().Name, tx.Now
	if err := insertCourse(ctx, tx, c); err != nil {
		return 0, err
	}
	scope.Changed(nounCourse, int64(c.ID), c.CompanyID, courseTrail{}, c.trail())
	scope.Made(int64(c.ID))
	return c.ID, s.Claim(ctx, tx, scope, files, nounCourse, int64(c.ID))
}

// ChangeCourse changes a course; sessions that were made from it stay as they are. Errors: rbac.ErrNotFound, ErrKind,
// ErrLevel, ErrName, ErrTaken.
func (s *Service) ChangeCourse(ctx context.Context, n id.Of[id.Course], f CourseForm) error {
	return s.changeCourse(ctx, n, func(tx db.Tx, scope rbac.Scope, c *Course) error {
		if err := c.enter(f); err != nil {
			return err
		}
		return s.Claim(ctx, tx, scope, f.Files, nounCourse, int64(c.ID))
	})
}

// RetireCourse takes a course out of the list, or puts it back. Errors: rbac.ErrNotFound, ErrTaken.
func (s *Service) RetireCourse(ctx context.Context, n id.Of[id.Course], retired bool) error {
	return s.changeCourse(ctx, n, func(_ db.Tx, _ rbac.Scope, c *Course) error { c.Retired = retired; return nil })
}

func (s *Service) changeCourse(ctx context.Context, n id.Of[id.Course], fn func(db.Tx, rbac.Scope, *Course) error) error {
	return s.Gate.Write(ctx, ActionCourse, func(tx db.Tx, scope rbac.Scope) error {
		before, err := courseByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		after := before
		if err := fn(tx, scope, &after); err != nil {
			return err
		}
		after.MadeByName, after.ChangedAt = scope.Actor().Name, tx.Now
		if err := updateCourse(ctx, tx, &after); err != nil {
			return err
		}
		scope.Changed(nounCourse, int64(n), after.CompanyID, before.trail(), after.trail())
		scope.Made(int64(n))
		return nil
	})
}
