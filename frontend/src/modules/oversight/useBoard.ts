import type { RowOf } from '@/api/client'

export type BoardRow = RowOf<'/api/oversight/companies'>

export { COLOURS } from '@/parts/standing/colours'

/** Names of the list's filters, as the address and the server know them. */
export const FILTERS = [
  'name', 'colour', 'overdue', 'missing', 'level', 'class', 'size', 'industry', 'uscc', 'person', 'open', 'majors', 'inactive', 'must', 'signals', 'gradeUntil', 'silent', 'live', 'certificates', 'division', 'line',
] as const

/** The order the server knows for a column and a direction; the worst first where none is asked for. */
export function sortOf(sort: string | undefined): string | undefined {
  const [column = '', direction] = (sort ?? '').split(':')
  const orders: Record<string, [ascending: string, descending: string]> = {
    standing: ['standing', 'best'], overdue: ['least-overdue', 'overdue'], open: ['least-open', 'open'], report: ['report', 'latest-report'],
  }
  const named = orders[column]
  if (named) return named[direction === 'desc' ? 1 : 0]
  return column ? `${direction === 'desc' ? '-' : ''}${column}` : undefined
}

/** True where every column can be sorted by: within one county. */
export function narrow(areas: readonly string[], division: string | undefined): boolean {
  return (division ?? '').length >= 6 || (areas.length > 0 && areas.every((area) => area.length >= 6))
}

/** A share in percent, a dash where there is nothing to have a share of. */
export function rate(num: number, den: number): string {
  return den > 0 ? `${Math.floor((num * 100) / den)}%` : '—'
}

/** The address of a filter, without what is not set. */
export function queryText(filters: Record<string, string>, sort?: string): string {
  const set = Object.entries(filters).filter(([, value]) => value)
  return new URLSearchParams([...set, ...(sort ? [['sort', sort] as [string, string]] : [])]).toString()
}
