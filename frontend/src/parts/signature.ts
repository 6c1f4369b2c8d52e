import { api, body, keyed, newKey } from '@/api/client'

/** A PNG data address as a file; decoded here, as the content security policy lets no request read it. */
export function pngOf(address: string, name: string): File {
  const raw = atob(address.slice(address.indexOf(',') + 1))
  const bytes = new Uint8Array(raw.length)
  for (let n = 0; n < raw.length; n += 1) bytes[n] = raw.charCodeAt(n)
  return new File([bytes], name, { type: 'image/png' })
}

/** Uploads a drawn signature and answers its id; the same drawing again, by its `clientId`, is the same file. */
export async function keepStrokes(drawn: string, clientId: string): Promise<string> {
  const form = new FormData()
  form.set('clientId', clientId)
  form.set('file', pngOf(drawn, 'signature.png'))
  return (await body(api.POST('/api/attachment/files', { body: form as never, bodySerializer: () => form }))).id
}

/** Uploads a drawn signature and signs the letters that were read with it. `clientId` names the drawing. */
export async function signLetters(letters: { id: string; textHash: string }[], drawn: string, clientId: string, key: string): Promise<string> {
  const attachmentId = await keepStrokes(drawn, clientId)
  const made = await body(api.POST('/api/letter/signatures', { body: { attachmentId, letters: letters.map(({ id, textHash }) => ({ id, textHash })) }, ...keyed(key) }))
  return made.id
}

/** Names a drawing. */
export const newDrawing = newKey
