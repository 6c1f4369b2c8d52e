import type { RowOf } from '@/api/client'
import type { Schema } from '@/api/client'
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
