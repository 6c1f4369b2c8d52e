import { liveQuery, type Subscription } from 'dexie'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { newKey } from '@/api/client'
import { asProblem } from '@/api/problem'
import { online, reached } from './core/net'
import { exported, imported } from './core/export'
import { takePack } from './core/kept'
import { attempt, chainOf, outcomeOf, tidy, waiting, type Attempt, type Outcome } from './core/queue'
import { dropPhotos, persist, shelf, touched, type Content, type Parcel, type Photo } from './core/shelf'
import { carrier, readMe, readPack } from './server'
import { useMe } from './useMe'

export interface Line extends Parcel {
  photos: Pick<Photo, 'id' | 'slot' | 'name' | 'attachmentId' | 'size'>[]
}

const LOCK = 'anbiao.field.queue'

/** How long what was taken along counts as fresh, milliseconds; asking again costs a tag. */
const TAKEN = 600_000

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
  /** Bytes the server has of photos on their way, by photo. */
  const come = ref<Record<string, number>>({})
  /** Parcel that is being sent now. */
  const sending = ref('')
  const unsent = computed(() => lines.value.filter((line) => line.state === 'waiting' || line.state === 'refused').length)
  let watching: Subscription | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = 5_000
  let running: Promise<unknown> = Promise.resolve()
  let taken = 0

  async function read(): Promise<Line[]> {
    const mine = await shelf.parcels.where('[personId+membershipId]').equals([me.personId, me.membershipId]).toArray()
    const photos = await shelf.photos.where('parcelId').anyOf(mine.map((parcel) => parcel.id)).toArray()
    return mine
      .map((parcel) => ({ ...parcel, photos: photos.filter((photo) => photo.parcelId === parcel.id).map(({ id, slot, name, attachmentId, size }) => ({ id, slot, name, attachmentId, size })) }))
      .filter(({ state, content, photos: taken }) => state !== 'draft' || touched(content, taken.length))
      .sort((a, b) => (a.changedAt < b.changedAt ? 1 : -1))
  }

  /** Follows the shelf for the person signed in and sends what waits, now and whenever the network returns. */
  function begin(): void {
    watching?.unsubscribe()
    watching = liveQuery(read).subscribe((found) => (lines.value = found))
    signedOut.value = false
    come.value = {}
    taken = 0
    void tidy(shelf).catch(() => undefined)
    void run()
    void takeAlong()
  }

  // So that any point opens in the cellar too.
  async function takeAlong(): Promise<void> {
    if (!me.personId || !me.can('checklist.point.list') || !me.can('inspection.check.submit') || Date.now() - taken < TAKEN) return
    taken = Date.now()
    await takePack(me.keyOf('pack'), readPack)
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

  // What the server cannot take just now keeps no other parcel waiting; a missing network does.
  async function all(): Promise<void> {
    const held = new Set<string>()
    for (const id of await waiting(shelf, me.personId, me.membershipId)) {
      const parcel = await shelf.parcels.get(id)
      const chain = parcel ? chainOf(parcel.content) : ''
      if (chain && held.has(chain)) continue
      const { outcome, status } = await one(id)
      if (outcome === 'signed-out' || (outcome === 'waiting' && status === 0)) break
      if (outcome === 'waiting' && chain) held.add(chain)
    }
  }

  async function one(id: string): Promise<Attempt> {
    busy.value = true
    sending.value = id
    try {
      const ended = (await stranger()) ?? (await attempt(shelf, carrier, id, (photo, sent) => (come.value[photo] = sent)))
      signedOut.value = ended.outcome === 'signed-out'
      if (ended.outcome === 'waiting') later(ended.status)
      else {
        pause = 5_000
        reached(true)
      }
      return ended
    } finally {
      busy.value = false
      sending.value = ''
    }
  }

  // Another tab may have signed somebody else in meanwhile: what one person made is never sent by another.
  async function stranger(): Promise<Attempt | undefined> {
    try {
      const now = await readMe()
      return now.person.id === me.personId && now.membership.id === me.membershipId ? undefined : { outcome: 'signed-out', status: 401 }
    } catch (error) {
      const { status } = asProblem(error)
      return { outcome: outcomeOf(status) === 'signed-out' ? 'signed-out' : 'waiting', status }
    }
  }

  function later(status: number): void {
    reached(status !== 0)
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
    const sent = running.then(() => alone(() => (chainOf(content) ? inTurn(id) : one(id))))
    running = sent.catch(() => undefined)
    return (await sent).outcome
  }

  // What was done before with the same permit goes first.
  async function inTurn(id: string): Promise<Attempt> {
    await all()
    const parcel = await shelf.parcels.get(id)
    if (parcel?.state === 'refused' || parcel?.state === 'sent') return { outcome: parcel.state, status: 200 }
    return { outcome: signedOut.value ? 'signed-out' : 'waiting', status: 0 }
  }

  async function discard(id: string): Promise<void> {
    await shelf.transaction('rw', shelf.parcels, shelf.photos, shelf.pixels, async () => {
      await dropPhotos(shelf, id)
      await shelf.parcels.delete(id)
    })
  }

  /** Parcels as a file that another phone of the same person takes over; without ids all that is not sent. */
  function save(ids: string[] = lines.value.filter(({ state }) => state !== 'sent').map(({ id }) => id)): Promise<Blob> {
    return exported(shelf, ids, { personId: me.personId, membershipId: me.membershipId, person: me.me?.person.name ?? '' })
  }

  /** Takes over what another phone saved, and sends it. Answers how many parcels were new here. Errors: ImportError. */
  async function takeOver(file: Blob): Promise<number> {
    const fresh = await imported(shelf, file, { personId: me.personId, membershipId: me.membershipId })
    void run()
    return fresh
  }

  // Background Sync is nowhere needed: an open page tries by itself, when the network returns and when it is looked at.
  function wake(): void {
    if (!me.me || document.visibilityState !== 'visible') return
    if (unsent.value) void run()
    void takeAlong()
  }
  watch(online, (is) => is && wake())
  document.addEventListener('visibilitychange', wake)

  return { lines, unsent, busy, sending, come, signedOut, begin, draft, submit, run, discard, save, takeOver }
})
