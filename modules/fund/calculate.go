package fund

import (
	"errors"
	"fmt"

	"anbiao/kit/accrual"
)

// blamed tells a person what keeps a year from being worked out, and in which field of the request it stands: lines[2].sub under
// path "body.". Errors of other kinds pass.
func blamed(err error, path string, y accrual.Year) error {
	f, ok := errors.AsType[*accrual.Fault](err)
	if !ok {
		return err
	}
	if f.Line >= 0 {
		return blamedLine(f, fmt.Sprintf("%slines[%d].", path, f.Line), y.Lines[f.Line])
	}
	switch f.Code {
	case accrual.FaultYear:
		return ErrYear.At(path + "year")
	case accrual.FaultApproval:
		return ErrApproval.At(fmt.Sprintf("%ssuspendedByApproval[%d]", path, f.Month-1))
	case accrual.FaultPriorDue:
		return ErrAmount.At(path + "priorDueFen")
	case accrual.FaultTooLarge:
		switch {
		case f.Month > 0:
			return ErrAmount.At(fmt.Sprintf("%susedFen[%d]", path, f.Month-1))
		case y.PriorDueFen > accrual.MaxAmount:
			return ErrAmount.At(path + "priorDueFen")
		}
		return ErrAmount.At(path + "openingFen")
	}
	return ErrLines.At(path + "lines")
}

func blamedLine(f *accrual.Fault, path string, l accrual.Line) error {
	switch f.Code {
	case accrual.FaultCategory:
		return ErrCategory.At(path + "category")
	case accrual.FaultSub, accrual.FaultSubMissing:
		return ErrSub.At(path + "sub")
	case accrual.FaultHazard:
		return ErrSub.At(path + "hazards")
	case accrual.FaultRules:
		return ErrRuleKept.At(path + "rules")
	case accrual.FaultRateLower, accrual.FaultRateRange:
		return ErrRate.At(path + "rate")
	case accrual.FaultRevision:
		return ErrRevision.At(path + "revised")
	case accrual.FaultQuantity:
		return ErrQuantity.At(fmt.Sprintf("%squantities[%d]", path, f.Month-1))
	}
	fault := ErrRevenue
	if f.Code == accrual.FaultTooLarge {
		fault = ErrAmount
	}
	for i, r := range l.Revised {
		if f.Month == r.FromMonth && f.Month > 0 {
			return fault.At(fmt.Sprintf("%srevised[%d].revenueFen", path, i))
		}
	}
	if f.Month > 0 {
		return fault.At(fmt.Sprintf("%squantities[%d]", path, f.Month-1))
	}
	return fault.At(path + "revenueFen")
}
