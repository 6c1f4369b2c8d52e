import Dexie, { type Table } from 'dexie'
import { ref } from 'vue'
import type { Form } from '../server'
import { watchRoom } from './room'

/** What the phone keeps of one answer. An item without an answer has no entry. */
export interface Answer {
  result: 'pass' | 'fail' | 'na'
  note: string
  /** The measured value as it was typed, a decimal number: never through a float. */
  measured?: string
  /** Answered together with others by 其余合格 (rest is fine). */
  rest?: boolean
  /** Seconds from the start of the check to this answer. */
  after?: number
  /** Who is proposed to mend what failed, and by when; '' where the person chose nobody. */
  ownerId?: string
  dueOn?: string
}

/** A point of a route, with what was asked there when the check was begun. */
export interface Stop {
  form: Form
  /** When its label was scanned or its arrival tapped, RFC 3339; '' before. */
  reachedAt: string
}

/** A check while it is being made; frozen at its first answer's day and texts. */
export interface CheckContent {
  kind: 'check'
  form: Form
  taskId: string
  /** Codes that the task asks; empty: all of the point. */
  only: string[]
  /** The points of a route or a team card in order; left out: the one point of `form`. Answers are then kept by point and code. */
  stops?: Stop[]
  /** Team card (班组卡): only what is wrong is entered, all else is confirmed at once. */
  byException?: boolean
  /** The task asks for a signature. */
  sign?: boolean
  /** Copied from a printed card, at a point with an explosive atmosphere. */
  paper?: boolean
  /** Points with an explosive atmosphere whose warning was answered. */
  cleared?: string[]
  /** When 其余合格 was last pressed, RFC 3339. */
  restAt?: string
  /** Server time less the phone's when it was finished; left out: the server was never seen. */
  clockMs?: number
  startedOn: string
  startedAt: string
  /** Set when it is submitted and never again, so that a repeated submission is the same to the byte. */
  finishedAt: string
  position: { longitude: number; latitude: number; accuracy?: number } | null
  answers: Record<string, Answer>
}

/** A hazard seen in passing (随手拍). */
export interface ReportContent {
  kind: 'report'
  place: string
  description: string
  pointId: string
  /** Name of that point, to be shown; '' where none is. */
  pointName?: string
}

/** What was done about a hazard. */
export interface FixContent {
  kind: 'fix'
  hazardId: string
  note: string
  onTheSpot: boolean
  category: string
}

/** Somebody who shall do the work of a permit: of the company, or a contractor's. */
export interface Crew {
  staffId: string
  name: string
  firm: string
  /** A contractor's worker: last day of the certificate he showed; '' none. */
  cardUntil: string
}

/** A permit for dangerous work that is asked for. */
export interface PermitContent {
  kind: 'permit'
  /** Id of the permit whose request is changed; '' a new one. */
  permitId: string
  work: string
  level: string
  place: string
  pointId: string
  pointName: string
  /** An explosive atmosphere: nothing is photographed there and no position is asked. */
  explosive: boolean
  content: string
  hazards: string
  details: Record<string, string>
  /** As typed in the phone, YYYY-MM-DDTHH:mm of Shanghai. */
  from: string
  until: string
  crew: Crew[]
  watcherId: string
  watcherName: string
  /** Somebody has no valid certificate, and the applicant asks for it to be allowed by name. */
  lapsed: boolean
  /** Set when it is submitted and never again. */
  at: string
  offline: boolean
}

/** What is done with a permit. */
export type DeedName = 'approve' | 'refuse' | 'start' | 'readings' | 'suspend' | 'resume' | 'extend' | 'close' | 'cancel'

/** One step of a permit, as it was done on the spot. */
export interface DeedContent {
  kind: 'deed'
  permitId: string
  deed: DeedName
  work: string
  explosive: boolean
  note: string
  reason: string
  answers: Record<string, { result: 'pass' | 'fail' | 'na'; note: string }>
  /** Values as they were typed, by gas. */
  readings: Record<string, string>
  /** Where the gas was taken. */
  spot: string
  until: string
  present: boolean
  onSite: boolean
  clear: boolean
  quiet: string
  /** Set when it is submitted and never again. */
  at: string
  offline: boolean
  position: { longitude: number; latitude: number } | null
}

