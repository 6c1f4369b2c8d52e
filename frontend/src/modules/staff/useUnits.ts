import type { Schema } from '@/api/client'

export type Unit = Schema<'StaffUnitView'>

/** A unit with what is below it. */
export interface UnitNode {
  id: string
  unit: Unit
  children: UnitNode[]
}

/** The tree of units, of a list that names parents before children. A unit whose parent is not in the list stands at the top. */
export function treeOf(units: readonly Unit[]): UnitNode[] {
  const nodes = new Map<string, UnitNode>()
  const tops: UnitNode[] = []
  for (const unit of units) {
    const node: UnitNode = { id: unit.id, unit, children: [] }
    nodes.set(unit.id, node)
    const parent = nodes.get(unit.parentId)
    if (parent) parent.children.push(node)
    else tops.push(node)
  }
  return tops
}
