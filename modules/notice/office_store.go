package notice

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// wanted says which deliveries the function notice_office lists.
type wanted struct {
	People  *[]int64 `json:"people,omitempty"`
	Indexes []string `json:"indexes,omitempty"` // of addresses, hex
	Firm    int64    `json:"firm,omitempty"`
	One     int64    `json:"one,omitempty"`
	Channel string   `json:"channel,omitempty"`
	States  []string `json:"states,omitempty"`
	Beyond  string   `json:"beyond,omitempty"`
	Back    bool     `json:"back,omitempty"`
}

func (w *wanted) from(k page.Key) {
	if !k.First() {
		w.Beyond, w.Back = k.Vals[0], k.Back
	}
}

// sentOf lists at most limit deliveries that the actor may see.
func sentOf(ctx context.Context, tx db.Tx, w wanted, limit int) (rows []Sent, err error) {
	b, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_office(?::jsonb, ?)", string(b), limit).Scan(&rows).Error
}

// oneSent returns one. Errors: rbac.ErrNotFound.
func oneSent(ctx context.Context, tx db.Tx, d id.Of[Delivery]) (Sent, error) {
	if d == 0 {
		return Sent{}, rbac.ErrNotFound
	}
	rows, err := sentOf(ctx, tx, wanted{One: int64(d)}, 1)
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Sent{}, err
	}
	return rows[0], nil
}

func triesOf(ctx context.Context, tx db.Tx, d id.Of[Delivery]) (rows []Try, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_tries(?)", int64(d)).Scan(&rows).Error
}

// sendAgain asks for a delivery once more and returns what notice_again found.
func sendAgain(ctx context.Context, tx db.Tx, d id.Of[Delivery]) (found string, err error) {
	return found, tx.WithContext(ctx).Raw("SELECT notice_again(?, ?)", int64(d), tx.Now).Scan(&found).Error
}

// whomMeans finds people and companies by what was typed.
func whomMeans(ctx context.Context, tx db.Tx, q string) (people, firms []int64, err error) {
	g := tx.WithContext(ctx)
	if err := g.Raw("SELECT notice_people(?)", q).Scan(&people).Error; err != nil {
		return nil, nil, err
	}
	return people, firms, g.Raw("SELECT notice_firms(?)", q).Scan(&firms).Error
}

func hexes(list [][]byte) []string {
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = hex.EncodeToString(b)
	}
	return out
}

// Traffic is what a channel did today, and what waits.
type Traffic struct {
	Channel       Channel
	Configured    bool
	StoppedAt     *time.Time
	StoppedByName string
	Reason        string
	DailyCap      *int
	PerMinute     *int
	Sent          int64
	Failed        int64
	Waiting       int64
	Oldest        *time.Time
}

func traffic(ctx context.Context, tx db.Tx, since time.Time) (rows []Traffic, err error) {
	return rows, tx.WithContext(ctx).Raw(`SELECT v.channel, v.configured, v.stopped_at, v.stopped_by_name, v.reason, v.daily_cap, v.per_minute, t.sent, t.failed, t.waiting, t.oldest
		FROM notice_valve v JOIN notice_traffic(?) t ON t.channel = v.channel
		ORDER BY array_position(ARRAY['mail','sms','wechat','webhook','wecom','dingtalk','feishu'], v.channel)`, since).Scan(&rows).Error
}

// valved locks a channel. Errors: rbac.ErrNotFound.
func valved(ctx context.Context, tx db.Tx, channel string) (t Traffic, err error) {
	var rows []Traffic
	err = tx.WithContext(ctx).Raw("SELECT channel, configured, stopped_at, stopped_by_name, reason, daily_cap, per_minute FROM notice_valve WHERE channel = ? FOR UPDATE", channel).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Traffic{}, err
	}
	return rows[0], nil
}

func stopValve(ctx context.Context, tx db.Tx, channel, by, reason string) error {
	return tx.WithContext(ctx).Exec("UPDATE notice_valve SET stopped_at = ?, stopped_by_name = ?, reason = ? WHERE channel = ?", tx.Now, by, reason, channel).Error
}

// startValve opens a channel; what it held leaves.
func startValve(ctx context.Context, tx db.Tx, channel string) error {
	return tx.WithContext(ctx).Exec("SELECT notice_start(?, ?)", channel, tx.Now).Error
}

func limitValve(ctx context.Context, tx db.Tx, channel string, daily, minute *int) error {
	return tx.WithContext(ctx).Exec("UPDATE notice_valve SET daily_cap = ?, per_minute = ? WHERE channel = ?", daily, minute, channel).Error
}

// Setting holds for the whole installation.
type Setting struct {
	OneRow        bool `gorm:"primaryKey"`
	DigestHours   int  // that messages may wait before they become one
	DigestOver    int  // and how many may leave one by one
	SMSLi         int  `gorm:"column:sms_li"` // price of a text message in 厘, a thousandth of a yuan
	ChangedAt     *time.Time
	ChangedByName string
}

// TableName names the table.
func (Setting) TableName() string { return "notice_setting" }

func settingOf(ctx context.Context, tx db.Tx) (set Setting, err error) {
	return set, tx.WithContext(ctx).Raw("SELECT digest_hours, digest_over, sms_li, changed_at, changed_by_name FROM notice_setting").Scan(&set).Error
}

func saveSetting(ctx context.Context, tx db.Tx, set Setting) error {
	return tx.WithContext(ctx).Exec("UPDATE notice_setting SET digest_hours = ?, digest_over = ?, sms_li = ?, changed_at = ?, changed_by_name = ?",
		set.DigestHours, set.DigestOver, set.SMSLi, tx.Now, set.ChangedByName).Error
}
