import type { Asked } from '../server'

export type Limit = NonNullable<Asked['limit']>

const PLAIN = /^-?\d{1,9}(\.\d{1,4})?$/

/** What was typed as a plain decimal number; undefined if it is none. The digits stay as they were typed. */
export function decimalOf(typed: string | undefined): string | undefined {
  const clean = (typed ?? '').normalize('NFKC').replace(/[\s\u00a0]/g, '').replace(/。/g, '.').replace(/^\+/, '').replace(/^(-?)\./, '$10.').replace(/\.$/, '')
  return PLAIN.test(clean) ? clean : undefined
}

// Whole ten-thousandths: compared exactly.
function scaled(decimal: string): bigint {
  const [whole = '0', rest = ''] = decimal.replace('-', '').split('.')
  const size = BigInt(whole + rest.padEnd(4, '0'))
  return decimal.startsWith('-') ? -size : size
}

/** Whether a value lies within the range, bounds included. An open bound lets everything pass. */
export function within(limit: Limit, decimal: string): boolean {
  const value = scaled(decimal)
  return !((limit.min && value < scaled(limit.min)) || (limit.max && value > scaled(limit.max)))
}

/** The range as people read it: 0.5–0.8 MPa, ≤ 4 Ω. */
export function rangeOf({ unit, min, max }: Limit): string {
  if (min && max) return `${min}–${max} ${unit}`
  if (max) return `≤ ${max} ${unit}`
  return min ? `≥ ${min} ${unit}` : unit
}
