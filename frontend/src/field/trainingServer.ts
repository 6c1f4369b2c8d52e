import { api, body, keyed } from '@/api/client'
import type { TrainingContent } from './core/shelf'

// What the pages of trainings ask of the server.

export type MyTraining = Awaited<ReturnType<typeof readMyTraining>>[number]
export type Run = Awaited<ReturnType<typeof readRun>>

/** What the person is to come to, runs, and was at lately. */
export function readMyTraining() {
  return body(api.GET('/api/training/mine'))
}

/** Hours and trainings of the year. */
export function readMyHours() {
  return body(api.GET('/api/training/mine/hours'))
}

/** The session of a code. */
export function readCode(token: string) {
  return body(api.GET('/api/training/sign-in', { params: { query: { token } } }))
}

export function signIn(token: string, key: string): Promise<unknown> {
  return api.POST('/api/training/sign-in', { body: { token }, ...keyed(key) })
}

export function rateTraining(id: string, rating: number, remark: string, key: string): Promise<unknown> {
  return api.POST('/api/training/sessions/{id}/rating', { params: { path: { id } }, body: { rating, ...(remark.trim() ? { remark: remark.trim() } : {}) }, ...keyed(key) })
}

/** A session for him who runs it: who is there, who is missing. */
export function readRun(id: string) {
  return body(api.GET('/api/training/sessions/{id}/run', { params: { path: { id } } }))
}

export async function sendSignature(id: string, content: TrainingContent, photos: Record<string, string[]>): Promise<string> {
  const attachmentId = photos.signature?.[0] ?? ''
  return (await body(api.POST('/api/training/sessions/{id}/signatures', { params: { path: { id: content.sessionId } }, body: { staffId: content.staffId, attachmentId }, ...keyed(id) }))).id
}
