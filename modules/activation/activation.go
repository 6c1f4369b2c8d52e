// Package activation gets companies going: activation slips, and the light profile of micro firms (小微企业).
package activation
