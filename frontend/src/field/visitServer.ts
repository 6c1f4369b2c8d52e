import { api, body, keyed, list, sendFile, type Schema } from '@/api/client'
import { today } from '@/parts/format'
import { pngOf } from '@/parts/signature'
import type { VisitContent } from './core/shelf'

// What the pages of an officer on site ask of the server.

export type Visit = Schema<'VisitOneView'>
export type Line = Schema<'VisitLineView'>
export type Block = Schema<'VisitBlockView'>
export type Choice = Schema<'VisitChoiceView'>
export type Item = Schema<'VisitItem'>
export type Written = Required<Pick<Schema<'VisitRecord'>, 'place' | 'situation' | 'firmPerson' | 'firmPost'>> & { items: Item[] }
export type Step = 'set-out' | 'arrive'

/** The officer's inspections that are not over, those of the next month included. */
export async function readMyVisits(): Promise<Line[]> {
  const until = new Date(Date.parse(`${today()}T00:00:00Z`) + 31 * 86_400_000).toISOString().slice(0, 10)
  return (await list('/api/visit/visits', { limit: 100, mine: true, stage: 'open', until })).items
}

export function readVisit(id: string): Promise<Visit> {
  return body(api.GET('/api/visit/visits/{id}', { params: { path: { id } } }))
}

/** What an officer asks for on site, in his order. */
export async function readSite(id: string): Promise<Block[]> {
  return (await body(api.GET('/api/visit/visits/{id}/site', { params: { path: { id } } }))).items
}

/** Items of the library that apply to the company. */
export async function readChoices(id: string): Promise<Choice[]> {
  return (await body(api.GET('/api/visit/visits/{id}/choices', { params: { path: { id }, query: {} } }))).items
}

export function stepVisit(id: string, step: Step, key: string): Promise<unknown> {
  return api.POST(`/api/visit/visits/{id}/${step}`, { params: { path: { id } }, body: {}, ...keyed(key) })
}

export function refuseVisit(id: string, note: string, key: string): Promise<unknown> {
  return api.POST('/api/visit/visits/{id}/refuse', { params: { path: { id } }, body: { note }, ...keyed(key) })
}

export function writeRecord(id: string, written: Written, key: string): Promise<unknown> {
  return api.POST('/api/visit/visits/{id}/record', { params: { path: { id } }, body: written, ...keyed(key) })
}

/** Keeps a drawn signature for the company of the inspection; the same drawing again is the same file. */
export function keepSignature(drawn: string, companyId: string, drawing: string): Promise<string> {
  return sendFile('/api/attachment/files', { file: pngOf(drawn, 'signature.png'), clientId: drawing, companyId }, drawing)
}

export function closeVisit(id: string, closing: Schema<'VisitClosing'>, key: string): Promise<unknown> {
  return api.POST('/api/visit/visits/{id}/close', { params: { path: { id } }, body: closing, ...keyed(key) })
}

/** Sends a finding; its id makes it the same however often it is sent. */
export async function sendFinding(id: string, content: VisitContent, photos: Record<string, string[]>): Promise<string> {
  const { visitId, place, description, clause, level, category, itemCode, dueOn, onSpot } = content
  const finding = { clientId: id, place, description, clause, level, category, itemCode, photos: photos[''] ?? [], onSpot, ...(dueOn && !onSpot ? { dueOn } : {}) }
  return (await body(api.POST('/api/visit/visits/{id}/findings', { params: { path: { id: visitId } }, body: finding, ...keyed(id) }))).id
}
