package org_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"anbiao/kit/org"
)

func TestTree(t *testing.T) {
	t.Parallel()
	tree := org.Tree{Units: []org.Unit{
		{ID: 1, Kind: "workshop", Name: "冲压车间", Path: "0001"},
		{ID: 2, ParentID: 1, Kind: "team", Name: "一班", Path: "00010002"},
		{ID: 3, Kind: "workshop", Name: "喷涂车间", Path: "0003"},
	}}
	assert.True(t, tree.Within(2, 1))
	assert.True(t, tree.Within(1, 1))
	assert.True(t, tree.Within(3, 0))
	assert.False(t, tree.Within(3, 1))
	assert.False(t, tree.Within(1, 2))
	assert.False(t, tree.Within(9, 1), "an unknown unit lies nowhere")
	w, ok := tree.Ancestor(2, "workshop")
	assert.True(t, ok)
	assert.Equal(t, "冲压车间", w.Name)
	_, ok = tree.Ancestor(3, "team")
	assert.False(t, ok)
	assert.Equal(t, []string{"冲压车间", "一班"}, tree.Names(2))
}
