import { newKey } from '@/api/client'
import { sha256 } from './hash'
import { clockOffsetMs } from './net'
import { nextPlace, placeNow, watchPlace, type Place } from './place'
import { addPhotos, shelf, type Parcel, type Photo, type Shot } from './shelf'

/** Longest side of a kept photo, pixels. */
export const LONGEST = 1600

/** Size that fits into LONGEST, keeping the shape; never larger than the original. */
export function fitted(width: number, height: number): { width: number; height: number } {
  const factor = Math.min(1, LONGEST / Math.max(width, height))
  return { width: Math.round(width * factor), height: Math.round(height * factor) }
}

async function shrink(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const { width, height } = fitted(picture.width, picture.height)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')!.drawImage(picture, 0, 0, width, height)
  picture.close()
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no picture'))), 'image/jpeg', 0.85)
  })
}

/** Whether photos of a parcel say where they were taken: not in an explosive atmosphere, where no phone has to be on. */
function located(parcel: Parcel | undefined): boolean {
  return !(parcel?.content.kind === 'check' && parcel.content.form.point.explosive)
}

/** What the phone says about a photo of a parcel. A slot is an item's code, on a route behind its point's id. */
export function shotOf(parcel: Parcel | undefined, slot: string, takenAt: string, place: Place | undefined, clockMs: number | undefined): Shot {
  const shot: Shot = { takenAt, ...(clockMs === undefined ? {} : { clockMs }) }
  if (place) Object.assign(shot, { longitude: place.longitude, latitude: place.latitude, accuracy: Math.min(place.accuracy, 1_000_000) })
  const content = parcel?.content
  if (content?.kind === 'report' && content.pointId) shot.pointId = content.pointId
  if (content?.kind !== 'check') return shot
  const [, point, code] = /^(?:(\d+)\/)?([A-Z0-9]{2,6}-\d{2,3})$/.exec(slot) ?? []
  shot.pointId = point ?? content.form.point.id
  if (content.taskId) shot.taskId = content.taskId
  if (code) shot.itemCode = code
  return shot
}

/** A photo upright and small enough for a weak network. A picture the browser cannot read goes as it is; the server decides. */
export async function takePhoto(file: File, parcelId: string, slot: string, place?: Place, now: Date = new Date()): Promise<Photo & { bytes: ArrayBuffer }> {
  const small = await shrink(file).catch(() => file)
  const name = small === file ? file.name : `${file.name.replace(/\.\w+$/, '')}.jpg`
  const bytes = await small.arrayBuffer()
  const takenAt = now.toISOString()
  return {
    id: newKey(),
    parcelId,
    slot,
    name: name.slice(-100) || 'photo.jpg',
    type: small.type || 'image/jpeg',
    bytes,
    size: bytes.byteLength,
    sha256: await sha256(bytes),
    shot: shotOf(await shelf.parcels.get(parcelId), slot, takenAt, place, clockOffsetMs.value),
    takenAt,
    attachmentId: '',
  }
}

/**
 * Keeps a photo before anything else happens to it. Its position is the one of just now; where the phone is still
 * looking for one, the photo gets it as soon as it comes, if it has not been sent by then.
 */
export async function keepPhoto(file: File, parcelId: string, slot: string): Promise<void> {
  const wanted = located(await shelf.parcels.get(parcelId))
  if (wanted) watchPlace()
  const place = wanted ? placeNow() : undefined
  const photo = await takePhoto(file, parcelId, slot, place)
  await addPhotos(shelf, [photo])
  if (wanted && !place) nextPlace((found) => void amend(photo.id, found))
}

async function amend(id: string, { longitude, latitude, accuracy }: Place): Promise<void> {
  await shelf.photos.where('id').equals(id).filter((photo) => !photo.attachmentId && photo.shot?.longitude === undefined).modify((photo) => {
    photo.shot = { ...(photo.shot ?? { takenAt: photo.takenAt }), longitude, latitude, accuracy: Math.min(accuracy, 1_000_000) }
  })
}
