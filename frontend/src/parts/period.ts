import { say } from '@/i18n'

/** What people call a period of the wire: 2026-Q3 → 2026年第3季度; whatever is no period stays as it is. */
export function periodName(period: string): string {
  const found = /^(\d{4})(?:-(Q|H|W)?(\d{1,2}))?$/.exec(period)
  if (!found) return period
  const [, year, kind, digits] = found
  const n = Number(digits)
  if (!digits) return say('parts.period.year', { year })
  if (kind === 'Q') return say('parts.period.quarter', { year, n })
  if (kind === 'H') return say('parts.period.half', { year, half: say(n === 1 ? 'parts.period.halves.1' : 'parts.period.halves.2') })
  if (kind === 'W') return say('parts.period.week', { year, n })
  return say('parts.period.month', { year, n })
}
