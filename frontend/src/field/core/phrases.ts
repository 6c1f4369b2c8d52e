/** How often a person wrote what, by item code; '' holds what he wrote without an item. */
export type Said = Record<string, Record<string, number>>

const MOST = 30 // notes kept for an item
const LONGEST = 40 // a longer note is a story, not a phrase

/** Counts one more note. */
export function counted(said: Said, code: string, note: string): Said {
  const text = note.trim()
  if (!text || text.length > LONGEST) return said
  const notes = { ...said[code], [text]: (said[code]?.[text] ?? 0) + 1 }
  const kept = Object.entries(notes).sort(([, a], [, b]) => b - a).slice(0, MOST)
  return { ...said, [code]: Object.fromEntries(kept) }
}

/** What to offer for an item: what the person wrote most often, at least twice, then what is usually wrong with it. */
export function phrasesFor(said: Said, code: string, usual: readonly string[]): string[] {
  const own = Object.entries(said[code] ?? {}).filter(([, n]) => n > 1).sort(([, a], [, b]) => b - a).map(([text]) => text)
  return [...new Set([...own.slice(0, 3), ...usual])].slice(0, 7)
}
