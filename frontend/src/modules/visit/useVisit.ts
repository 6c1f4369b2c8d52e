import type { AnswerOf, RowOf, Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Line = RowOf<'/api/visit/visits'>
export type Visit = AnswerOf<'/api/visit/visits/{id}'>
export type Finding = Visit['found'][number]
export type Officer = Schema<'VisitOfficer'>
export type OrderLine = RowOf<'/api/visit/orders'>
export type Order = AnswerOf<'/api/visit/orders/{id}'>
export type Plan = AnswerOf<'/api/visit/plans/{id}'>
export type Rules = AnswerOf<'/api/visit/rules'>
export type Item = Schema<'VisitItem'>

export const STATES = ['planned', 'underway', 'onsite', 'closed', 'refused', 'cancelled'] as const
export const KINDS = ['random', 'key', 'special', 'complaint'] as const
/** Kinds that are made outside the year's plan. */
export const MADE = ['special', 'complaint', 'key'] as const
export const ORDER_STATES = ['open', 'extension_asked', 'reinspection_asked', 'passed', 'failed'] as const

export const TONES: Record<string, Tone> = { planned: 'warn', underway: 'busy', onsite: 'busy', closed: 'good', refused: 'bad', cancelled: 'plain' }
export const ORDER_TONES: Record<string, Tone> = { open: 'warn', extension_asked: 'warn', reinspection_asked: 'busy', passed: 'good', failed: 'bad' }
export const PLAN_TONES: Record<string, Tone> = { draft: 'plain', drawn: 'busy', submitted: 'warn', approved: 'good', returned: 'bad', dropped: 'plain' }
export const HAZARD_TONES: Record<string, Tone> = { accepted: 'good', cancelled: 'good', voided: 'plain', transferred: 'plain' }

const DEEDS = ['set_out', 'arrive', 'record', 'close', 'refuse', 'announce', 'change', 'order', 'receive', 'cancel']

/** The buttons of an inspection in the order of its life. */
export function offered(may: readonly string[]): string[] {
  return DEEDS.filter((one) => may.includes(one))
}

const ORDER_DEEDS = ['receive', 'reinspection', 'extension', 'answer', 'reinspect']

/** The buttons of an order in the order of its life. */
export function orderDeeds(may: readonly string[]): string[] {
  return ORDER_DEEDS.filter((one) => may.includes(one))
}

/** A share that the server says in hundredths of a percent. */
export function shareOf(hundredths: number): string {
  return hundredths < 0 ? '—' : `${(hundredths / 100).toFixed(1)}%`
}

/** A yearly frequency that the server says in hundredths: 50 is once in two years. */
export function timesOf(hundredths: number): string {
  return (hundredths / 100).toFixed(2).replace(/\.?0+$/, '')
}

/** Findings that are in no order yet. */
export function free(found: readonly Finding[]): Finding[] {
  return found.filter((one) => !one.orderId)
}

/** A day some days after another. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
