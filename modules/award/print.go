package award

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Address is the verification page of an award.
func (s *Service) Address(a Award) string {
	return strings.TrimSuffix(s.BaseURL, "/") + "/verify/award/" + a.PublicID.String()
}

// PrintCertificate returns the certificate (安全生产标准化证书) as PDF, with the name of the file. It is in Chinese in either
// language: it is an official paper. One that no longer counts says so across the page. Errors: rbac.ErrNotFound.
func (s *Service) PrintCertificate(ctx context.Context, n id.Of[id.Award]) (name string, content []byte, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		a, err := awardByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		name = text.Say(text.Of(ctx), "award.print-certificate", nil) + " " + a.CertificateNo
		content, err = certificate(a, s.Address(a), today(tx))
		return err
	})
	return name, content, err
}

// Colours of the certificate: the red and the gold that such papers are printed in.
var (
	red   = doc.Hex("#b3261e")
	gold  = doc.Hex("#b8860b")
	ink   = doc.Hex("#222222")
	faint = doc.Hex("#8a8a8a")
)

func say(key string) string { return text.Say(text.Chinese, "award."+key, nil) }

func certificate(a Award, address string, now day.Date) ([]byte, error) {
	d := doc.New(doc.Options{Size: "A4", Landscape: true, Title: say("print-certificate")})
	w, h := d.Size()
	frame(d, w, h)
	d.Ink(red)
	d.CentreAt(w/2, 34, 34, say("print-certificate-title"))
	d.Ink(ink)
	d.TextAt(30, 52, 12, say("print-number")+"："+a.CertificateNo)
	d.CentreAt(w/2, 66, 22, a.CompanyName)
	d.CentreAt(w/2, 84, 14, say("print-certificate-text"))
	d.Ink(red)
	d.CentreAt(w/2, 98, 26, standing(a))
	d.Ink(ink)
	lines := [][2]string{
		{say("print-uscc"), a.USCC},
		{say("print-speciality"), specialityName(a.Speciality)},
		{say("print-announced-on"), chinese(a.AnnouncedOn)},
		{say("print-valid-until"), chinese(a.ValidUntil)},
		{say("print-notice"), a.NoticeNo},
		{say("print-review"), a.ReviewUnit},
		{say("print-printed"), a.PrintedNo},
		{say("print-plaque"), a.PlaqueNo},
	}
	lines = slices.DeleteFunc(lines, func(l [2]string) bool { return l[1] == "" })
	for i, l := range lines {
		d.TextAt(30+float64(i%2)*95, 122+float64(i/2)*9, 11.5, l[0]+"："+l[1])
	}
	d.QRAt(address, w-62, 118, 32)
	d.Ink(faint)
	d.CentreAt(w-46, 152, 8, say("print-scan"))
	d.CentreAt(w-46, 157, 8, say("print-check-code")+" "+a.CheckCode)
	d.Ink(ink)
	d.TextAt(w-110, 168, 13, a.Authority)
	d.TextAt(w-110, 177, 12, chinese(a.AnnouncedOn))
	if s := a.On(now); s == Expired || s == Revoked || s == Replaced {
		d.Ink(red)
		d.CentreAt(w/2, 112, 40, say("state-"+string(s)))
		d.Ink(ink)
	}
	return d.Bytes()
}

// frame draws the border; below it is room for the number of the page.
func frame(d *doc.Doc, w, h float64) {
	const edge, thick, below = 9, 1.6, 16
	d.FillAt(edge, edge, w-2*edge, thick, gold)
	d.FillAt(edge, h-below, w-2*edge, thick, gold)
	d.FillAt(edge, edge, thick, h-below-edge, gold)
	d.FillAt(w-edge-thick, edge, thick, h-below-edge, gold)
	d.RectAt(edge+4, edge+4, w-2*edge-8, h-below-edge-6.4)
}

// standing is the level as the certificate states it.
func standing(a Award) string {
	if a.Level == "pass" {
		return say("print-pass")
	}
	return say("print-standing") + a.LevelName + say("print-enterprise")
}

func specialityName(c string) string {
	for _, s := range book.Specialities {
		if s.Code == c {
			return s.Zh
		}
	}
	return c
}

func chinese(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return itoa(d.Year()) + "年" + itoa(int(d.Month())) + "月" + itoa(d.Day()) + "日"
}

// reasonText is why an award no longer counts: the reasons of the rules by name, or what the old list said.
func reasonText(l text.Lang, a Award) string {
	keys := strings.Split(a.Reason, ",")
	for i, k := range keys {
		if _, ok := a.Terms().reason(k); ok {
			keys[i] = text.Say(l, "award.reason-"+k, nil)
		}
	}
	return strings.Join(keys, map[text.Lang]string{text.Chinese: "；", text.English: "; "}[l])
}
