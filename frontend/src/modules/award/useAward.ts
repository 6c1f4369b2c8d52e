import type { Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Line = Schema<'AwardLineView'>
export type Award = Schema<'AwardOneView'>
export type Own = Schema<'AwardOwnView'>
export type Public = Schema<'AwardPublicView'>

export const STATES = ['in_force', 'renewal_due', 'expired', 'revoked', 'replaced'] as const
export const LEVELS = ['1', '2', '3', 'pass'] as const
export const SPECIALITIES = ['JX', 'QG', 'FZ', 'JC', 'YS', 'YJ', 'YC', 'SM', 'HG', 'YY', 'WH', 'YH', 'KS', 'SY', 'XK', 'CJ', 'DZ'] as const

/** How a state looks in a list. */
export const TONES: Record<string, Tone> = { in_force: 'good', renewal_due: 'warn', expired: 'bad', revoked: 'bad', replaced: 'plain' }
/** How a year looks. */
export const YEAR_TONES: Record<string, Tone> = { filed: 'good', missed: 'bad', open: 'busy', ahead: 'plain', unknown: 'warn' }

/** Steps of the page as buttons, in their order; what takes a level away is set apart. */
export const DEEDS = ['state', 'rename_ask', 'rename_withdraw', 'rename', 'revoke', 'announce', 'collect', 'number', 'propose'] as const
export type Deed = (typeof DEEDS)[number] | 'confirm' | 'year_filed'

/** The deeds offered; a condition and a year are confirmed where they stand. */
export function offered(may: readonly string[]): Deed[] {
  return DEEDS.filter((one) => may.includes(one))
}

/** How near the end of a level is: the lamp of its validity. */
export function lamp(award: Pick<Line, 'state' | 'daysLeft'>): Tone {
  if (award.state === 'expired' || award.state === 'revoked') return 'bad'
  if (award.state === 'replaced') return 'plain'
  return award.daysLeft <= 180 ? 'warn' : 'good'
}
