import { liveQuery, type Subscription } from 'dexie'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { newKey } from '@/api/client'
import { asProblem } from '@/api/problem'
import { online, reached } from './core/net'
import { deliver, outcomeOf, tidy, waiting, type Outcome } from './core/queue'
import { persist, shelf, touched, type Content, type Parcel, type Photo } from './core/shelf'
import { carrier, readMe } from './server'
import { useMe } from './useMe'

export interface Line extends Parcel {
  photos: Pick<Photo, 'id' | 'slot' | 'name' | 'attachmentId'>[]
}

const LOCK = 'anbiao.field.queue'

// One tab at a time; the others then find the work done.
async function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request(LOCK, work) : work()
}

/** What the person has made on this phone, and its way to the server. */
export const useQueue = defineStore('field-queue', () => {
  const me = useMe()
  const lines = shallowRef<Line[]>([])
  const busy = ref(false)
  const signedOut = ref(false)
  const unsent = computed(() => lines.value.filter((line) => line.state === 'waiting' || line.state === 'refused').length)
  let watching: Subscription | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = 5_000
  let running: Promise<unknown> = Promise.resolve()

  async function read(): Promise<Line[]> {
    const mine = await shelf.parcels.where('[personId+membershipId]').equals([me.personId, me.membershipId]).toArray()
    const photos = await shelf.photos.where('parcelId').anyOf(mine.map((parcel) => parcel.id)).toArray()
    return mine
      .map((parcel) => ({ ...parcel, photos: photos.filter((photo) => photo.parcelId === parcel.id).map(({ id, slot, name, attachmentId }) => ({ id, slot, name, attachmentId })) }))
      .filter(({ state, content, photos: taken }) => state !== 'draft' || touched(content, taken.length))
      .sort((a, b) => (a.changedAt < b.changedAt ? 1 : -1))
  }

  /** Follows the shelf for the person signed in and sends what waits, now and whenever the network returns. */
  function begin(): void {
    watching?.unsubscribe()
    watching = liveQuery(read).subscribe((found) => (lines.value = found))
    signedOut.value = false
    void tidy(shelf)
    void run()
  }

  /** A new parcel of the person, kept before anything else happens. */
  async function draft(title: string, content: Content): Promise<Parcel> {
    const parcel: Parcel = { id: newKey(), personId: me.personId, membershipId: me.membershipId, state: 'draft', title, content, refusal: '', madeId: '', changedAt: new Date().toISOString() }
    await shelf.parcels.add(parcel)
    void persist()
    return parcel
  }

  /** Sends everything that waits, oldest first. */
  function run(): Promise<unknown> {
    clearTimeout(timer)
    running = running.then(() => alone(all)).catch(() => undefined)
    return running
  }

  async function all(): Promise<void> {
    for (const id of await waiting(shelf, me.personId, me.membershipId)) {
      const outcome = await one(id)
      if (outcome === 'waiting' || outcome === 'signed-out') break
    }
  }

  async function one(id: string): Promise<Outcome> {
    busy.value = true
    try {
      const outcome = (await stranger()) ?? (await deliver(shelf, carrier, id))
      signedOut.value = outcome === 'signed-out'
      if (outcome === 'waiting') later()
      else {
        pause = 5_000
        reached(true)
      }
      return outcome
    } finally {
      busy.value = false
    }
  }

  // Another tab may have signed somebody else in meanwhile: what one person made is never sent by another.
  async function stranger(): Promise<Outcome | undefined> {
    try {
      const now = await readMe()
      return now.person.id === me.personId && now.membership.id === me.membershipId ? undefined : 'signed-out'
    } catch (error) {
      return outcomeOf(asProblem(error).status) === 'signed-out' ? 'signed-out' : 'waiting'
    }
  }

  function later(): void {
    reached(false)
    clearTimeout(timer)
    timer = setTimeout(() => void run(), pause)
    pause = Math.min(pause * 2, 60_000)
  }

  /** Finishes a parcel and tries to send it at once. A second call while it is on its way changes nothing. */
  async function submit(id: string, content: Content): Promise<Outcome> {
    const taken = await shelf.transaction('rw', shelf.parcels, async () => {
      const parcel = await shelf.parcels.get(id)
      if (!parcel || (parcel.state !== 'draft' && parcel.state !== 'refused')) return false
      await shelf.parcels.update(id, { state: 'waiting', content, refusal: '', changedAt: new Date().toISOString() })
      return true
    })
    if (!taken) return 'waiting'
    const attempt = running.then(() => alone(() => one(id)))
    running = attempt.catch(() => undefined)
    return attempt
  }

  async function discard(id: string): Promise<void> {
    await shelf.transaction('rw', shelf.parcels, shelf.photos, async () => {
      await shelf.photos.where('parcelId').equals(id).delete()
      await shelf.parcels.delete(id)
    })
  }

  watch(online, (is) => {
    if (is && me.me) void run()
  })

  return { lines, unsent, busy, signedOut, begin, draft, submit, run, discard }
})
