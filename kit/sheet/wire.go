package sheet

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"anbiao/kit/day"
)

// RecordsOf makes records of rows as a list answers them: a column's value is the field of its
// key in the row's JSON, instants in Beijing time, what is absent empty, and several
// values one after the other. key names a row.
func RecordsOf[T any](columns []Column, rows []T, key func(T) string) ([]Record, error) {
	out := make([]Record, len(rows))
	for i, row := range rows {
		b, err := json.Marshal(row)
		if err != nil {
			return nil, err
		}
		fields := map[string]json.RawMessage{}
		if err := json.Unmarshal(b, &fields); err != nil {
			return nil, err
		}
		out[i] = Record{Key: key(row), Values: make([]string, len(columns))}
		for j, c := range columns {
			if out[i].Values[j], err = cellText(fields[c.Key]); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// cellText is a JSON value as a cell holds it.
func cellText(raw json.RawMessage) (string, error) {
	if len(raw) == 0 {
		return "", nil
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", err
	}
	switch v := v.(type) {
	case nil:
		return "", nil
	case bool:
		return fmt.Sprint(v), nil
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return at.In(day.Shanghai).Format("2006-01-02 15:04"), nil
		}
		return v, nil
	case []any:
		words := make([]string, len(v))
		for i, one := range v {
			words[i] = fmt.Sprint(one)
		}
		return strings.Join(words, "、"), nil
	}
	return string(raw), nil // a number, in its own digits
}
