package fund

// For tests of what is not asked by itself.
var (
	UsedByItem  = usedByItem
	ExpectedUse = expected
	DoubtsOf    = doubtsOf
	YuanOf      = yuanOf
	Key         = itemKey
)
