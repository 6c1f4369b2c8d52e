/** What a scanned or typed text says about a check point. */
export type Label = { publicId: string } | { number: string }

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i

/** Reads a QR label (an address ending in /field/p/<uuid>, or the uuid alone) or the digits under it. */
export function readLabel(text: string): Label | undefined {
  const clean = text.trim().normalize('NFKC')
  if (/^\d{1,9}$/.test(clean)) return { number: clean }
  const address = /^https?:\/\//i.test(clean)
  const publicId = UUID.exec(address ? (/\/field\/p\/([^/?#]+)/.exec(clean)?.[1] ?? '') : clean)?.[0]
  return publicId ? { publicId: publicId.toLowerCase() } : undefined
}
