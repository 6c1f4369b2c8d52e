import { newKey } from '@/api/client'
import { asProblem } from '@/api/problem'
import { say } from '@/i18n'
import { sentence } from '@/parts/say'
import { bytesOf, dropPhotos, touched, type Parcel, type Photo, type Shelf } from './shelf'

/** What the queue needs of the server. Each call is repeatable with the same ids. */
export interface Carrier {
  /** Uploads one photo and answers its id. `tell` hears how many of its bytes are there. */
  photo(photo: Photo, bytes: ArrayBuffer, tell: (sent: number) => void): Promise<string>
  /** Sends what the parcel holds and answers the id of what was made. `photos` are uploaded ids by slot. */
  parcel(parcel: Parcel, photos: Record<string, string[]>): Promise<string>
}

/** How an attempt ended: the server has it, it waits for the network, its owner must sign in, or it was refused. */
export type Outcome = 'sent' | 'waiting' | 'signed-out' | 'refused'

// Answers that say nothing about the content: try again later.
const passing = new Set([0, 408, 425, 429])

// The server keeps a photo that belongs to nothing for a day; after that its id means nothing any more.
const lost = new Set(['attachment.unknown', 'attachment.other-content', 'hazard.photo-unknown'])

async function renew(shelf: Shelf, parcelId: string): Promise<void> {
  await shelf.transaction('rw', shelf.photos, shelf.pixels, async () => {
    for (const photo of await photosOf(shelf, parcelId)) {
      const id = newKey()
      const pixels = await shelf.pixels.get(photo.id)
      if (pixels) await shelf.pixels.add({ ...pixels, id })
      await shelf.photos.add({ ...photo, id, attachmentId: '' })
      await shelf.photos.delete(photo.id)
      await shelf.pixels.delete(photo.id)
    }
  })
}

/** Whether a failed attempt is worth repeating unchanged. */
export function outcomeOf(status: number): Outcome {
  if (status === 401) return 'signed-out'
  return passing.has(status) || status >= 500 ? 'waiting' : 'refused'
}

/** Photos of a parcel by slot, in the order they were taken. */
export async function photosOf(shelf: Shelf, parcelId: string): Promise<Photo[]> {
  const all = await shelf.photos.where('parcelId').equals(parcelId).toArray()
  return all.sort((a, b) => (a.takenAt < b.takenAt ? -1 : 1))
}

/** How an attempt ended, and what the server said: status 0 means that none was reached. */
export interface Attempt {
  outcome: Outcome
  status: number
}

/** What hears how far a photo has come. */
export type Tell = (photoId: string, sent: number) => void

/** A photo whose picture the browser no longer has. */
class Gone extends Error {}

async function carry(shelf: Shelf, carrier: Carrier, parcel: Parcel, tell: Tell): Promise<string> {
  const ids: Record<string, string[]> = {}
  for (const photo of await photosOf(shelf, parcel.id)) {
    let attachmentId = photo.attachmentId
    if (!attachmentId) {
      const bytes = await bytesOf(shelf, photo)
      if (!bytes) throw new Gone(photo.name)
      attachmentId = await carrier.photo(photo, bytes, (sent) => tell(photo.id, sent))
      await shelf.photos.update(photo.id, { attachmentId })
    }
    ids[photo.slot] = [...(ids[photo.slot] ?? []), attachmentId]
  }
  return carrier.parcel(parcel, ids)
}

/**
 * Carries one waiting parcel to the server: first its photos one by one, each noted as soon as it is there, then
 * the parcel itself. Whatever fails, the same ids are used the next time.
 */
export async function attempt(shelf: Shelf, carrier: Carrier, id: string, tell: Tell = () => undefined, again = false): Promise<Attempt> {
  const parcel = await shelf.parcels.get(id)
  if (!parcel || parcel.state === 'sent') return { outcome: 'sent', status: 200 }
  if (parcel.state !== 'waiting') return { outcome: 'refused', status: 200 }
  try {
    await settle(shelf, id, await carry(shelf, carrier, parcel, tell))
    return { outcome: 'sent', status: 200 }
  } catch (error) {
    if (error instanceof Gone) return refuse(shelf, id, say('transport.photo.gone', { name: error.message }))
    const problem = asProblem(error)
    if (lost.has(problem.code) && !again) {
      await renew(shelf, id)
      return attempt(shelf, carrier, id, tell, true)
    }
    const outcome = outcomeOf(problem.status)
    if (outcome !== 'refused') return { outcome, status: problem.status }
    const reasons = problem.errors.map((wrong) => wrong.message).filter(Boolean)
    return refuse(shelf, id, [sentence(problem), ...reasons].filter((text, n, all) => all.indexOf(text) === n).join(' '), problem.status)
  }
}

/** As `attempt`, for who only wants to know how it ended. */
export async function deliver(shelf: Shelf, carrier: Carrier, id: string): Promise<Outcome> {
  return (await attempt(shelf, carrier, id)).outcome
}

// Back to its writer, unless another tab has brought it there meanwhile.
async function refuse(shelf: Shelf, id: string, refusal: string, status = 200): Promise<Attempt> {
  const changed = await shelf.parcels.where('id').equals(id).filter(({ state }) => state === 'waiting').modify({ state: 'refused', refusal, changedAt: new Date().toISOString() })
  return { outcome: changed ? 'refused' : 'sent', status }
}

// The photos are the server's now; the phone keeps the record that it was sent.
async function settle(shelf: Shelf, id: string, madeId: string): Promise<void> {
  await shelf.transaction('rw', shelf.parcels, shelf.photos, shelf.pixels, async () => {
    await shelf.parcels.update(id, { state: 'sent', madeId, refusal: '', changedAt: new Date().toISOString() })
    await dropPhotos(shelf, id)
  })
}

/** The permit a step belongs to; '' for anything else. Its steps are sent in the order in which they were done. */
export function chainOf(content: Parcel['content']): string {
  return content.kind === 'deed' ? content.permitId : ''
}

/** Ids of a person's waiting parcels, oldest first. */
export async function waiting(shelf: Shelf, personId: string, membershipId: string): Promise<string[]> {
  const all = await shelf.parcels.where('[personId+membershipId]').equals([personId, membershipId]).toArray()
  return all
    .filter((parcel) => parcel.state === 'waiting')
    .sort((a, b) => (a.changedAt < b.changedAt ? -1 : 1))
    .map((parcel) => parcel.id)
}

/** Forgets what is of no use any more: parcels sent a week ago, drafts never written in, copies of a month ago. */
export async function tidy(shelf: Shelf, now: Date = new Date()): Promise<void> {
  const ago = (days: number): string => new Date(now.getTime() - days * 86_400_000).toISOString()
  const [day, week, month] = [ago(1), ago(7), ago(30)]
  const drafts = await shelf.parcels.where('state').equals('draft').filter(({ changedAt }) => changedAt < day).toArray()
  for (const { id, content } of drafts) {
    if (!touched(content, await shelf.photos.where('parcelId').equals(id).count())) await shelf.parcels.delete(id)
  }
  await shelf.parcels.where('state').equals('sent').filter(({ changedAt }) => changedAt < week).delete()
  await shelf.kept.filter(({ key, at }) => key !== 'me' && at < month).delete()
  // In one transaction: a photo that is just being kept has its picture a moment before.
  await shelf.transaction('rw', shelf.photos, shelf.pixels, async () => {
    const photos = new Set(await shelf.photos.toCollection().primaryKeys())
    await shelf.pixels.bulkDelete((await shelf.pixels.toCollection().primaryKeys()).filter((id) => !photos.has(id)))
  })
}
