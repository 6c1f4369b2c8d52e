import type { Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Standing = Schema<'ProgrammeStandingView'>
export type Progress = Schema<'ProgrammeProgressView'>

export const INDICATORS = ['standardization', 'duty', 'certificates', 'presses', 'reports', 'hazards'] as const
export const REGISTERS = ['dust', 'confined_space', 'presses', 'standard', 'other'] as const
export const STATES: Record<'matched' | 'candidates' | 'unmatched' | 'ended', Tone> = { matched: 'good', candidates: 'warn', unmatched: 'bad', ended: 'plain' }
export const BULLETINS: Record<'draft' | 'issued' | 'dropped', Tone> = { draft: 'busy', issued: 'good', dropped: 'plain' }

/** Part of a whole in percent with one digit; '—' of nothing. */
export function share(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((part * 1000) / whole) / 10}%` : '—'
}

/** A target as people say it: companies, or percent. */
export function aim(measure: 'number' | 'rate', value: number): string {
  return measure === 'rate' ? `${value / 100}%` : String(value)
}

/** How full the bar is, in percent: against the target of a number, against all of a rate. */
export function fill(measure: 'number' | 'rate', one: Progress): number {
  const whole = measure === 'number' && one.target ? one.target.value : one.counted
  return whole > 0 ? Math.min(100, (one.achieved * 100) / whole) : 0
}

/** How a rank has changed since the month before: up is better. */
export function moved(rank: number, was: number): { text: string; tone: 'up' | 'down' | 'same' } {
  if (!rank || !was || rank === was) return { text: '—', tone: 'same' }
  return rank < was ? { text: `↑${was - rank}`, tone: 'up' } : { text: `↓${rank - was}`, tone: 'down' }
}

export function queryString(query: Record<string, string>): string {
  return new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString()
}
