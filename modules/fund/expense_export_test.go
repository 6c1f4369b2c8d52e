package fund

// For tests of what is not asked by itself.
var (
	UsedByItem = usedByItem
	Expected   = expected
	DoubtsOf   = doubtsOf
	YuanOf     = yuanOf
	Key        = itemKey
)