/** A grid worker's visit to a company. */
export interface PatrolContent {
  kind: 'patrol'
  companyId: string
  companyName: string
  /** By code of the item: in order or not, and what is wrong. */
  looks: Record<string, { ok: boolean; note: string }>
  remark: string
  /** Left with the firm; '' none. */
  noteText: string
  noteTo: string
  /** Handed up to the town. */
  up: boolean
  upText: string
  upPlace: string
  urgent: boolean
  startedAt: string
  /** Set when it is submitted and never again. */
  endedAt: string
  position: { longitude: number; latitude: number; accuracy?: number } | null
}

/** Something wrong that an officer saw on an inspection. */
export interface VisitContent {
  kind: 'visit'
  visitId: string
  companyId: string
  companyName: string
  place: string
  description: string
  clause: string
  level: 'general' | 'major'
  category: string
  itemCode: string
  dueOn: string
  onSpot: boolean
}

/** Money spent out of the safety fund, with a photo of its voucher. */
export interface ExpenseContent {
  kind: 'expense'
  spentOn: string
  /** Yuan as they were typed. */
  amount: string
  /** Category and number of the use item, as `machinery|6`. */
  use: string
  payee: string
  purpose: string
  invoiceNo: string
  /** What it paid for; '' nothing of the kind. */
  tie: '' | 'hazard'
  tieId: string
  tieTitle: string
  /** Why it is charged although it may not be chargeable. */
  doubtReason: string
}

/** A certificate that its holder reports with a photo: a new one, a renewal, a review passed. */
export interface CardContent {
  kind: 'certificate'
  deed: 'first' | 'renewal' | 'review'
  /** Renewed or reviewed; '' for a first one. */
  certificateId: string
  /** What it is, in words; for the list of what is on its way. */
  title: string
  certificateKind: string
  operation: string
  number: string
  issuer: string
  validFrom: string
  validTo: string
  reviewDueOn: string
  reviewedOn: string
}

/** Somebody's signature at a training, on the phone of him who runs it. */
export interface TrainingContent {
  kind: 'training'
  sessionId: string
  staffId: string
  name: string
}

export type Content = CardContent | TrainingContent | ExpenseContent | VisitContent | PatrolContent | CheckContent | ReportContent | FixContent | PermitContent | DeedContent

/**
 * draft: still being written · waiting: finished, to be sent · refused: the server said no, to be corrected ·
 * sent: acknowledged, kept for a while as the person's own proof.
 */
export type ParcelState = 'draft' | 'waiting' | 'refused' | 'sent'

/** Something a person makes on the phone and the server shall have exactly once. */
export interface Parcel {
  /** uuid made with the draft: client id and idempotency key, the same however often it is sent. */
  id: string
  /** Whose it is: only he sends it, in the membership he made it in. */
  personId: string
  membershipId: string
  state: ParcelState
  title: string
  content: Content
  /** What the server said when it refused, in its words. */
  refusal: string
  /** Id of what the server made of it. */
  madeId: string
  changedAt: string
  /** What became of the task a check was made for, where it was done by another or is gone; and by whom. */
  outcome?: 'task-done-by-other' | 'task-gone'
  outcomeName?: string
}

/** True when somebody has put something into it: a form that was only looked at is no unfinished work. */
export function touched(content: Content, photos: number): boolean {
  if (photos > 0) return true
  if (content.kind === 'check') return Object.keys(content.answers).length > 0
  if (content.kind === 'permit') return (content.content + content.place).trim() !== '' || content.crew.length > 0
  if (content.kind === 'patrol') return Object.keys(content.looks).length > 0 || (content.remark + content.noteText + content.upText).trim() !== ''
  if (content.kind === 'deed') return Object.keys(content.answers).length + Object.keys(content.readings).length > 0 || (content.reason + content.note).trim() !== ''
  if (content.kind === 'certificate') return (content.number + content.validFrom + content.validTo + content.reviewedOn).trim() !== ''
  if (content.kind === 'expense') return (content.amount + content.payee + content.purpose + content.invoiceNo).trim() !== content.tieTitle.trim()
  if (content.kind === 'training') return true
  return (content.kind === 'fix' ? content.note : content.place + content.description).trim() !== ''
}

