import type { AnswerOf, RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Line = RowOf<'/api/instrument/letters'>
export type Missive = AnswerOf<'/api/instrument/letters/{id}'>
export type Deed = Missive['may'][number]

export const KINDS = ['urge', 'interview', 'circular', 'advice', 'reminder'] as const
export const STATES = ['draft', 'issued', 'acknowledged', 'replied', 'returned', 'accepted', 'closed', 'withdrawn'] as const
export const TONES: Record<string, Tone> = { draft: 'plain', issued: 'warn', acknowledged: 'busy', replied: 'warn', returned: 'bad', accepted: 'good', closed: 'plain', withdrawn: 'plain' }

const ORDER = ['issue', 'edit', 'acknowledge', 'reply', 'accept', 'send_back', 'hold', 'close', 'remind', 'escalate', 'withdraw']

/** The buttons of a letter in the order of its life. */
export function offered(may: readonly string[]): string[] {
  return ORDER.filter((one) => may.includes(one))
}

/** Where the operation of a deed lies. */
export function pathOf(deed: string): string {
  return deed.replace('_', '-')
}
