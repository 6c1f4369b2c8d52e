import { api, body, keyed, newKey, type Schema } from '@/api/client'
import type { Tone } from '@/parts/StatusTag.vue'
import { pngOf } from '@/parts/signature'

export type PermitRow = Schema<'PermitPermitRow'>
export type PermitDetail = Schema<'PermitPermitDetail'>
export type FormPack = Schema<'PermitFormPack'>
export type Form = Schema<'PermitForm'>
export type Item = Schema<'PermitItem'>
export type Answer = Schema<'PermitAnswer'>
export type PersonView = Schema<'PermitPersonView'>

/** Kinds of work in the order of the forms. */
export const KINDS = ['hot_work', 'confined_space', 'height', 'temporary_power', 'lifting', 'line_breaking', 'excavation'] as const
export type Kind = (typeof KINDS)[number]

export const STATE_TONES: Record<PermitRow['state'], Tone> = {
  requested: 'warn', approved: 'busy', refused: 'plain', open: 'good', suspended: 'warn', closed: 'plain', cancelled: 'plain', lapsed: 'plain',
}

/** Deeds that ask for more than a reason. */
export type Deed = 'approve' | 'start' | 'resume' | 'read' | 'extend' | 'close'

/** The phase whose items a deed answers. */
export const PHASES: Record<Deed, Item['phase'] | ''> = { approve: 'approve', start: 'start', resume: 'resume', read: '', extend: '', close: 'close' }

/** What somebody enters before a deed. */
export interface DeedModel {
  answers: Answer[]
  readings: { gas: string; value: string }[]
  onSite: boolean
  watcherPresent: boolean
  siteClear: boolean
  quietMinutes: number
  untilAt: string
  note: string
  photos: string[]
  drawn: string
}

/** A deed with nothing said yet. */
export function blankDeed(deed: Deed, form: Form | undefined, untilAt: string): DeedModel {
  const phase = PHASES[deed]
  return {
    // Nothing is said for people: each item waits for its answer.
    answers: (form?.items ?? []).filter((item) => item.phase === phase).map((item) => ({ code: item.code, result: '' as string as Answer['result'], note: '', photos: [] })),
    readings: deed === 'start' || deed === 'resume' || deed === 'read' ? (form?.gases ?? []).map((gas) => ({ gas: gas.key, value: '' })) : [],
    onSite: false, watcherPresent: false, siteClear: false, quietMinutes: 0, untilAt, note: '', photos: [], drawn: '',
  }
}

/** Whether a deed is signed. */
export function signs(deed: Deed): boolean {
  return deed === 'approve' || deed === 'extend' || deed === 'close'
}

/** Local wall-clock time in Shanghai (YYYY-MM-DDTHH:mm) as an instant. */
export function instantOf(local: string): string {
  return `${local.replace(' ', 'T').slice(0, 16)}:00+08:00`
}

/** Uploads a drawn signature; '' where nothing was drawn. */
async function signature(drawn: string): Promise<string> {
  if (!drawn) return ''
  const form = new FormData()
  form.set('clientId', newKey())
  form.set('file', pngOf(drawn, 'signature.png'))
  return (await body(api.POST('/api/attachment/files', { body: form as never, bodySerializer: () => form }))).id
}

/** Sends a deed; `key` makes it one however often it is sent. */
export async function perform(id: string, deed: Deed, model: DeedModel, key: string): Promise<void> {
  const mark = await signature(model.drawn)
  const base = { clientId: key, note: model.note.trim(), photos: model.photos, ...(mark ? { signature: mark } : {}) }
  const to = { params: { path: { id } }, ...keyed(key) }
  const readings = model.readings.filter((one) => one.value !== '') as Schema<'PermitReading'>[]
  const { answers } = model
  switch (deed) {
    case 'approve': await api.POST('/api/permits/{id}/approve', { ...to, body: { ...base, answers, onSite: model.onSite } }); break
    case 'start': await api.POST('/api/permits/{id}/start', { ...to, body: { ...base, answers, readings, watcherPresent: model.watcherPresent } }); break
    case 'resume': await api.POST('/api/permits/{id}/resume', { ...to, body: { ...base, answers, readings, watcherPresent: model.watcherPresent } }); break
    case 'read': await api.POST('/api/permits/{id}/readings', { ...to, body: { ...base, readings } }); break
    case 'extend': await api.POST('/api/permits/{id}/extend', { ...to, body: { ...base, untilAt: instantOf(model.untilAt), onSite: model.onSite } }); break
    case 'close': await api.POST('/api/permits/{id}/close', { ...to, body: { ...base, answers, siteClear: model.siteClear, quietMinutes: model.quietMinutes } }); break
  }
}

/** Deeds that need a reason and nothing else. */
export type ReasonDeed = 'refuse' | 'override' | 'suspend' | 'cancel'

/** Sends a deed with its reason. */
export async function because(id: string, deed: ReasonDeed, reason: string, key: string): Promise<void> {
  const to = { params: { path: { id } }, ...keyed(key), body: { clientId: key, reason } }
  const path = `/api/permits/{id}/${deed}` as const
  await api.POST(path, to)
}

/** The forms of a company, or of one's own. */
export async function forms(companyId = ''): Promise<FormPack> {
  return body(api.GET('/api/permits/forms', { params: { query: companyId ? { companyId } : {} } }))
}

/** A name in the reader's language. */
export function named(one: { nameZh: string; nameEn: string } | undefined, language: string): string {
  return (language === 'en' ? one?.nameEn : one?.nameZh) ?? ''
}

/** Limits of a gas as people read them. */
export function limitOf(gas: { min: string; max: string; unit: string }): string {
  if (gas.min && gas.max) return `${gas.min}–${gas.max} ${gas.unit}`
  return gas.min ? `≥${gas.min} ${gas.unit}` : `≤${gas.max} ${gas.unit}`
}

/** Whether a value keeps to the limits; undefined while nothing is entered. */
export function within(gas: { min: string; max: string }, value: string): boolean | undefined {
  if (!/^\d{1,7}(\.\d{1,4})?$/.test(value)) return undefined
  const n = Number(value)
  return (gas.min === '' || n >= Number(gas.min)) && (gas.max === '' || n <= Number(gas.max))
}
