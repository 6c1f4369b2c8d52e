import { expect, test } from 'vitest'
import { labelsAddress } from './useLabels'

test('the labels are those of the list', () => {
  expect(labelsAddress({ explosive: 'dust' }, '2x5', 3)).toBe('/api/checklist/points/labels?explosive=dust&layout=2x5&first=3')
  expect(labelsAddress({ ids: '4,5' }, '3x8', 1)).toBe('/api/checklist/points/labels?ids=4%2C5&layout=3x8&first=1')
})
