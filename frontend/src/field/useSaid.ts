import { shelf } from './core/shelf'
import { counted, type Said } from './core/phrases'
import { useMe } from './useMe'

const key = (): string => useMe().keyOf('said')

/** What the person wrote so far, by item, on this phone. */
export async function readSaid(): Promise<Said> {
  return ((await shelf.kept.get(key()))?.data as Said | undefined) ?? {}
}

/** Remembers notes that went out, to be offered again. */
export async function remember(notes: readonly { code: string; note: string }[]): Promise<void> {
  const at = new Date().toISOString()
  await shelf.transaction('rw', shelf.kept, async () => {
    let said = await readSaid()
    for (const { code, note } of notes) said = counted(said, code, note)
    await shelf.kept.put({ key: key(), at, data: said })
  })
}
