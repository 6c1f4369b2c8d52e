package performance

import "anbiao/rbac"

func homeOf(n int64) rbac.Home { return rbac.Home{CompanyID: rbac.CompanyID(n)} }
