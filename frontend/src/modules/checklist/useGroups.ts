import type { Schema } from '@/api/client'

export type Asked = Schema<'ChecklistAsked'>

/** A module's items as a standard asks them. */
export interface Group {
  code: string
  name: string
  rows: (Asked & { id: string })[]
  disabled: number
}

/** What narrows the items shown; an empty field narrows nothing. */
export interface Narrowing {
  text?: string
  module?: string
  only?: readonly Mark[]
  /** Codes of what the draft changes. */
  changed?: ReadonlySet<string>
}

export const MARKS = ['major', 'disabled', 'limit', 'photo', 'own', 'changed'] as const
export type Mark = (typeof MARKS)[number]

function bears(ask: Asked, mark: Mark, changed: ReadonlySet<string>): boolean {
  switch (mark) {
    case 'major': return ask.level === 'major'
    case 'disabled': return ask.disabled !== ''
    case 'limit': return ask.limit !== undefined
    case 'photo': return ask.photoAlways
    case 'own': return ask.code.startsWith('OWN-')
    case 'changed': return changed.has(ask.code)
  }
}

/** Whether an item is among those looked for: by code or text, of a module, with every mark asked for. */
export function fits(ask: Asked, by: Narrowing): boolean {
  const wanted = (by.text ?? '').trim().toLowerCase()
  return (!wanted || `${ask.code} ${ask.requirement} ${ask.method}`.toLowerCase().includes(wanted))
    && (!by.module || ask.module === by.module)
    && (by.only ?? []).every((mark) => bears(ask, mark, by.changed ?? new Set()))
}

/** The items by module, in their order; `by` narrows them, a plain text to codes and requirements that hold it. */
export function groupsOf(asks: readonly Asked[], by: string | Narrowing = ''): Group[] {
  const narrowing = typeof by === 'string' ? { text: by } : by
  const groups = new Map<string, Group>()
  for (const ask of asks) {
    if (!fits(ask, narrowing)) continue
    const group = groups.get(ask.module) ?? { code: ask.module, name: ask.module === 'OWN' ? '' : ask.moduleName, rows: [], disabled: 0 }
    group.rows.push({ ...ask, id: ask.code })
    if (ask.disabled) group.disabled += 1
    groups.set(ask.module, group)
  }
  return [...groups.values()]
}

/** A limit as people write it, e.g. 接地电阻 ≤4Ω. */
export function limitText(limit: Schema<'ChecklistLimit'> | undefined): string {
  if (!limit) return ''
  const range = !limit.min ? `≤${limit.max ?? ''}` : !limit.max ? `≥${limit.min}` : `${limit.min}～${limit.max}`
  return `${limit.what ?? ''} ${range}${limit.unit}`.trim()
}
