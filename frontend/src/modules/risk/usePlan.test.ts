import { describe, expect, it } from 'vitest'
import { middle, moved, rectangle, useDrawing } from './usePlan'

describe('drawing on a plan', () => {
  it('makes a rectangle of a drag, whichever way it goes, and none of a click', () => {
    const d = useDrawing([])
    d.tool.value = 'rectangle'
    d.down([3000, 3000])
    d.up([3010, 3010])
    expect(d.areas.value).toEqual([])
    d.down([3000, 3000])
    d.move([2000, 2500])
    d.up([1000, 2000])
    expect(d.areas.value[0]?.points).toEqual(rectangle([1000, 2000], [3000, 3000]))
    expect([d.tool.value, d.chosen.value]).toEqual(['select', 0])
  })

  it('closes a polygon once it has three corners', () => {
    const d = useDrawing([])
    d.tool.value = 'polygon'
    d.down([0, 0])
    d.down([5000, 0])
    d.close()
    expect(d.areas.value).toEqual([])
    for (const at of [[0, 0], [5000, 0], [5000, 5000]] as [number, number][]) d.down(at)
    d.close()
    expect(d.areas.value).toHaveLength(1)
  })

  it('moves a corner or the whole, never beyond the picture', () => {
    const d = useDrawing([{ riskUnitId: '1', points: rectangle([1000, 1000], [2000, 2000]) }])
    d.hold(0, 2, [2000, 2000])
    d.move([12_000, 2500])
    d.up([0, 0])
    expect(d.areas.value[0]?.points[2]).toEqual([10_000, 2500])
    expect(moved(rectangle([1000, 1000], [2000, 2000]), -5000, 500)[0]).toEqual([0, 1500])
    d.nudge(0, -9000)
    expect(d.areas.value[0]?.points[0]).toEqual([1000, 0])
    d.remove()
    expect(d.areas.value).toEqual([])
  })

  it('puts the name into the middle', () => {
    expect(middle(rectangle([0, 0], [2000, 1000]))).toEqual([1000, 500])
  })
})
