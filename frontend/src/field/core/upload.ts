import { ApiError, asProblem } from '@/api/problem'
import { sha256 } from './hash'
import type { Photo } from './shelf'

/** A photo up to this size goes in one request, larger ones in pieces of it, bytes. */
export const AT_ONCE = 256 * 1024

/** How far an upload has come: bytes the server has, and the id of the file once it is whole. */
export interface Come {
  received: number
  id: string
}

/** What the server takes. Each call may be repeated; `begin` also asks how far it has come. */
export interface Wire {
  whole(photo: Photo, bytes: ArrayBuffer): Promise<string>
  begin(photo: Photo, size: number, hash: string): Promise<Come>
  piece(photo: Photo, offset: number, bytes: ArrayBuffer): Promise<Come>
  /** True for a photo that is sent at once whatever its size: pieces are of one's own company only. */
  undivided?(photo: Photo): Promise<boolean>
}

// The server and the phone disagree about where they are: ask, and go on from there.
const astray = new Set(['attachment.offset', 'attachment.no-upload', 'attachment.torn'])

/** How often the phone asks anew without a byte of progress before it leaves the photo for later. */
const PATIENCE = 5

/**
 * Brings one photo to the server, from where it stands there, and answers its id. `tell` hears how many bytes are there.
 * Whatever throws, the next call goes on with what was acknowledged.
 */
export async function upload(wire: Wire, photo: Photo, bytes: ArrayBuffer, tell: Tell = () => undefined): Promise<string> {
  try {
    return await carry(wire, photo, bytes, tell)
  } catch (error) {
    // A phone that tells nonsense about a photo still has the photo.
    if (photo.shot === null || !asProblem(error).code.startsWith('attachment.shot')) throw error
    return carry(wire, { ...photo, shot: null }, bytes, tell)
  }
}

type Tell = (sent: number) => void

async function carry(wire: Wire, photo: Photo, bytes: ArrayBuffer, tell: Tell): Promise<string> {
  const size = bytes.byteLength
  if (size <= AT_ONCE || (await wire.undivided?.(photo))) {
    const id = await wire.whole(photo, bytes)
    tell(size)
    return id
  }
  const hash = photo.sha256 ?? (await sha256(bytes))
  let far = -1
  for (let tries = 0; tries < PATIENCE; tries += 1) {
    try {
      let come = await wire.begin(photo, size, hash)
      while (!come.id) {
        tell(come.received)
        if (come.received > far) tries = 0
        far = Math.max(far, come.received)
        come = await wire.piece(photo, come.received, bytes.slice(come.received, come.received + AT_ONCE))
      }
      tell(size)
      return come.id
    } catch (error) {
      if (!astray.has(asProblem(error).code)) throw error
    }
  }
  throw new ApiError({ status: 503, code: 'client.offline', title: '', detail: '', requestId: '', errors: [] })
}
