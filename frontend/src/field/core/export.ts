import { photosOf } from './queue'
import type { Shelf } from './shelf'

function base64(bytes: ArrayBuffer): string {
  let binary = ''
  const view = new Uint8Array(bytes)
  for (let at = 0; at < view.length; at += 0x8000) binary += String.fromCharCode(...view.subarray(at, at + 0x8000))
  return btoa(binary)
}

/** One parcel with its photos as a file of its own, for a phone that never finds the network again. */
export async function exported(shelf: Shelf, id: string): Promise<Blob> {
  const parcel = await shelf.parcels.get(id)
  const photos = (await photosOf(shelf, id)).map(({ bytes, ...photo }) => ({ ...photo, base64: base64(bytes) }))
  return new Blob([JSON.stringify({ parcel, photos }, undefined, 1)], { type: 'application/json' })
}

/** Hands a file to the person's downloads. */
export function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
