package secret

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"anbiao/kit/db"
)

// kept is a sealed value.
type kept struct {
	Company int64
	Key     int64
	Value   []byte
}

// fresh is a value sealed again, hexadecimal.
type fresh struct {
	Company int64  `json:"company"`
	Key     int64  `json:"key"`
	Was     string `json:"was"`
	Value   string `json:"value"`
	Index   string `json:"index"`
}

func (c Column) company() string {
	if c.Company == "" {
		return "0::bigint"
	}
	return "t." + c.Company
}

// values reads the sealed values of a column behind the last, in order.
func values(ctx context.Context, tx db.Tx, c Column, from cursor, limit int) (out []kept, err error) {
	q := fmt.Sprintf(`SELECT %[1]s AS company, t.%[2]s AS key, t.%[3]s AS value FROM %[4]s t WHERE length(t.%[3]s) > 0 AND (%[1]s, t.%[2]s) > (?, ?) ORDER BY %[1]s, t.%[2]s LIMIT ?`,
		c.company(), c.Key, c.Name, c.Table)
	if c.Company == "" {
		q = fmt.Sprintf("SELECT 0::bigint AS company, t.%[1]s AS key, t.%[2]s AS value FROM %[3]s t WHERE length(t.%[2]s) > 0 AND 0 >= ? AND t.%[1]s > ? ORDER BY t.%[1]s LIMIT ?", c.Key, c.Name, c.Table)
	}
	err = tx.WithContext(ctx).Raw(q, from.Company, from.After, limit).Scan(&out).Error
	return out, err
}

// replace writes values sealed again, unless somebody has changed the row meanwhile.
func replace(ctx context.Context, tx db.Tx, c Column, rows []fresh) (int64, error) {
	b, err := json.Marshal(rows)
	if err != nil {
		return 0, err
	}
	set := fmt.Sprintf("%s = decode(v.value, 'hex')", c.Name)
	if c.Index != "" {
		index := "decode(v.index, 'hex')"
		if c.OnceOnly { // the same number was entered again under the new key: the older row keeps its index and is told apart by a person
			same := "true"
			if c.Company != "" {
				same = "o.company_id = t.company_id"
			}
			index = fmt.Sprintf("CASE WHEN EXISTS (SELECT FROM %[1]s o WHERE %[2]s AND o.%[3]s = decode(v.index, 'hex') AND o.%[4]s <> t.%[4]s) THEN t.%[3]s ELSE decode(v.index, 'hex') END", c.Table, same, c.Index, c.Key)
		}
		set += fmt.Sprintf(", %s = %s", c.Index, index)
	}
	done := tx.WithContext(ctx).Exec(fmt.Sprintf(`UPDATE %[1]s t SET %[2]s FROM jsonb_to_recordset(?::jsonb) AS v (company bigint, key bigint, was text, value text, index text)
		WHERE t.%[3]s = v.key AND %[4]s = v.company AND t.%[5]s = decode(v.was, 'hex')`, c.Table, set, c.Key, c.company(), c.Name), string(b))
	return done.RowsAffected, done.Error
}

// reached is where a person is reached.
type reached struct {
	ID    int64
	Phone string
	Email string
}

func reachable(ctx context.Context, tx db.Tx, after int64, limit int) (out []reached, err error) {
	err = tx.WithContext(ctx).Raw("SELECT id, coalesce(phone, '') AS phone, email FROM account_person WHERE id > ? AND (phone IS NOT NULL OR email <> '') ORDER BY id LIMIT ?", after, limit).Scan(&out).Error
	return out, err
}

// moved is an index of an address under a former key, and the same under the present one.
type moved struct {
	Person int64  `json:"person"`
	Was    string `json:"was"`
	Is     string `json:"is"`
}

func moveOf(person int64, was, is []byte) moved {
	return moved{person, hex.EncodeToString(was), hex.EncodeToString(is)}
}

// readdress puts indexes of addresses under the present key.
func readdress(ctx context.Context, tx db.Tx, rows []moved) (n int64, err error) {
	b, err := json.Marshal(rows)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	for _, table := range []string{"notice_dead_address", "notice_fix", "notice_delivery"} {
		done := tx.WithContext(ctx).Exec(fmt.Sprintf(`UPDATE %s t SET address_index = decode(v."is", 'hex') FROM jsonb_to_recordset(?::jsonb) AS v (person bigint, was text, "is" text)
			WHERE t.address_index = decode(v.was, 'hex') AND t.person_id = v.person`, table), string(b))
		if done.Error != nil {
			return n, done.Error
		}
		n += done.RowsAffected
	}
	return n, nil
}
