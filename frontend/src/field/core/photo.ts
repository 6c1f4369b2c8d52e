import { newKey } from '@/api/client'
import type { Photo } from './shelf'

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

/** A photo upright and small enough for a weak network. A picture the browser cannot read goes as it is; the server decides. */
export async function takePhoto(file: File, parcelId: string, slot: string): Promise<Photo> {
  const small = await shrink(file).catch(() => file)
  const name = small === file ? file.name : `${file.name.replace(/\.\w+$/, '')}.jpg`
  return {
    id: newKey(),
    parcelId,
    slot,
    name: name.slice(-100) || 'photo.jpg',
    type: small.type || 'image/jpeg',
    bytes: await small.arrayBuffer(),
    takenAt: new Date().toISOString(),
    attachmentId: '',
  }
}
