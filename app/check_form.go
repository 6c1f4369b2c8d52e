package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
)

// checkForm is a check point as a phone opens it, for the bench and the kill test.
type checkForm struct {
	Point, Standard string
	Asks            []askedItem
}

// askedItem is an item of a check point.
type askedItem struct {
	Code       string `json:"code"`
	MustPhoto  bool   `json:"mustPhoto"`
	MustReason bool   `json:"mustReason"`

	PhotoAlways bool `json:"photoAlways"`
	Limit       *struct {
		Min string `json:"min"`
		Max string `json:"max"`
	} `json:"limit"`
}

// plain reports whether the item's failure takes a note and nothing more.
func (a askedItem) plain() bool {
	return !a.MustPhoto && !a.MustReason && !a.PhotoAlways && a.Limit == nil
}

// measured is a value that passes; empty where none is asked for.
func (a askedItem) measured() string {
	switch {
	case a.Limit == nil:
		return ""
	case a.Limit.Max != "":
		return a.Limit.Max
	}
	return a.Limit.Min
}

// openForm returns the first check point that has two plain items and asks for neither photos
// nor a signature where everything is fine; read reads a path of the API.
func openForm(read func(path string, v any) error) (checkForm, error) {
	var points struct {
		Items []struct {
			ID   string
			Sign bool
		}
	}
	if err := read("/api/checklist/points?limit=100", &points); err != nil {
		return checkForm{}, err
	}
	for _, p := range points.Items {
		var found struct {
			StandardID string
			Asks       []askedItem
		}
		if err := read("/api/checklist/points/"+p.ID, &found); err != nil {
			return checkForm{}, err
		}
		n := 0
		for _, a := range found.Asks {
			if a.plain() {
				n++
			}
		}
		camera := slices.ContainsFunc(found.Asks, func(a askedItem) bool { return a.PhotoAlways })
		if n >= 2 && !camera && !p.Sign {
			return checkForm{p.ID, found.StandardID, found.Asks}, nil
		}
	}
	return checkForm{}, errors.New("no check point has two items that may fail without a photo")
}

// fill returns a finished check in which failed of the plain items fail.
func (f checkForm) fill(client uuid.UUID, failed int) map[string]any {
	now := time.Now().UTC()
	answers := make([]any, len(f.Asks))
	for i, a := range f.Asks {
		answer := map[string]any{"code": a.Code, "result": "pass"}
		if v := a.measured(); v != "" {
			answer["measured"] = v
		}
		if failed > 0 && a.plain() {
			answer["result"], answer["note"] = "fail", "现场不符合，已告知班组，编号 "+strconv.Itoa(failed)
			failed--
		}
		answers[i] = answer
	}
	return map[string]any{
		"clientId": client.String(), "startedOn": day.In(now, day.Shanghai).String(), "startedAt": now.Format(time.RFC3339Nano), "finishedAt": now.Format(time.RFC3339Nano),
		"pointId": f.Point, "standardId": f.Standard, "answers": answers,
	}
}

// json returns a finished check as it is sent.
func (f checkForm) json(client uuid.UUID, failed int) ([]byte, error) {
	b, err := json.Marshal(f.fill(client, failed))
	if err != nil {
		return nil, fmt.Errorf("check form: %w", err)
	}
	return b, nil
}
