import { api, body, keyed, newKey, sendFile, type Schema } from '@/api/client'

// What the pages about one's duties ask of the server.

export type DutyTask = Awaited<ReturnType<typeof readDuties>>['items'][number]
export type DutyRecord = Awaited<ReturnType<typeof readDuty>>
export type HandingIn = Schema<'PerformanceHandingIn'>
export type MyScore = Awaited<ReturnType<typeof readScores>>['items'][number]
export type ScoreRecord = Awaited<ReturnType<typeof readScore>>

/** One's own duty tasks: what is to be done first. */
export function readDuties() {
  return body(api.GET('/api/performance/mine'))
}

export function readDuty(id: string) {
  return body(api.GET('/api/performance/tasks/{id}', { params: { path: { id } } }))
}

/** One's own duties that fall due when something happens. */
export async function readOccasions() {
  return (await body(api.GET('/api/performance/occasions'))).items
}

export async function recordOccasion(cellId: string, occasion: string, happenedOn: string, key: string): Promise<string> {
  return (await body(api.POST('/api/performance/occasions', { body: { cellId, occasion, happenedOn }, ...keyed(key) }))).id
}

export function handIn(id: string, evidence: HandingIn, key: string): Promise<unknown> {
  return api.POST('/api/performance/tasks/{id}/evidence', { params: { path: { id } }, body: evidence, ...keyed(key) })
}

/** Sends a photo and answers its id. */
export function sendPhoto(file: File): Promise<string> {
  const key = newKey()
  return sendFile('/api/attachment/files', { file, clientId: key }, key)
}

/** One's own published assessments, rewards and penalties. */
export function readScores() {
  return body(api.GET('/api/performance/scores'))
}

export function readScore(id: string) {
  return body(api.GET('/api/performance/assessments/{id}', { params: { path: { id } } }))
}

export function appealScore(id: string, reason: string, key: string): Promise<unknown> {
  return api.POST('/api/performance/assessments/{id}/appeal', { params: { path: { id } }, body: { reason }, ...keyed(key) })
}
