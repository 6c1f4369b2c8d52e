import { api, body, keyed, type Schema } from '@/api/client'
import { asProblem } from '@/api/problem'
import { keepStrokes } from '@/parts/signature'
import { clockOffsetMs } from './core/net'
import type { Carrier } from './core/queue'
import { shelf, type Parcel, type Photo } from './core/shelf'
import { upload, type Wire } from './core/upload'

// Everything the field pages ask of the server, in one place: the pages know these names, not the paths.

// The types follow from the operations.
export type Me = Awaited<ReturnType<typeof readMe>>
export type Work = Awaited<ReturnType<typeof readWork>>
export type Task = Work['today'][number]
export type Form = Awaited<ReturnType<typeof scan>>
export type Asked = Form['asks'][number]
export type Suggestions = Awaited<ReturnType<typeof readSuggestions>>
export type Pack = Schema<'ChecklistPackView'>
export type Submission = Schema<'InspectionSubmission'>
export type HazardWork = Awaited<ReturnType<typeof readHazardWork>>
export type HazardRow = HazardWork['toFix']['items'][number]
export type Hazard = Awaited<ReturnType<typeof readHazard>>
export type Step = Hazard['steps'][number]
export type Notice = Awaited<ReturnType<typeof readNotices>>['items'][number]
export type Certificate = Awaited<ReturnType<typeof readMyCertificates>>[number]
export type ReportRow = Awaited<ReturnType<typeof readPendingReports>>[number]
export type LetterPile = Awaited<ReturnType<typeof readMyLetters>>
export type LetterRow = LetterPile['own'][number]
export type SlipSeen = Awaited<ReturnType<typeof lookAtSlip>>
export type SetUpStart = Awaited<ReturnType<typeof readSetUp>>
export type Month = Awaited<ReturnType<typeof readMonth>>
export type ZeroReport = Awaited<ReturnType<typeof draftZero>>
export type SetUpForm = Schema<'ActivationForm'>
export type PostDuties = Awaited<ReturnType<typeof readMyDuties>>[number]
export type Report = Awaited<ReturnType<typeof readReport>>

/** Signs in with a login or phone number and a password; `code` is the second factor, where one is on. */
export function signIn(login: string, password: string, code: string): Promise<unknown> {
  return body(api.POST('/api/account/sessions', { body: { login: login.trim(), password, ...(code ? { code: code.trim() } : {}) } }))
}

/** Opens the narrow session of a one-time link and answers the page it is for. */
export async function followLink(token: string): Promise<string> {
  const opened = await body(api.POST('/api/account/sessions/by-link', { body: { token } }))
  return opened.path ?? ''
}

export function signOut(): Promise<unknown> {
  return api.DELETE('/api/account/sessions/current')
}

export function readMe() {
  return body(api.GET('/api/account/me'))
}

/** The demo password that the login page may show; '' outside a demo. */
export async function demoPassword(): Promise<string> {
  const tip = await body(api.GET('/api/account/login-tip'))
  return tip.password ?? ''
}

export function chooseMembership(membershipId: string): Promise<unknown> {
  return api.POST('/api/account/sessions/current/membership', { body: { membershipId } })
}

/** What the person has to check: today, overdue, done today. */
export function readWork() {
  return body(api.GET('/api/inspection/work'))
}

/** What is asked at a point, by its QR label or the number under it. */
export function scan(label: { publicId?: string; number?: string }) {
  return body(api.GET('/api/checklist/scan', { params: { query: label } }))
}

export function readForm(pointId: string) {
  return body(api.GET('/api/checklist/points/{id}', { params: { path: { id: pointId } } }))
}

/** Says why a task was not done in time. */
export function explainTask(id: string, reason: string, key: string): Promise<unknown> {
  return api.POST('/api/inspection/tasks/{id}/reason', { params: { path: { id } }, body: { reason }, ...keyed(key) })
}

/** Points whose number ends with these digits, where a label is torn. */
export async function pointsByTail(digits: string) {
  return (await body(api.GET('/api/checklist/points/by-tail', { params: { query: { digits } } }))).items
}

/** Who is proposed to mend what fails at a point, and by when. */
export function readSuggestions(pointId: string) {
  return body(api.GET('/api/inspection/suggestions', { params: { query: { pointId } } }))
}

/** What opens every point of the company; undefined when it is still what the phone has under this tag. */
export async function readPack(tag: string): Promise<{ pack: Pack; tag: string } | undefined> {
  try {
    const { data, response } = await api.GET('/api/checklist/pack', tag ? { params: { header: { 'If-None-Match': tag } } } : {})
    return { pack: data as Pack, tag: response.headers.get('ETag') ?? '' }
  } catch (error) {
    if (asProblem(error).status === 304) return undefined
    throw error
  }
}

export function readHazardWork() {
  return body(api.GET('/api/hazard/work'))
}

export function readHazard(id: string) {
  return body(api.GET('/api/hazard/hazards/{id}', { params: { path: { id } } }))
}

/** The hazards that a check raised. */
export async function readHazardsOf(checkId: string) {
  return (await body(api.GET('/api/hazard/hazards', { params: { query: { checkId, limit: 50 } } }))).items
}

