import { asProblem } from '@/api/problem'
import type { Form, Pack, Work } from '../server'
import { reached } from './net'
import { formIn, newer, workOn } from './pack'
import { shelf, type Kept } from './shelf'

/** An answer of the server, or the copy of its last one. */
export interface Known<T> {
  data: T
  /** True when the network failed and this is the kept copy. */
  old: boolean
  /** When the server gave it, RFC 3339. */
  at: string
}

/** How long a weak network may keep somebody waiting who has a copy, milliseconds. */
export const PATIENCE = 6_000

/**
 * Asks the server, and keeps its answer; without network, or when it is too slow, the kept answer serves. Any refusal
 * passes through, for what one may no longer see must not live on in a copy.
 */
export async function known<T>(key: string, read: () => Promise<T>): Promise<Known<T>> {
  const asking = ask(key, read)
  const copy = await copyOf(key)
  if (!copy) return asking
  const late = new Promise<undefined>((done) => setTimeout(() => done(undefined), PATIENCE))
  // The answer that comes late is kept all the same, for the next time.
  return (await Promise.race([asking, late])) ?? { data: copy.data as T, old: true, at: copy.at }
}

async function ask<T>(key: string, read: () => Promise<T>): Promise<Known<T>> {
  try {
    const data = await read()
    const at = new Date().toISOString()
    reached(true)
    await keep({ key, at, data })
    return { data, old: false, at }
  } catch (error) {
    const { status } = asProblem(error)
    if (status === 403 || status === 404) await shelf.kept.delete(key)
    if (status !== 0 && status < 500) throw error
    reached(status !== 0)
    const copy = await copyOf(key)
    if (!copy) throw error
    return { data: copy.data as T, old: true, at: copy.at }
  }
}

/** Keeps an answer; a phone without room shows it and goes on without the copy. */
export async function keep(copy: Kept): Promise<void> {
  await shelf.kept.put({ ...copy, data: JSON.parse(JSON.stringify(copy.data)) as unknown }).catch(() => undefined)
}

/** The copy of an answer, as it stands today. Keys are person:membership:name. */
async function copyOf(key: string): Promise<Kept | undefined> {
  const copy = await shelf.kept.get(key)
  const [person, membership, name = ''] = key.split(':')
  if (name === 'work' && copy) return { ...copy, data: workOn(copy.data as Work) }
  if (name !== 'form') return copy
  const pack = await shelf.kept.get(`${person}:${membership}:pack`)
  const publicId = key.slice(`${person}:${membership}:form:`.length)
  const form = pack && formIn(pack.data as Pack, (point) => point.publicId === publicId)
  return newer(copy, form && { key, at: pack.at, data: form })
}

/** The form of a point that the phone took along, by the number under its label. */
export async function packedForm(packKey: string, number: string): Promise<Form | undefined> {
  const pack = await shelf.kept.get(packKey)
  return pack && formIn(pack.data as Pack, (point) => Number(point.number) === Number(number))
}

/** Takes along what opens every point; asks only whether it has changed. A failure leaves the last one in place. */
export async function takePack(key: string, read: (tag: string) => Promise<{ pack: Pack; tag: string } | undefined>): Promise<void> {
  const last = await shelf.kept.get(key)
  try {
    const fresh = await read(last?.tag ?? '')
    const at = new Date().toISOString()
    if (fresh) await keep({ key, at, data: fresh.pack, tag: fresh.tag })
    else if (last) await shelf.kept.update(key, { at })
  } catch (error) {
    const { status } = asProblem(error)
    if (status === 403 || status === 404) await shelf.kept.delete(key)
  }
}
