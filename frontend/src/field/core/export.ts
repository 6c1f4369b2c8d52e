import { sha256 } from './hash'
import { photosOf } from './queue'
import { addPhotos, bytesOf, type Parcel, type Photo, type Shelf } from './shelf'

/** What the first line of an exported queue says. */
interface Head {
  format: 'anbiao-field'
  version: 1
  personId: string
  membershipId: string
  person: string
  exportedAt: string
}

type Packed = Omit<Photo, 'bytes'> & { base64: string }

/** Why a file was not taken. */
export type ImportFault = 'format' | 'person' | 'broken'

/** A file that is no queue of this person. */
export class ImportError extends Error {
  constructor(readonly fault: ImportFault) {
    super(fault)
  }
}

function base64(bytes: ArrayBuffer): string {
  let binary = ''
  const view = new Uint8Array(bytes)
  for (let at = 0; at < view.length; at += 0x8000) binary += String.fromCharCode(...view.subarray(at, at + 0x8000))
  return btoa(binary)
}

function unbase64(text: string): ArrayBuffer {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let n = 0; n < binary.length; n += 1) bytes[n] = binary.charCodeAt(n)
  return bytes.buffer
}

/**
 * Parcels with their photos as a file, for a phone that never finds the network again: a head, then one line for each
 * parcel and each photo. It is not sealed: whoever has it can read it.
 */
export async function exported(shelf: Shelf, ids: string[], owner: Pick<Head, 'personId' | 'membershipId' | 'person'>, now: Date = new Date()): Promise<Blob> {
  const head: Head = { format: 'anbiao-field', version: 1, ...owner, exportedAt: now.toISOString() }
  // A Blob of lines, not one long text: thirty photos do not have to fit into memory at once.
  const lines: Blob[] = [new Blob([JSON.stringify(head)])]
  for (const parcel of (await shelf.parcels.bulkGet(ids)).filter((found) => found !== undefined)) {
    lines.push(new Blob(['\n', JSON.stringify({ parcel })]))
    for (const { bytes, ...photo } of await photosOf(shelf, parcel.id)) {
      const picture = bytes ?? (await bytesOf(shelf, photo))
      if (picture) lines.push(new Blob(['\n', JSON.stringify({ photo: { ...photo, base64: base64(picture) } })]))
    }
  }
  return new Blob(lines, { type: 'application/json' })
}

function headOf(line: string | undefined): Head {
  try {
    const head = JSON.parse(line ?? '') as Head
    if (head.format === 'anbiao-field' && head.version === 1) return head
  } catch {
    // no JSON: said below
  }
  throw new ImportError('format')
}

function read(lines: string[]): { parcels: Parcel[]; photos: Packed[] } {
  const parcels: Parcel[] = []
  const photos: Packed[] = []
  try {
    for (const line of lines) {
      const { parcel, photo } = JSON.parse(line) as { parcel?: Parcel; photo?: Packed }
      if (parcel) parcels.push(parcel)
      if (photo) photos.push(photo)
    }
  } catch {
    throw new ImportError('broken')
  }
  const whole = parcels.every(({ id, content }) => typeof id === 'string' && ['check', 'report', 'fix', 'permit', 'deed'].includes(content?.kind)) && photos.every(({ id, base64: text }) => typeof id === 'string' && typeof text === 'string')
  if (!whole) throw new ImportError('broken')
  return { parcels, photos }
}

async function unpacked({ base64: text, ...photo }: Packed): Promise<Photo & { bytes: ArrayBuffer }> {
  try {
    const bytes = unbase64(text)
    if (!photo.sha256 || photo.sha256 === (await sha256(bytes))) return { ...photo, bytes }
  } catch {
    // no base64: said below
  }
  throw new ImportError('broken')
}

/**
 * Takes an exported queue over, for the person who made it, and answers how many parcels were new here. The ids stay, so
 * that what both phones send the server keeps once. All of it is kept, or nothing. Errors: ImportError.
 */
export async function imported(shelf: Shelf, file: Blob, owner: Pick<Head, 'personId' | 'membershipId'>): Promise<number> {
  const [first, ...rest] = (await file.text()).split('\n').filter((line) => line.trim() !== '')
  const head = headOf(first)
  if (head.personId !== owner.personId || head.membershipId !== owner.membershipId) throw new ImportError('person')
  const { parcels, photos } = read(rest)
  const pictures = await Promise.all(photos.map(unpacked))
  return shelf.transaction('rw', shelf.parcels, shelf.photos, shelf.pixels, async () => {
    const here = new Set(await shelf.parcels.where('id').anyOf(parcels.map(({ id }) => id)).primaryKeys())
    const fresh = parcels.filter(({ id, state }) => !here.has(id) && state !== 'sent')
    const ids = new Set(fresh.map(({ id }) => id))
    await shelf.parcels.bulkAdd(fresh.map((parcel) => ({ ...parcel, personId: owner.personId, membershipId: owner.membershipId })))
    await addPhotos(shelf, pictures.filter(({ parcelId }) => ids.has(parcelId)))
    return fresh.length
  })
}

/** Hands a file to the person's downloads. */
export function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
