import { api, body, keyed, type Schema } from '@/api/client'
import { deedBody, readingsOf, requestBody } from './core/permit'
import type { DeedContent, PermitContent } from './core/shelf'

// What the pages about permits ask of the server.

export type PermitRow = Awaited<ReturnType<typeof readPermits>>[number]
export type Permit = Awaited<ReturnType<typeof readPermit>>
export type FormPack = Awaited<ReturnType<typeof readPermitForms>>
export type PermitForm = FormPack['forms'][number]
export type PermitItem = PermitForm['items'][number]
export type Gas = PermitForm['gases'][number]
export type Person = Awaited<ReturnType<typeof readPermitPeople>>[number]
export type Lack = Permit['lacks'][number]
export type StepView = Permit['steps'][number]
export type Kind = Schema<'PermitRequestForm'>['kind']

/** What each kind of work asks for: everything that writing permits without network needs. */
export function readPermitForms() {
  return body(api.GET('/api/permits/forms'))
}

/** Who may take part in a kind of work, with the certificates that count for it. */
export function readPermitPeople(kind: string) {
  return body(api.GET('/api/permits/people', { params: { query: { kind } } }))
}

/** Permits that are not over; `mine`: in which the person has a part, or which he is asked to approve. */
export async function readPermits(mine: boolean) {
  return (await body(api.GET('/api/permits', { params: { query: { live: true, mine, limit: 50 } } }))).items
}

/** The permits of the person's first screen: his own, and what waits for whoever may approve it. */
export async function readMyPermits(approves: boolean) {
  const [mine, live] = await Promise.all([readPermits(true), approves ? readPermits(false) : []])
  return [...mine, ...live.filter((row) => row.canApprove && !mine.some(({ id }) => id === row.id))]
}

export function readPermit(id: string) {
  return body(api.GET('/api/permits/{id}', { params: { path: { id } } }))
}

/** Sends what was asked or done; the same parcel sent again changes nothing. */
export async function sendPermit(id: string, content: PermitContent | DeedContent, photos: Record<string, string[]>): Promise<string> {
  if (content.kind === 'permit') return request(id, content)
  const deed = deedBody(id, content, photos)
  const way = { params: { path: { id: content.permitId } }, ...keyed(id) }
  const made = await body(sent(content, deed, way))
  return made.id
}

async function request(id: string, content: PermitContent): Promise<string> {
  const form = requestBody(id, content)
  const asked = content.permitId
    ? api.PUT('/api/permits/{id}', { params: { path: { id: content.permitId } }, body: form, ...keyed(id) })
    : api.POST('/api/permits', { body: form, ...keyed(id) })
  return (await body(asked)).id
}

function sent(content: DeedContent, deed: ReturnType<typeof deedBody>, way: { params: { path: { id: string } } }) {
  const { reason, onSite } = content
  switch (content.deed) {
    case 'approve':
      return api.POST('/api/permits/{id}/approve', { ...way, body: { ...deed, onSite } })
    case 'refuse':
      return api.POST('/api/permits/{id}/refuse', { ...way, body: { ...deed, reason } })
    case 'start':
      return api.POST('/api/permits/{id}/start', { ...way, body: { ...deed, watcherPresent: content.present, readings: readingsOf(content) } })
    case 'resume':
      return api.POST('/api/permits/{id}/resume', { ...way, body: { ...deed, watcherPresent: content.present, readings: readingsOf(content) } })
    case 'readings':
      return api.POST('/api/permits/{id}/readings', { ...way, body: { ...deed, readings: readingsOf(content) } })
    case 'suspend':
      return api.POST('/api/permits/{id}/suspend', { ...way, body: { ...deed, reason } })
    case 'extend':
      return api.POST('/api/permits/{id}/extend', { ...way, body: { ...deed, onSite, untilAt: new Date(`${content.until}:00+08:00`).toISOString() } })
    case 'close':
      return api.POST('/api/permits/{id}/close', { ...way, body: { ...deed, siteClear: content.clear, quietMinutes: Number(content.quiet) || 0 } })
    case 'cancel':
      return api.POST('/api/permits/{id}/cancel', { ...way, body: { ...deed, reason } })
  }
}
