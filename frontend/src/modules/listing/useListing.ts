import type { Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Line = Schema<'ListingLineView'>
export type Listing = Schema<'ListingOneView'>
export type Task = Schema<'ListingTaskView'>

export const STATES = ['listed', 'notice_served', 'plan_filed', 'in_progress', 'extension_asked', 'acceptance_asked', 'passed', 'failed', 'escalated', 'delisted', 'published'] as const
export const LEVELS = ['town', 'county', 'prefecture', 'province'] as const
export const PROFILES = ['ningbo', 'qingdao', 'hubei', 'fujian', 'national_order16'] as const

/** How a state looks in a list. */
export const TONES: Record<string, Tone> = {
  listed: 'warn', notice_served: 'busy', plan_filed: 'busy', in_progress: 'busy', extension_asked: 'warn', acceptance_asked: 'warn', passed: 'good', delisted: 'good', published: 'good', failed: 'bad', escalated: 'bad',
}

/** Steps of the page as buttons: the deed of an event, and how it is named. Grant and pass stand for both answers. */
export const DEEDS = ['receive', 'file_plan', 'progress', 'ask_acceptance', 'ask_extension', 'deliver', 'grant', 'pass', 'delist', 'publish', 'announce', 'file_above', 'escalate'] as const
export type Deed = (typeof DEEDS)[number]

/** The deeds offered, in the order of the page. Refusing and failing are answers of the same form. */
export function offered(may: readonly string[]): Deed[] {
  return DEEDS.filter((one) => may.includes(one))
}

/** Whether the first of the tasks is the reader's own, so that it is said first. */
export function mineFirst(tasks: readonly Task[], side: 'company' | 'regulator'): Task[] {
  return [...tasks.filter((one) => one.side === side), ...tasks.filter((one) => one.side !== side)]
}

/** A day some days after another. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Yuan as typed into fen; undefined where that is no sum. */
export function fenOf(yuan: string): number | undefined {
  const text = yuan.trim().replaceAll(',', '')
  return /^\d{1,9}(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : undefined
}
