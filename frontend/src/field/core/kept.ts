import { asProblem } from '@/api/problem'
import { reached } from './net'
import { shelf } from './shelf'

/** An answer of the server, or the copy of its last one. */
export interface Known<T> {
  data: T
  /** True when the network failed and this is the kept copy. */
  old: boolean
  /** When the server gave it, RFC 3339. */
  at: string
}

/**
 * Asks the server, and keeps its answer; without network the kept answer serves. Any refusal passes through, for
 * what one may no longer see must not live on in a copy.
 */
export async function known<T>(key: string, read: () => Promise<T>): Promise<Known<T>> {
  try {
    const data = await read()
    const at = new Date().toISOString()
    reached(true)
    await shelf.kept.put({ key, at, data: structuredCloneable(data) })
    return { data, old: false, at }
  } catch (error) {
    const { status } = asProblem(error)
    if (status === 403 || status === 404) await shelf.kept.delete(key)
    if (status !== 0 && status < 500) throw error
    reached(status !== 0)
    const copy = await shelf.kept.get(key)
    if (!copy) throw error
    return { data: copy.data as T, old: true, at: copy.at }
  }
}

function structuredCloneable<T>(data: T): T {
  return JSON.parse(JSON.stringify(data)) as T
}
