import type { AnswerOf, RowOf } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'
import type { Step } from '@/parts/TimeLine.vue'
import { photosOf } from '@/parts/photos'

export type HazardRow = RowOf<'/api/hazard/hazards'>
/** A hazard with its history. */
export type Hazard = AnswerOf<'/api/hazard/hazards/{id}'> & HazardRow

/** What a person can do on the page of a hazard; each is a dialog or a press. */
export const DEEDS = ['grade', 'assign', 'start', 'fix', 'accept', 'reject', 'pass', 'fail'] as const
export type Deed = (typeof DEEDS)[number]

/** What takes two people. The answers stand in the banner of what was asked. */
export const ASKS = ['ask_extension', 'ask_void', 'ask_transfer'] as const
export type Asking = (typeof ASKS)[number] | 'extend' | 'void' | 'transfer' | 'refuse'

/** What can be done to many at once. */
export const BULK_DEEDS = { assign: 'hazard.ledger.assign', ask_extension: 'hazard.ledger.fix', extend: 'hazard.ledger.answer', refuse: 'hazard.ledger.answer', accept: 'hazard.ledger.accept', tag: 'hazard.ledger.tag' } as const
export type BulkDeed = keyof typeof BULK_DEEDS

/** Ways to find a hazard; those of an authority are entered from its papers. */
export const SOURCES = ['self_check', 'snap', 'regulator', 'covert_visit', 'grid_patrol', 'tip', 'expert', 'transfer', 'drill', 'alarm'] as const

export const STATE_TONES: Record<HazardRow['state'], Tone> = {
  registered: 'warn', graded: 'warn', assigned: 'busy', plan_filed: 'busy', extension_pending: 'warn', self_evaluated: 'busy', transferred: 'plain', rectifying: 'busy', awaiting_acceptance: 'warn', accepted: 'good', under_review: 'busy', cancelled: 'good', voided: 'plain',
}

const BAD = new Set(['reject', 'fail', 'void', 'refuse', 'stop_work'])
const GOOD = new Set(['accept', 'pass', 'cancel', 'extend', 'self_evaluate', 'resume'])

/** The deeds the server offers, in the order of the buttons. */
export function offered(may: readonly string[]): Deed[] {
  return DEEDS.filter((deed) => may.includes(deed))
}

/** The history as a timeline; `say` names the events. */
export function stepsOf(hazard: Pick<Hazard, 'steps'>, say: (event: string) => string, detail: (step: Hazard['steps'][number]) => string[]): Step[] {
  return hazard.steps.map((step) => ({
    id: String(step.n),
    at: step.at,
    title: say(step.event),
    actor: step.actorName,
    note: [step.note, ...detail(step)].filter(Boolean).join('\n'),
    tone: BAD.has(step.event) ? 'bad' : GOOD.has(step.event) ? 'good' : 'plain',
    photos: photosOf(step.photos),
  }))
}

/** Yuan as typed into whole fen; undefined for nothing. Integer arithmetic on the digits, no floats. */
export function fenOf(yuan: string): number | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(yuan.trim())
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined
}