export function readTaxonomy() {
  return body(api.GET('/api/hazard/taxonomy'))
}

export function startHazard(id: string, key: string): Promise<unknown> {
  return api.POST('/api/hazard/hazards/{id}/start', { params: { path: { id } }, body: {}, ...keyed(key) })
}

export function acceptHazard(id: string, note: string, key: string): Promise<unknown> {
  return api.POST('/api/hazard/hazards/{id}/accept', { params: { path: { id } }, body: note ? { note } : {}, ...keyed(key) })
}

export function rejectHazard(id: string, note: string, key: string): Promise<unknown> {
  return api.POST('/api/hazard/hazards/{id}/reject', { params: { path: { id } }, body: { note }, ...keyed(key) })
}

/** What takes two people, answered by this one. */
export type Answer = 'extend' | 'void' | 'transfer' | 'refuse'

export function askExtension(id: string, content: { deadline: string; reason: string; protection: string }, key: string): Promise<unknown> {
  return api.POST('/api/hazard/hazards/{id}/ask-extension', { params: { path: { id } }, body: content, ...keyed(key) })
}

export function answerHazard(id: string, answer: Answer, note: string, key: string): Promise<unknown> {
  const init = { params: { path: { id } }, ...keyed(key) }
  if (answer === 'refuse') return api.POST('/api/hazard/hazards/{id}/refuse', { ...init, body: { reason: note } })
  const said = note ? { note } : {}
  if (answer === 'extend') return api.POST('/api/hazard/hazards/{id}/extend', { ...init, body: said })
  if (answer === 'void') return api.POST('/api/hazard/hazards/{id}/void', { ...init, body: said })
  return api.POST('/api/hazard/hazards/{id}/transfer', { ...init, body: said })
}

/** The regulator's review of what a company claims. */
export function reviewHazard(id: string, passed: boolean, note: string, key: string): Promise<unknown> {
  return api.POST('/api/hazard/hazards/{id}/review', { params: { path: { id } }, body: { passed, note }, ...keyed(key) })
}

/** Where the picture of an attachment lies; shown only to whom the server allows. */
export function photoAddress(id: string, size: 'thumb' | 'display' = 'display'): string {
  return `/api/attachment/files/${id}/content?size=${size}`
}

// The phone's clock and the server's, as they are when the photo leaves: taken without network, it may not have known.
function said({ shot, takenAt }: Photo): string {
  if (shot === null) return ''
  return JSON.stringify({ takenAt, ...(clockOffsetMs.value === undefined ? {} : { clockMs: clockOffsetMs.value }), ...shot, deviceNow: new Date().toISOString() })
}

// A connection that says nothing for so long is given up, and tried again.
const SILENCE = 45_000

// Whose site a photo of a visit was taken on: its maker belongs to no company.
async function siteOf(photo: Photo): Promise<string> {
  const content = (await shelf.parcels.get(photo.parcelId))?.content
  return content?.kind === 'patrol' || content?.kind === 'visit' ? content.companyId : ''
}

/** How a photo reaches the server. */
export const wire: Wire = {
  async whole(photo, bytes) {
    const form = new FormData()
    form.set('clientId', photo.id)
    form.set('takenAt', photo.takenAt)
    form.set('shot', said(photo))
    const firm = await siteOf(photo)
    if (firm) form.set('companyId', firm)
    form.set('file', new File([bytes], photo.name, { type: photo.type }))
    const made = await body(api.POST('/api/attachment/files', { body: form as never, bodySerializer: () => form, signal: AbortSignal.timeout(SILENCE) }))
    return made.id
  },
  begin(photo, size, hash) {
    const announced = { clientId: photo.id, name: photo.name, bytes: size, sha256: hash, shot: said(photo) }
    return body(api.POST('/api/attachment/uploads', { body: announced, signal: AbortSignal.timeout(SILENCE) }))
  },
  piece(photo, offset, bytes) {
    const form = new FormData()
    form.set('clientId', photo.id)
    form.set('offset', String(offset))
    form.set('file', new File([bytes], 'piece'))
    return body(api.POST('/api/attachment/uploads/pieces', { body: form as never, bodySerializer: () => form, signal: AbortSignal.timeout(SILENCE) }))
  },
}

