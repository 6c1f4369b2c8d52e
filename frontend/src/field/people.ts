import { api, body, keyed, newKey, sendFile } from '@/api/client'

// What the phone asks of posters, rewards and acceptance by link.
export type Board = Awaited<ReturnType<typeof readBoard>>
export type Outside = Awaited<ReturnType<typeof lookAtLink>>

/** What the poster of a month says. */
export function readBoard(month: string) {
  return body(api.GET('/api/hazard/board', { params: { query: { month } } }))
}

/** Files the photo of a hung poster. */
export async function hangPoster(month: string, place: string, file: File, key: string): Promise<unknown> {
  const clientId = newKey()
  const photo = await sendFile('/api/attachment/files', { file, clientId }, clientId)
  return api.POST('/api/hazard/posters', { body: { month, place, photos: [photo] }, ...keyed(key) })
}

/** The person's own rewards and what they come to. */
export async function readRewards() {
  const [list, sum] = await Promise.all([body(api.GET('/api/reward/mine', { params: { query: { limit: 50 } } })), body(api.GET('/api/reward/mine/summary'))])
  return { items: list.items, sum }
}

/** What the holder of a link is to accept. */
export function lookAtLink(token: string) {
  return body(api.POST('/api/hazard/outside/look', { body: { token } }))
}

/** A photo of it, as an address of this page. */
export async function linkPhoto(token: string, photo: string): Promise<string> {
  const picture = await body(api.POST('/api/hazard/outside/photo', { body: { token, photo }, parseAs: 'blob' }))
  return URL.createObjectURL(picture as unknown as Blob)
}

/** Accepts it, or sends it back; the link works once. `drawn` is a data URL. */
export function decideLink(token: string, accepted: boolean, said: { name: string; phone: string; note: string }, drawn: string): Promise<unknown> {
  return api.POST('/api/hazard/outside/decide', { body: { token, accepted, ...said, signature: drawn.slice(drawn.indexOf(',') + 1) } })
}

/** A link for a second person to accept a hazard of a very small firm; undefined where none is made. */
export async function waysOf(id: string) {
  return body(api.GET('/api/hazard/hazards/{id}/outside', { params: { path: { id } } }))
}

export function makeLink(id: string) {
  return body(api.POST('/api/hazard/hazards/{id}/outside', { params: { path: { id } } }))
}

export function acceptByGrid(id: string, accepted: boolean, note: string, key: string): Promise<unknown> {
  return api.POST('/api/hazard/hazards/{id}/grid', { params: { path: { id } }, body: { accepted, ...(note ? { note } : {}) }, ...keyed(key) })
}
