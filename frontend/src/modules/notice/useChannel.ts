import type { RowOf, Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Hook = Schema<'NoticeHookView'>
export type Sent = RowOf<'/api/notice/hooks/{id}/deliveries'>
export type HookKind = Hook['kind']

export const KINDS: HookKind[] = ['wecom', 'dingtalk', 'feishu', 'webhook']

/** Kinds of messages that people and hooks choose by, as the server sorts them. */
export const CATEGORIES = ['certificate', 'training', 'hazard', 'check', 'report', 'duty', 'standard', 'supervision', 'emergency', 'other'] as const

/** How the state of a delivery looks. */
export function toneOf(state: string): Tone {
  if (state === 'sent') return 'good'
  if (state === 'failed' || state === 'dead' || state === 'unroutable') return 'bad'
  return state === 'held' || state === 'queued' || state === 'claimed' ? 'busy' : 'plain'
}

const GONE = new Set(['93000', '93008', '93014', '300001', '400101', '400102', '400013', '19001', '19007', '410', '404'])
const SIGNED = new Set(['310000', '19021', '19022', '19024', '401', '403'])
const OFTEN = new Set(['45009', '45033', '130101', '410100', '11232', '11233', '429'])

/** Why a delivery did not arrive, as a word of `noticeChannel.reasons`; undefined where only the raw text tells. */
export function reasonOf(row: { receipt: string; error: string }): string | undefined {
  if (GONE.has(row.receipt)) return 'gone'
  if (SIGNED.has(row.receipt)) return 'signed'
  if (OFTEN.has(row.receipt)) return 'often'
  if (/^5\d\d$/.test(row.receipt)) return 'broken'
  if (row.error === 'gone') return 'closed'
  if (row.error.includes('private network')) return 'inside'
  if (row.error.includes('no such host')) return 'unknown'
  return /refused|timeout|deadline|reset|EOF|unreachable/i.test(row.error) && !row.receipt ? 'silent' : undefined
}
