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

/** What may hold the unit `moved`: every unit but itself and what is below it. */
export function homesFor(units: readonly Unit[], moved?: Unit): Unit[] {
  const below = new Set(moved ? [moved.id] : [])
  return units.filter((unit) => {
    if (below.has(unit.parentId)) below.add(unit.id)
    return !below.has(unit.id)
  })
}

/** A unit's name, set in by its depth, for a list to choose from. */
export function indented(unit: Unit): string {
  return `${'　'.repeat(unit.depth - 1)}${unit.name}`
}

/** Where el-tree's drop puts a node: below the node itself, or beside it. Empty is directly below the company. */
export function parentOfDrop(target: Unit, where: string): string {
  return where === 'inner' ? target.id : target.parentId
}
