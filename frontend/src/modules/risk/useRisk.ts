import { api, body, type AnswerOf, type RowOf, type Schema } from '@/api/client'
import { i18n } from '@/i18n'
import type { Tone } from '@/parts/StatusTag.vue'
import { useLoad, type Load } from '@/parts/useLoad'

export type Rules = AnswerOf<'/api/risk/rules'>
export type UnitRow = RowOf<'/api/risk/units'>
export type EventRow = RowOf<'/api/risk/events'>
export type Detail = AnswerOf<'/api/risk/events/{id}'>
export type Plan = AnswerOf<'/api/risk/plans/{id}'>
export type ReportRow = RowOf<'/api/risk/reports'>
export type OneReport = AnswerOf<'/api/risk/reports/{id}'>
export type Scoring = Schema<'RiskScoring'>
export type Level = 'major' | 'larger' | 'general' | 'low'

/** Levels, the gravest first. */
export const LEVELS: Level[] = ['major', 'larger', 'general', 'low']

/** The colour of a level, as tags show it. */
export const TONES: Record<string, Tone> = { major: 'red', larger: 'orange', general: 'yellow', low: 'blue' }

/** The colours of a plan: those of the standard, brighter than tags, which carry white letters. */
export const FILLS: Record<string, string> = { major: '#E5352B', larger: '#F39800', general: '#FFE100', low: '#0068B7', '': '#C4C9CF' }

export const CONTROL_KINDS = ['engineering', 'management', 'training', 'protection', 'emergency'] as const
export type ControlKind = (typeof CONTROL_KINDS)[number]
export const CONTROL_LEVELS = ['company', 'workshop', 'team', 'post'] as const
export const FREQUENCIES = ['per_shift', 'daily', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event', 'per_use'] as const

/** The name of a code in the reader's language. */
export function nameOf(list: readonly { id: string; zh: string; en: string }[] | undefined, id: string): string {
  const found = list?.find((one) => one.id === id)
  if (!found) return id
  return i18n.global.locale.value === 'en' ? found.en : found.zh
}

/** A text of the rules in the reader's language. */
export function said(one: { zh: string; en: string }): string {
  return i18n.global.locale.value === 'en' ? one.en : one.zh
}

/** The rules in force, read once a page. */
export function useRules(): Load<Rules> {
  return useLoad(() => body(api.GET('/api/risk/rules')))
}

/** How a rating was worked out: 3 × 6 × 15. */
export function factors(rating: Scoring): string {
  return (rating.method === 'lec' ? [rating.l, rating.e, rating.c] : [rating.l, rating.s]).join(' × ')
}

/** Whether every factor of the method is chosen. */
export function complete(rating: Scoring): boolean {
  return rating.method === 'lec' ? Boolean(rating.l && rating.e && rating.c) : Boolean(rating.l && rating.s)
}

/** Only the factors of its method. */
export function trimmed(rating: Scoring): Scoring {
  return rating.method === 'lec' ? { method: 'lec', l: rating.l, e: rating.e ?? '', c: rating.c ?? '' } : { method: 'ls', l: rating.l, s: rating.s ?? '' }
}
