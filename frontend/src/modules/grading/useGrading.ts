import { api, keyed, type Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'

export type Line = Schema<'GradingLineView'>
export type Grading = Schema<'GradingOneView'>
export type Offer = Schema<'GradingOfferView'>
export type Condition = Schema<'GradingCondition'>
export type Issue = Grading['issues'][number]

export const STATES = ['draft', 'submitted', 'correction', 'accepted', 'confirmed', 'rejected', 'site_reported', 'rectifying', 'rectify_check', 'listed', 'publicity', 'objection', 'granted', 'not_passed', 'terminated_false', 'withdrawn'] as const
export const LEVELS = ['1', '2', '3', 'pass'] as const
export const SIDES = ['company', 'organizer', 'authority', 'agency'] as const

/** How a state looks in a list. */
export const TONES: Record<string, Tone> = {
  draft: 'plain', submitted: 'busy', correction: 'warn', accepted: 'busy', confirmed: 'busy', rejected: 'bad', site_reported: 'busy', rectifying: 'warn', rectify_check: 'busy', listed: 'good',
  publicity: 'good', objection: 'warn', granted: 'good', not_passed: 'bad', terminated_false: 'bad', withdrawn: 'plain',
}
/** How a condition looks. */
export const STANDINGS: Record<string, Tone> = { ok: 'good', declared: 'good', not_ok: 'bad', not_held: 'bad', confirm: 'warn' }

/** The deeds that are a form of their own, in the order of the page, with the path each is sent to. What is not here is done at its row. */
export const DEEDS = {
  sign: 'sign', submit: 'submit', resubmit: 'resubmit', ask_check: 'check', ask_extension: 'extension', accept: 'accept', ask_correction: 'correction', endorse: 'endorse', confirm: 'confirm',
  reject: 'reject', assign: 'assign', grant_extension: 'extension-answer', open_review: 'review', report: 'report', pass_check: 'checked', list: 'list', publicize: 'publicize', announce: 'announce',
  fail: 'fail', withdraw: 'withdraw', terminate: 'terminate',
} as const
export type Deed = keyof typeof DEEDS

/** Those that end an application, or may. */
export const GRAVE: readonly Deed[] = ['reject', 'fail', 'withdraw', 'terminate']

export function offered(may: readonly string[]): Deed[] {
  return (Object.keys(DEEDS) as Deed[]).filter((one) => may.includes(one))
}

/** Sends one step of an application; every path takes its own body. */
export function act(id: string, path: string, body: object, key: string): Promise<unknown> {
  return api.POST(`/api/grading/applications/{id}/${path}` as '/api/grading/applications/{id}/accept', { params: { path: { id } }, ...keyed(key), body: body as never })
}

/** Hundredths with two decimals; — for none. */
export function score(n: number): string {
  return n < 0 ? '—' : (n / 100).toFixed(2)
}

/** A list typed in a text box, a line each. */
export function linesOf(text: string): string[] {
  return text.split('\n').map((one) => one.trim()).filter(Boolean)
}
