import type { RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Signal = RowOf<'/api/proof/signals'>

export const STATES: readonly Signal['state'][] = ['raised', 'explained', 'unexplained']
export const RULES: readonly Signal['rule'][] = ['fast', 'same_photo', 'zero_findings', 'night_batch', 'one_spot', 'false_place', 'clock_change']
export const TONES: Record<Signal['state'], Tone> = { raised: 'warn', explained: 'good', unexplained: 'plain' }

/** What of its term is worth saying: it runs, it cannot be counted yet, or nothing. */
export function termOf(signal: Pick<Signal, 'state' | 'dueOn' | 'daysLeft'>): 'runs' | 'unknown' | 'none' {
  if (signal.state !== 'raised') return 'none'
  if (!signal.dueOn) return 'unknown'
  return signal.daysLeft >= 0 ? 'runs' : 'none'
}