async function send(parcel: Parcel, photos: Record<string, string[]>): Promise<string> {
  const { content, id } = parcel
  const key = keyed(id)
  switch (content.kind) {
    case 'check': {
      const { submission } = await import('./core/check')
      const made = await body(api.POST('/api/inspection/checks', { body: submission(id, content, photos), ...key }))
      // What became of the task meanwhile is shown to whoever did the work: his check is kept whatever it is.
      if (made.outcome !== 'kept') await shelf.parcels.update(id, { outcome: made.outcome, outcomeName: made.name ?? '' })
      return made.id
    }
    case 'report': {
      const { place, description, pointId } = content
      return (await body(api.POST('/api/hazard/hazards', { body: { clientId: id, source: 'snap', place, description, photos: photos[''] ?? [], ...(pointId ? { pointId } : {}) }, ...key }))).id
    }
    case 'patrol':
      return (await import('./patrolServer')).sendPatrol(id, content, photos)
    case 'visit':
      return (await import('./visitServer')).sendFinding(id, content, photos)
    case 'certificate':
      return (await import('./certificateServer')).sendCertificate(id, content, photos)
    case 'training':
      return (await import('./trainingServer')).sendSignature(id, content, photos)
    case 'expense':
      return (await import('./fundServer')).sendExpense(id, content, photos)
    case 'permit':
    case 'deed':
      return (await import('./permitServer')).sendPermit(id, content, photos)
    case 'fix': {
      const { hazardId, note, onTheSpot, category } = content
      const repair = { note, photos: photos[''] ?? [], onTheSpot, ...(category ? { category } : {}) }
      return (await body(api.POST('/api/hazard/hazards/{id}/fix', { params: { path: { id: hazardId } }, body: repair, ...key }))).id
    }
  }
}

/** The queue's way to the server. */
export const carrier: Carrier = {
  async photo(photo, bytes, tell) {
    if (!(await siteOf(photo))) return upload(wire, photo, bytes, tell)
    const id = await wire.whole(photo, bytes) // pieces are kept for companies alone
    tell(bytes.byteLength)
    return id
  },
  parcel: send,
}

/** A page of the person's notices, newest first. */
export function readNotices(cursor?: string) {
  return body(api.GET('/api/notice/notices', { params: { query: { limit: 30, ...(cursor ? { cursor } : {}) } } }))
}

export function markRead(id: string): Promise<unknown> {
  return api.POST('/api/notice/notices/{id}/read', { params: { path: { id } } })
}

/** Marks everything read up to the newest notice seen. */
export function markAllRead(upTo: string): Promise<unknown> {
  return api.POST('/api/notice/read', { body: { upTo } })
}

export async function unread(): Promise<number> {
  return (await body(api.GET('/api/notice/unread'))).unread
}

/** The person's own certificates, those no longer in force last. */
export async function readMyCertificates() {
  return (await body(api.GET('/api/certificate/mine', { params: { query: { limit: 50 } } }))).items
}

/** The lists of the person's own posts. */
export async function readMyDuties() {
  return (await body(api.GET('/api/responsibility/mine'))).lists
}

/** The list of one post, for who may read the matrix. */
export async function readPostDuties(postId: string) {
  return (await body(api.GET('/api/responsibility/posts', { params: { query: { postId } } }))).lists
}

/** The self-reports that lie with the company: to be signed, then submitted. */
export async function readPendingReports() {
  return (await body(api.GET('/api/selfreport/pending'))).items
}

export function readReport(id: string) {
  return body(api.GET('/api/selfreport/reports/{id}', { params: { path: { id } } }))
}

/** Signs the content that was read with strokes drawn on the screen; `drawing` names them. */
export async function signReport(id: string, contentHash: string, drawn: string, drawing: string, key: string): Promise<unknown> {
  const signatureId = await keepStrokes(drawn, drawing)
  return api.POST('/api/selfreport/reports/{id}/sign', { params: { path: { id } }, body: { contentHash, signatureId }, ...keyed(key) })
}

export function submitReport(id: string, key: string): Promise<unknown> {
  return api.POST('/api/selfreport/reports/{id}/submit', { params: { path: { id } }, body: {}, ...keyed(key) })
}

/** The person's responsibility letters, and those of his people that wait for his signature. */
export function readMyLetters() {
  return body(api.GET('/api/letter/mine'))
}

export function readLetter(id: string) {
  return body(api.GET('/api/letter/letters/{id}', { params: { path: { id } } }))
}

/** Whose activation slip a key is: the token of its QR code, or the code typed instead. */
export function lookAtSlip(key: string) {
  return body(api.POST('/api/activation/slips/look', { body: { key } }))
}

export function sendSlipCode(key: string, phone: string): Promise<unknown> {
  return api.POST('/api/activation/slips/code', { body: { key, phone } })
}

/** Becomes the company's administrator; true when signed in by it. */
export async function redeemSlip(taker: Schema<'ActivationTaker'>): Promise<boolean> {
  return (await body(api.POST('/api/activation/slips/redeem', { body: taker }))).signedIn
}

export function readSetUp() {
  return body(api.GET('/api/activation/set-up'))
}

export function setUp(form: SetUpForm, key: string): Promise<unknown> {
  return api.POST('/api/activation/set-up', { body: form, ...keyed(key) })
}

export function goFull(key: string): Promise<unknown> {
  return api.POST('/api/activation/full', { ...keyed(key) })
}

/** How the month of a micro firm stands. */
export function readMonth() {
  return body(api.GET('/api/activation/month'))
}

/** Compiles the zero report that is due; to be shown, then confirmed. */
export function draftZero() {
  return body(api.POST('/api/activation/zero'))
}

export function confirmZero(reportId: string, contentHash: string): Promise<unknown> {
  return api.POST('/api/activation/zero/confirm', { body: { reportId, contentHash } })
}
