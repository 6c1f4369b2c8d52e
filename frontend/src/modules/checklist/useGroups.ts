import type { Schema } from '@/api/client'

export type Asked = Schema<'ChecklistAsked'>

/** A module's items as a standard asks them. */
export interface Group {
  code: string
  name: string
  rows: (Asked & { id: string })[]
  disabled: number
}

/** The items by module, in their order; `text` narrows them to codes and requirements that hold it. */
export function groupsOf(asks: readonly Asked[], text = ''): Group[] {
  const wanted = text.trim().toLowerCase()
  const groups = new Map<string, Group>()
  for (const ask of asks) {
    if (wanted && !`${ask.code} ${ask.requirement}`.toLowerCase().includes(wanted)) continue
    const group = groups.get(ask.module) ?? { code: ask.module, name: ask.moduleName, rows: [], disabled: 0 }
    group.rows.push({ ...ask, id: ask.code })
    if (ask.disabled) group.disabled += 1
    groups.set(ask.module, group)
  }
  return [...groups.values()]
}
