import { api, body, keyed } from '@/api/client'
import type { AnswerOf, RowOf } from '@/api/client'
import { pngOf } from '@/parts/signature'
import { fenOf } from './useHazard'

export type MajorRow = RowOf<'/api/hazard/majors'>
/** A major hazard with its treatment. */
export type MajorFile = AnswerOf<'/api/hazard/majors/{id}'>
export type Plan = MajorFile['plans'][number]
export type DirectRow = RowOf<'/api/hazard/direct-reports'>

/** What can be done on the page of a treatment, in the order of the buttons. */
export const VERBS = ['report', 'congress', 'draft', 'sign', 'stop', 'progress', 'evaluate', 'ask', 'review', 'resume'] as const
export type Verb = (typeof VERBS)[number]

/** Deeds of the ledger that belong to a treatment as well. */
export const LEDGER_DEEDS = ['assign', 'start', 'fix', 'reject'] as const

export const ELEMENTS = ['goals', 'methods', 'funds', 'organisation', 'time', 'safety'] as const
export const LIGHTS = ['responsibility', 'measures', 'funds', 'time', 'contingency'] as const

/** The verbs the server offers. */
export function verbsOf(file: Pick<MajorFile, 'verbs'>): Verb[] {
  return VERBS.filter((one) => file.verbs.includes(one))
}

/** Hundredths of a percent as people read them: 5250 → 52.5%. */
export function shareText(share: number): string {
  return `${Math.round(share) / 100}%`
}

/** Percent as typed into hundredths; undefined for what is none. */
export function shareOf(percent: string): number | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(percent.trim().replace('%', ''))
  if (!match) return undefined
  const share = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return share <= 10_000 ? share : undefined
}

/** Names as typed, separated by any usual sign. */
export function namesOf(text: string): string[] {
  return text.split(/[、，,;；\s]+/).filter(Boolean)
}

/** The draft to be written, or the signed version to begin the next from. */
export function planToEdit(file: Pick<MajorFile, 'plans'>): Plan | undefined {
  return file.plans.at(-1)
}

/** Fen of what was typed, for fields that must have an amount. */
export function amountOf(yuan: string): number {
  return fenOf(yuan) ?? 0
}

/** Uploads the drawn signature and signs the plan that was read. */
export async function signPlan(id: string, textHash: string, drawn: string, clientId: string, key: string): Promise<unknown> {
  const form = new FormData()
  form.set('clientId', clientId)
  form.set('file', pngOf(drawn, 'signature.png'))
  const { id: attachmentId } = await body(api.POST('/api/attachment/files', { body: form as never, bodySerializer: () => form }))
  return api.POST('/api/hazard/majors/{id}/sign', { params: { path: { id } }, body: { attachmentId, textHash }, ...keyed(key) })
}
