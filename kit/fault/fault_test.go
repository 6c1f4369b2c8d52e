package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/fault"
)

var errTaken = fault.New(fault.Conflict, "staff.taken")

func TestCopiesLeaveTheDeclaredFaultAlone(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	one := errTaken.At("body.name").With("name", "安").Because(cause)
	two := one.Also(fault.Field{Path: "body.phone", Code: "staff.phone"}).With("name", "标")
	require.ErrorIs(t, one, errTaken)
	require.ErrorIs(t, fmt.Errorf("around: %w", two), errTaken)
	require.ErrorIs(t, one, cause)
	require.NotErrorIs(t, one, fault.New(fault.Conflict, "staff.other"))
	require.Equal(t, "staff.taken: disk full", one.Error())
	require.Equal(t, "staff.taken", errTaken.Error())
	require.Empty(t, errTaken.Fields)
	require.Nil(t, errTaken.Params)
	require.Len(t, one.Fields, 1)
	require.Len(t, two.Fields, 2)
	require.Equal(t, fault.Params{"name": "安"}, one.Params)
	require.Equal(t, fault.Params{"name": "标"}, two.Params)
}

func TestAForgottenKindSaysTooLittle(t *testing.T) {
	t.Parallel()
	require.Equal(t, fault.Internal, (&fault.Error{}).Kind)
}
