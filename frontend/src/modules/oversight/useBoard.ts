import type { RowOf } from '@/api/client'

export type BoardRow = RowOf<'/api/oversight/companies'>

export { COLOURS } from '@/parts/standing/colours'

/** The order the server knows for a column and a direction; the worst first where none is asked for. */
export function sortOf(sort: string | undefined): string | undefined {
  const [column, direction] = (sort ?? '').split(':')
  const orders: Record<string, [ascending: string, descending: string]> = {
    standing: ['standing', 'best'], overdue: ['least-overdue', 'overdue'], open: ['least-open', 'open'], report: ['report', 'latest-report'],
  }
  return orders[column ?? '']?.[direction === 'desc' ? 1 : 0]
}
