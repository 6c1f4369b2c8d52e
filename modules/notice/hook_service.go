package notice

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Hooks are the company's robots and webhooks.
func (s *Service) Hooks(ctx context.Context) (rows []Hook, err error) {
	err = s.Gate.Read(ctx, ActionHooks, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err = hooksOf(ctx, tx, home.CompanyID)
		return err
	})
	return rows, err
}

// AddHook adds a hook and returns the secret of a webhook: it is shown this once. Errors:
// ErrHookAddress, ErrCategory, ErrHooksMost.
func (s *Service) AddHook(ctx context.Context, f HookForm) (n id.Of[id.Hook], secret string, err error) {
	err = s.Gate.Write(ctx, ActionHookEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		all, err := hooksOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if len(all) >= mostHooks {
			return ErrHooksMost
		}
		h := Hook{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Kind: f.Kind, Open: true,
			CreatedAt: tx.Now, CreatedByName: scope.Actor().Name,
		}
		if err := s.read(f, &h); err != nil {
			return err
		}
		if h.Kind == Webhook {
			secret = s.renew(&h)
		}
		if err := insertHook(ctx, tx, &h); err != nil {
			return err
		}
		n = h.ID
		scope.Made(int64(n))
		scope.Changed("notice_hook", int64(n), home.CompanyID, hookTrail{}, h.trail())
		return nil
	})
	return n, secret, err
}

// changeHook locks a hook, changes it and writes the trail.
func (s *Service) changeHook(ctx context.Context, n id.Of[id.Hook], change func(tx db.Tx, h *Hook) error) error {
	return s.Gate.Write(ctx, ActionHookEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		h, err := lockHook(ctx, tx, home.CompanyID, n)
		if err != nil {
			return err
		}
		was := h.trail()
		if err := change(tx, &h); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("notice_hook", int64(n), home.CompanyID, was, h.trail())
		return saveHook(ctx, tx, h)
	})
}

// ChangeHook changes a hook; its kind stays. Errors: rbac.ErrNotFound, ErrHookAddress,
// ErrCategory.
func (s *Service) ChangeHook(ctx context.Context, n id.Of[id.Hook], f HookForm) error {
	return s.changeHook(ctx, n, func(_ db.Tx, h *Hook) error { return s.read(f, h) })
}

// SwitchHook turns a hook on or off. Errors: rbac.ErrNotFound.
func (s *Service) SwitchHook(ctx context.Context, n id.Of[id.Hook], open bool) error {
	return s.changeHook(ctx, n, func(_ db.Tx, h *Hook) error { h.Open = open; return nil })
}

// RemoveHook takes a hook away; its log stays. Errors: rbac.ErrNotFound.
func (s *Service) RemoveHook(ctx context.Context, n id.Of[id.Hook]) error {
	return s.changeHook(ctx, n, func(tx db.Tx, h *Hook) error { h.Open, h.RemovedAt = false, &tx.Now; return nil })
}

// RenewSecret gives a webhook another secret and returns it: it is shown this once.
// Errors: rbac.ErrNotFound, ErrHookSecret for a robot.
func (s *Service) RenewSecret(ctx context.Context, n id.Of[id.Hook]) (secret string, err error) {
	err = s.changeHook(ctx, n, func(_ db.Tx, h *Hook) error {
		if h.Kind != Webhook {
			return ErrHookSecret
		}
		secret = s.renew(h)
		return nil
	})
	return secret, err
}

// TestHook sends a test message, whatever the hour. Errors: rbac.ErrNotFound,
// ErrHookClosed.
func (s *Service) TestHook(ctx context.Context, n id.Of[id.Hook]) error {
	return s.changeHook(ctx, n, func(tx db.Tx, h *Hook) error {
		if !h.Open {
			return ErrHookClosed
		}
		_, err := testHook(ctx, tx, n)
		return err
	})
}

// HookLog returns one page of what a hook was sent, newest first. Errors: rbac.ErrNotFound.
func (s *Service) HookLog(ctx context.Context, n id.Of[id.Hook], q page.Query) (rows []Delivery, k page.Key, err error) {
	if k, err = q.Start(sortNewest, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionHooks, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if _, err := hookByID(ctx, tx, home.CompanyID, n); err != nil {
			return err
		}
		rows, err = sentTo(ctx, tx, home.CompanyID, n, q.Limit, k)
		return err
	})
	return rows, k, err
}

// ChannelState is a channel as a company sees it.
type ChannelState struct {
	Channel    Channel
	Configured bool // this installation has it
	Stopped    bool // by the operator
	Open       bool // to this company's messages
}

// Channels are the channels with the company's word on each.
func (s *Service) Channels(ctx context.Context) (out []ChannelState, err error) {
	err = s.Gate.Read(ctx, ActionHooks, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		out, err = channelsOf(ctx, tx, home.CompanyID)
		return err
	})
	return out, err
}

// channelsOf joins the valves with a company's words on them.
func channelsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) ([]ChannelState, error) {
	all, err := valves(ctx, tx)
	if err != nil {
		return nil, err
	}
	var said []Switch
	if company != 0 { // nobody else has switches, or may read them
		if said, err = switches(ctx, tx, company); err != nil {
			return nil, err
		}
	}
	out := make([]ChannelState, 0, len(all))
	for _, c := range slices.Concat(personal, hooks) {
		for _, v := range all {
			if v.Channel != c {
				continue
			}
			closed := slices.ContainsFunc(said, func(s Switch) bool { return s.Channel == c && !s.Open })
			out = append(out, ChannelState{c, v.Configured, v.StoppedAt != nil, !closed})
		}
	}
	return out, nil
}

// SwitchChannel opens or closes a channel to the company's messages.
func (s *Service) SwitchChannel(ctx context.Context, c Channel, open bool) error {
	return s.Gate.Write(ctx, ActionHookEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		type turned struct {
			Channel Channel
			Open    bool
		}
		scope.Made(int64(home.CompanyID))
		scope.Changed("notice_switch", int64(home.CompanyID), home.CompanyID, turned{}, turned{c, open})
		return turnSwitch(ctx, tx, Switch{home.CompanyID, c, home.RegionPath, home.Line, open, tx.Now, scope.Actor().Name})
	})
}

// toHook puts the address and the message of a hook into p.
func (s *Service) toHook(ctx context.Context, tx db.Tx, p *parcel) (why string, err error) {
	h, err := hookByID(ctx, tx, *p.row.CompanyID, *p.row.HookID)
	if err != nil {
		return "", err
	}
	p.hook = h
	if !h.Open || h.RemovedAt != nil {
		return reasonGone, nil
	}
	field := s.Box.Field(int64(h.CompanyID))
	to, err := field.Open(h.URL, columnURL)
	if err != nil {
		return "", err
	}
	if p.message, err = s.word(ctx, tx, p.row, text.Lang(h.Lang)); err != nil {
		return "", err
	}
	p.message.To = to
	if h.Secret != nil {
		p.message.Secret, err = field.Open(h.Secret, columnSecret)
	}
	return "", err
}