/** What the phone says about a photo, in the words of the server. */
export interface Shot {
  takenAt: string
  longitude?: number
  latitude?: number
  /** Of the position, metres. */
  accuracy?: number
  pointId?: string
  taskId?: string
  itemCode?: string
  /** Server time less the phone's, milliseconds, as last seen before it was taken. */
  clockMs?: number
}

/** One photo of a parcel. What it looks like lies in `pixels`, so that lists need not read it. */
export interface Photo {
  /** uuid: client id of the upload. */
  id: string
  parcelId: string
  /** Key of the item within a check, '' elsewhere. */
  slot: string
  name: string
  type: string
  /** The picture itself, where it was kept with the photo: by version 1, and of signatures. */
  bytes?: ArrayBuffer
  /** Of the picture; left out by version 1. */
  size?: number
  /** SHA-256 of the picture as it was kept, hex; left out by version 1. */
  sha256?: string
  /** null: nothing is said, because the server cannot take what the phone says (a clock of 1970). */
  shot?: Shot | null
  takenAt: string
  /** Id the server gave it; '' until uploaded. */
  attachmentId: string
}

/** A picture. Bytes, not Blobs: older iPhones lose Blobs from IndexedDB. */
export interface Pixels {
  /** Of its photo. */
  id: string
  parcelId: string
  bytes: ArrayBuffer
}

/** The last answer of the server to a question, for when there is no network. */
export interface Kept {
  key: string
  at: string
  data: unknown
  /** Tag of the answer (ETag), to ask whether it is still so. */
  tag?: string
}

/**
 * IndexedDB of the field pages. Version 1 is on phones: its parcels and photos stay as they lie, because an upgrade that
 * copies pictures needs the room twice and may find none.
 */
export class Shelf extends Dexie {
  parcels!: Table<Parcel, string>
  photos!: Table<Photo, string>
  pixels!: Table<Pixels, string>
  kept!: Table<Kept, string>

  constructor(name = 'anbiao-field') {
    super(name)
    this.version(1).stores({ parcels: 'id, [personId+membershipId], state', photos: 'id, parcelId', kept: 'key' })
    this.version(2).stores({ pixels: 'id, parcelId' })
    watchRoom(this)
  }
}

export const shelf = new Shelf()

/** True when another page has a newer version of these pages open: this one must be loaded anew. */
export const outdated = ref(false)

shelf.on('versionchange', () => {
  outdated.value = true
  shelf.close()
})

/** The picture of a photo; undefined when the browser has lost it. */
export async function bytesOf(from: Shelf, photo: Photo): Promise<ArrayBuffer | undefined> {
  return photo.bytes ?? (await from.pixels.get(photo.id))?.bytes
}

/** Keeps photos with their pictures, all or none. */
export async function addPhotos(to: Shelf, photos: (Photo & { bytes: ArrayBuffer })[]): Promise<void> {
  await to.transaction('rw', to.photos, to.pixels, async () => {
    await to.pixels.bulkPut(photos.map(({ id, parcelId, bytes }) => ({ id, parcelId, bytes })))
    await to.photos.bulkPut(photos.map(({ bytes, ...photo }) => ({ ...photo, size: bytes.byteLength })))
  })
}

/** Removes the photos of a parcel with their pictures. */
export async function dropPhotos(from: Shelf, parcelId: string): Promise<void> {
  await from.photos.where('parcelId').equals(parcelId).delete()
  await from.pixels.where('parcelId').equals(parcelId).delete()
}

/** Asks the browser not to clear what has not been sent; it may decline. */
export async function persist(): Promise<void> {
  await navigator.storage?.persist?.().catch(() => false)
}
