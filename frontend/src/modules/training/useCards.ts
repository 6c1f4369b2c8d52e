import type { RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Card = RowOf<'/api/training/cards'>
export type Newcomer = RowOf<'/api/training/newcomers'>
export type FileRow = RowOf<'/api/training/files'>
export const CARD_TONES: Record<'open' | 'complete' | 'void', Tone> = { open: 'warn', complete: 'good', void: 'plain' }
export const REASONS = ['new', 'transfer', 'return'] as const

const CLASS_HOUR = 45

/** Minutes in class hours (学时) of 45 minutes, tenths cut. */
export function classHours(minutes: number): string {
  const tenths = Math.floor((minutes * 10) / CLASS_HOUR)
  return tenths % 10 ? `${Math.floor(tenths / 10)}.${tenths % 10}` : String(tenths / 10)
}

/** Class hours that somebody typed, in minutes. */
export function minutesOf(hours: number): number {
  return Math.round(hours * CLASS_HOUR)
}
