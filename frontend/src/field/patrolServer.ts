import { api, body, keyed, list } from '@/api/client'
import type { PatrolContent } from './core/shelf'

// What the pages of a grid worker ask of the server.

export type Round = Awaited<ReturnType<typeof readRound>>
export type Near = Round['items'][number]

/** What is looked at, and how often. */
export function readPatrolForm() {
  return body(api.GET('/api/patrol/form'))
}

/** Whom to visit: those due first, the nearest first where the phone knows where it is. */
export function readRound(at: { longitude: number; latitude: number } | null, name: string, own = false) {
  return body(api.GET('/api/patrol/nearby', { params: { query: { limit: 100, ...(at ? { longitude: at.longitude, latitude: at.latitude } : {}), ...(name ? { name } : {}), ...(own ? { own } : {}) } } }))
}

/** What the own grid handed up, with the town's answers. */
export async function readHandedUp() {
  return (await list('/api/patrol/handed', { limit: 50, own: true })).items
}

/** Sends a visit; its id makes it the same however often it is sent. */
export async function sendPatrol(id: string, content: PatrolContent, photos: Record<string, string[]>): Promise<string> {
  const visit = {
    clientId: id, startedAt: content.startedAt, endedAt: content.endedAt, ...(content.position ? { position: content.position } : {}),
    answers: Object.entries(content.looks).map(([code, { ok, note }]) => ({ code, ok, note: ok ? '' : note })), photos: photos[''] ?? [], remark: content.remark, noteText: content.noteText, noteTo: content.noteTo,
    ...(content.up ? { handUp: { text: content.upText, place: content.upPlace, urgent: content.urgent } } : {}),
  }
  return (await body(api.POST('/api/patrol/companies/{id}', { params: { path: { id: content.companyId } }, body: visit, ...keyed(id) }))).id
}
