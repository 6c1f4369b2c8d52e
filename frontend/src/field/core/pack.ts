import { today } from '@/parts/format'
import type { Form, Pack, Work } from '../server'
import type { Kept } from './shelf'

/** What is asked at a point of the pack, as the server would answer it. `find` tells which point. */
export function formIn(pack: Pack, find: (point: Form['point']) => boolean): Form | undefined {
  const packed = pack.points.find(({ point }) => find(point))
  if (!packed) return undefined
  const asks = packed.codes.map((code) => pack.asks.find((ask) => ask.code === code)).filter((ask) => ask !== undefined)
  return { point: packed.point, standardId: pack.standardId, version: pack.version, asks }
}

/**
 * The forms of a route under one version of the standard, for a check is held against one: where their copies differ, all as
 * the phone took them along in one piece, if it has them all.
 */
export function alike(forms: Form[], pack: Pack | undefined): Form[] {
  if (!pack || forms.every(({ standardId }) => standardId === forms[0]!.standardId)) return forms
  const packed = forms.map((form) => formIn(pack, ({ id }) => id === form.point.id))
  return packed.every((form) => form !== undefined) ? packed : forms
}

/** The tasks as they stand on a day: yesterday's copy knows what opens today and what is late by now. */
export function workOn(work: Work, day: string = today()): Work {
  const all = [...work.overdue, ...work.today, ...(work.coming ?? [])]
  const open = all.filter(({ opensOn }) => opensOn <= day)
  const overdue = open.filter(({ dueOn }) => dueOn < day)
  const now = open.filter(({ dueOn }) => dueOn >= day)
  const done = work.done
  return { ...work, overdue, today: now, coming: all.filter(({ opensOn }) => opensOn > day), counts: { today: now.length, overdue: overdue.length, done: done.length } }
}

/** The newer of two copies. */
export function newer(one: Kept | undefined, other: Kept | undefined): Kept | undefined {
  if (!one || !other) return one ?? other
  return one.at >= other.at ? one : other
}
