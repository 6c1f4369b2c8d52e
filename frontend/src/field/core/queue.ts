import { newKey } from '@/api/client'
import { asProblem } from '@/api/problem'
import { sentence } from '@/parts/say'
import { touched, type Parcel, type Photo, type Shelf } from './shelf'

/** What the queue needs of the server. Each call is repeatable with the same ids. */
export interface Carrier {
  /** Uploads one photo and answers its id. */
  photo(photo: Photo): Promise<string>
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
  const photos = await photosOf(shelf, parcelId)
  await shelf.transaction('rw', shelf.photos, async () => {
    await shelf.photos.bulkDelete(photos.map((photo) => photo.id))
    await shelf.photos.bulkAdd(photos.map((photo) => ({ ...photo, id: newKey(), attachmentId: '' })))
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

/**
 * Carries one waiting parcel to the server: first its photos one by one, each noted as soon as it is there, then
 * the parcel itself. Whatever fails, the same ids are used the next time.
 */
export async function deliver(shelf: Shelf, carrier: Carrier, id: string, again = false): Promise<Outcome> {
  const parcel = await shelf.parcels.get(id)
  if (!parcel || parcel.state === 'sent') return 'sent'
  if (parcel.state !== 'waiting') return 'refused'
  try {
    const ids: Record<string, string[]> = {}
    for (const photo of await photosOf(shelf, id)) {
      const attachmentId = photo.attachmentId || (await carrier.photo(photo))
      if (!photo.attachmentId) await shelf.photos.update(photo.id, { attachmentId })
      ids[photo.slot] = [...(ids[photo.slot] ?? []), attachmentId]
    }
    const madeId = await carrier.parcel(parcel, ids)
    await settle(shelf, id, madeId)
    return 'sent'
  } catch (error) {
    const problem = asProblem(error)
    if (lost.has(problem.code) && !again) {
      await renew(shelf, id)
      return deliver(shelf, carrier, id, true)
    }
    const outcome = outcomeOf(problem.status)
    if (outcome === 'refused') {
      const reasons = problem.errors.map((wrong) => wrong.message).filter(Boolean)
      const refusal = [sentence(problem), ...reasons].filter((text, n, all) => all.indexOf(text) === n).join(' ')
      await shelf.parcels.update(id, { state: 'refused', refusal, changedAt: new Date().toISOString() })
    }
    return outcome
  }
}

// The photos are the server's now; the phone keeps the record that it was sent.
async function settle(shelf: Shelf, id: string, madeId: string): Promise<void> {
  await shelf.transaction('rw', shelf.parcels, shelf.photos, async () => {
    await shelf.parcels.update(id, { state: 'sent', madeId, refusal: '', changedAt: new Date().toISOString() })
    await shelf.photos.where('parcelId').equals(id).delete()
  })
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
}
