// @vitest-environment jsdom
import 'fake-indexeddb/auto'
import Dexie from 'dexie'
import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/problem'
import type { Form, Pack, Work } from '../server'
import { exported, imported } from './export'
import { sha256, slowHash } from './hash'
import { hostOf } from './host'
import { known, packedForm, takePack } from './kept'
import { clockOffsetMs, learnClock } from './net'
import { workOn } from './pack'
import { shotOf } from './photo'
import { attempt, photosOf, tidy, type Carrier } from './queue'
import { full, isFull, sizeText } from './room'
import { addPhotos, bytesOf, shelf as ours, Shelf, type CheckContent, type Parcel, type Photo } from './shelf'
import { AT_ONCE, upload, type Wire } from './upload'

const report: Parcel = { id: 'p1', personId: '1', membershipId: '2', state: 'waiting', title: '', content: { kind: 'report', place: '一车间', description: '罩已拆', pointId: '5' }, refusal: '', madeId: '', changedAt: '2026-03-01T00:00:00Z' }

function noise(size: number, seed = 1): ArrayBuffer {
  const bytes = new Uint8Array(size)
  let state = seed
  for (let n = 0; n < size; n += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    bytes[n] = state >>> 24
  }
  return bytes.buffer
}

function photo(id: string, bytes: ArrayBuffer, parcelId = 'p1'): Photo & { bytes: ArrayBuffer } {
  return { id, parcelId, slot: '', name: `${id}.jpg`, type: 'image/jpeg', bytes, takenAt: `2026-03-01T00:00:0${id.length}Z`, attachmentId: '' }
}

const problem = (status: number, code: string): ApiError => new ApiError({ status, code, title: '', detail: '', requestId: '', errors: [] })

describe('a hash', () => {
  it('is SHA-256, with and without the browser', async () => {
    for (const size of [0, 1, 55, 56, 63, 64, 65, 1000, 70_001]) {
      const bytes = noise(size, size)
      const want = createHash('sha256').update(new Uint8Array(bytes)).digest('hex')
      expect(slowHash(new Uint8Array(bytes))).toBe(want)
      expect(await sha256(bytes)).toBe(want)
    }
  })
})

describe('an upload', () => {
  const large = photo('f', noise(AT_ONCE * 3 + 17))
  let there: number
  let files: string[]
  let breaks: (step: string) => void

  // A server that keeps what it acknowledged, and answers a piece that does not follow with 409.
  const wire: Wire = {
    async whole({ id }) {
      files.push(id)
      return `a${files.length}`
    },
    async begin({ id }, size) {
      breaks('begin')
      if (files.includes(id)) return { received: size, id: 'a1' }
      return { received: there, id: '' }
    },
    async piece({ id }, offset, bytes) {
      breaks('before')
      if (offset !== there) throw problem(409, 'attachment.offset')
      there += bytes.byteLength
      const done = there === large.bytes.byteLength
      if (done) files.push(id)
      breaks('after')
      return { received: there, id: done ? 'a1' : '' }
    },
  }

  beforeEach(() => {
    there = 0
    files = []
    breaks = () => undefined
  })

  it('sends a small photo at once', async () => {
    expect(await upload(wire, photo('s', noise(AT_ONCE)), noise(AT_ONCE))).toBe('a1')
    expect(there).toBe(0)
  })

  it('sends a large one in pieces and tells how far it is', async () => {
    const told: number[] = []
    expect(await upload(wire, large, large.bytes, (sent) => told.push(sent))).toBe('a1')
    expect(told).toEqual([0, AT_ONCE, 2 * AT_ONCE, 3 * AT_ONCE, 3 * AT_ONCE + 17])
  })

  it('goes on from where the server is, whether or not the answer arrived', async () => {
    for (const step of ['before', 'after', 'begin']) {
      there = 0
      files = []
      let calls = 0
      breaks = (at) => {
        if (at === step && ++calls === 2) throw problem(0, 'client.offline')
      }
      await upload(wire, large, large.bytes).catch(() => undefined)
      const before = there
      breaks = () => undefined
      expect(await upload(wire, large, large.bytes)).toBe('a1')
      expect(there).toBe(large.bytes.byteLength)
      expect(before).toBeLessThanOrEqual(there)
      expect(files).toEqual(['f'])
    }
  })

  it('brings the photo even if the server cannot take what the phone says of it', async () => {
    const said: unknown[] = []
    const strict: Wire = { ...wire, whole: async ({ shot }) => (said.push(shot) && shot === null ? 'a1' : Promise.reject(problem(422, 'attachment.shot-time'))) }
    const small = { ...photo('s', noise(9)), shot: { takenAt: '1970-01-01T00:00:00Z' } }
    expect(await upload(strict, small, small.bytes)).toBe('a1')
    expect(said).toEqual([small.shot, null])
    await expect(upload({ ...strict, whole: () => Promise.reject(problem(415, 'photo.type')) }, small, small.bytes)).rejects.toThrow()
  })

  it('asks again when they disagree, and leaves it for later when that does not help', async () => {
    there = AT_ONCE
    let torn = 2
    breaks = (at) => {
      if (at === 'before' && torn-- > 0) throw problem(409, 'attachment.torn')
    }
    expect(await upload(wire, large, large.bytes)).toBe('a1')
    there = 0
    files = []
    breaks = (at) => {
      if (at === 'before') throw problem(404, 'attachment.no-upload')
    }
    await expect(upload(wire, large, large.bytes)).rejects.toMatchObject({ problem: { status: 503 } })
  })
})

describe('the shelf', () => {
  it('keeps what a phone of version 1 has', async () => {
    const name = `old-${Math.random()}`
    const old = new Dexie(name)
    old.version(1).stores({ parcels: 'id, [personId+membershipId], state', photos: 'id, parcelId', kept: 'key' })
    await old.table('parcels').add(report)
    await old.table('photos').add(photo('f', noise(10)))
    await old.table('kept').add({ key: 'me', at: 'x', data: 1 })
    old.close()
    const now = new Shelf(name)
    expect(await now.parcels.get('p1')).toEqual(report)
    const [found] = await photosOf(now, 'p1')
    expect(new Uint8Array((await bytesOf(now, found!))!)).toEqual(new Uint8Array(noise(10)))
    const sent: number[] = []
    const carrier: Carrier = { photo: async (_, bytes) => `a${sent.push(bytes.byteLength)}`, parcel: async () => '9' }
    expect(await attempt(now, carrier, 'p1')).toEqual({ outcome: 'sent', status: 200 })
    expect(sent).toEqual([10])
    now.close()
  })

  it('keeps pictures apart, all or none, and forgets those without a photo', async () => {
    const shelf = new Shelf(`apart-${Math.random()}`)
    await addPhotos(shelf, [photo('f', noise(10)), photo('ff', noise(20))])
    expect((await shelf.photos.get('f'))?.bytes).toBeUndefined()
    expect((await shelf.photos.get('ff'))?.size).toBe(20)
    await shelf.photos.delete('f')
    await tidy(shelf)
    expect(await shelf.pixels.toCollection().primaryKeys()).toEqual(['ff'])
  })

  it('says when there is no room, and when there is again', async () => {
    const shelf = new Shelf(`full-${Math.random()}`)
    await shelf.open()
    const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    const error = await shelf.parcels.add(report).catch((thrown: unknown) => thrown)
    expect(isFull(error)).toBe(true)
    expect(full.value).toBe(true)
    add.mockRestore()
    await shelf.parcels.add(report)
    expect(full.value).toBe(false)
    expect([sizeText(1), sizeText(300_000), sizeText(3e9)]).toEqual(['1 KB', '0.3 MB', '2.8 GB'])
  })
})

describe('an attempt', () => {
  let shelf: Shelf
  beforeEach(async () => {
    shelf = new Shelf(`attempt-${Math.random()}`)
    await shelf.parcels.add({ ...report })
    await addPhotos(shelf, [photo('f', noise(10)), photo('ff', noise(20))])
  })

  it('from two tabs at once makes one thing of it', async () => {
    const kept = new Map<string, string>()
    const made = new Set<string>()
    const carrier: Carrier = {
      async photo({ id }) {
        if (!kept.has(id)) kept.set(id, `a${kept.size + 1}`)
        return kept.get(id)!
      },
      async parcel({ id }) {
        made.add(id)
        return '77'
      },
    }
    const ended = await Promise.all([attempt(shelf, carrier, 'p1'), attempt(shelf, carrier, 'p1')])
    expect(ended.map(({ outcome }) => outcome)).toEqual(['sent', 'sent'])
    expect([kept.size, made.size]).toEqual([2, 1])
    expect(await shelf.parcels.get('p1')).toMatchObject({ state: 'sent', madeId: '77' })
    expect(await shelf.pixels.count()).toBe(0)
  })

  it('tells a server in trouble from one out of reach', async () => {
    const carrier = (status: number): Carrier => ({ photo: async () => Promise.reject(problem(status, 'x')), parcel: async () => '1' })
    expect(await attempt(shelf, carrier(503), 'p1')).toEqual({ outcome: 'waiting', status: 503 })
    expect(await attempt(shelf, carrier(0), 'p1')).toEqual({ outcome: 'waiting', status: 0 })
    expect(await shelf.pixels.count()).toBe(2)
  })

  it('gives a check back whose photo the phone has lost', async () => {
    await shelf.pixels.delete('f')
    const carrier: Carrier = { photo: async () => 'a', parcel: async () => '1' }
    expect((await attempt(shelf, carrier, 'p1')).outcome).toBe('refused')
    expect((await shelf.parcels.get('p1'))?.refusal).toContain('f.jpg')
  })

  it('gives photos new ids with their pictures when the server swept them', async () => {
    let first = true
    const seen: [string, number][] = []
    const carrier: Carrier = {
      photo: async ({ id }, bytes) => `a${seen.push([id, bytes.byteLength])}`,
      async parcel() {
        if (first) {
          first = false
          throw problem(422, 'attachment.unknown')
        }
        return '5'
      },
    }
    expect((await attempt(shelf, carrier, 'p1')).outcome).toBe('sent')
    expect(seen.map(([, size]) => size)).toEqual([10, 20, 10, 20])
    expect(new Set(seen.map(([id]) => id)).size).toBe(4)
  })
})

describe('a saved queue', () => {
  const owner = { personId: '1', membershipId: '2', person: '陈安全' }

  it('is taken over by its owner on another phone, once', async () => {
    const from = new Shelf(`from-${Math.random()}`)
    const to = new Shelf(`to-${Math.random()}`)
    await from.parcels.bulkAdd([report, { ...report, id: 'p2', state: 'draft' }])
    const bytes = noise(70_000)
    await addPhotos(from, [{ ...photo('f', bytes), sha256: await sha256(bytes) }])
    await from.photos.add(photo('g', noise(5), 'p2')) // as version 1 kept it
    const file = await exported(from, ['p1', 'p2'], owner)
    expect(await imported(to, file, owner)).toBe(2)
    expect(await imported(to, file, owner)).toBe(0)
    expect(await to.parcels.get('p1')).toEqual(report)
    const [one] = await photosOf(to, 'p1')
    expect(await sha256((await bytesOf(to, one!))!)).toBe(one!.sha256)
    expect((await bytesOf(to, (await photosOf(to, 'p2'))[0]!))!.byteLength).toBe(5)
  })

  it('is refused whole: another person, no such file, a damaged photo', async () => {
    const from = new Shelf(`from-${Math.random()}`)
    const to = new Shelf(`to-${Math.random()}`)
    await from.parcels.add(report)
    await addPhotos(from, [{ ...photo('f', noise(9)), sha256: 'f00' }])
    const file = await exported(from, ['p1'], owner)
    await expect(imported(to, file, { personId: '9', membershipId: '2' })).rejects.toMatchObject({ fault: 'person' })
    await expect(imported(to, new Blob(['{}']), owner)).rejects.toMatchObject({ fault: 'format' })
    await expect(imported(to, new Blob([await file.slice(0, file.size - 20).text()]), owner)).rejects.toMatchObject({ fault: 'broken' })
    await expect(imported(to, file, owner)).rejects.toMatchObject({ fault: 'broken' })
    expect(await to.parcels.count()).toBe(0)
  })
})

describe('what was taken along', () => {
  const ask = (code: string): Form['asks'][number] => ({ code }) as Form['asks'][number]
  const point = (n: number): Form['point'] => ({ id: String(n), publicId: `u${n}`, number: `000${n}` }) as Form['point']
  const pack: Pack = { standardId: '4', version: 2, asks: [ask('A-01'), ask('A-02')], points: [{ point: point(1), codes: ['A-02'] }, { point: point(2), codes: ['A-01', 'A-02'] }] }
  const offline = async (): Promise<never> => Promise.reject(problem(0, 'client.offline'))

  beforeEach(() => ours.kept.clear())

  it('opens any point without network, by label and by number', async () => {
    await expect(known('1:2:form:u2', offline)).rejects.toThrow()
    await takePack('1:2:pack', async () => ({ pack, tag: '"t"' }))
    const form = await known<Form>('1:2:form:u2', offline)
    expect(form.old).toBe(true)
    expect(form.data).toMatchObject({ standardId: '4', point: { id: '2' }, asks: [{ code: 'A-01' }, { code: 'A-02' }] })
    expect((await packedForm('1:2:pack', '1'))?.asks).toHaveLength(1)
    expect(await packedForm('1:2:pack', '9')).toBeUndefined()
    await expect(known('9:9:form:u2', offline)).rejects.toThrow()
  })

  it('is asked for by its tag, and forgotten when it may no longer be seen', async () => {
    await takePack('1:2:pack', async () => ({ pack, tag: '"t"' }))
    await takePack('1:2:pack', async (tag) => {
      expect(tag).toBe('"t"')
      return undefined
    })
    expect((await ours.kept.get('1:2:pack'))?.data).toEqual(pack)
    await takePack('1:2:pack', offline)
    expect(await ours.kept.get('1:2:pack')).toBeDefined()
    await takePack('1:2:pack', () => Promise.reject(problem(403, 'rbac.forbidden')))
    expect(await ours.kept.get('1:2:pack')).toBeUndefined()
  })

  it('knows what opens today although it was read yesterday', () => {
    const task = (id: string, opensOn: string, dueOn: string): Work['today'][number] => ({ id, opensOn, dueOn }) as Work['today'][number]
    const work = { today: [task('1', '2026-03-01', '2026-03-01'), task('2', '2026-03-01', '2026-03-31')], overdue: [], done: [], coming: [task('3', '2026-03-02', '2026-03-02'), task('4', '2026-03-03', '2026-03-03')], counts: { today: 2, overdue: 0, done: 0 } }
    const next = workOn(work, '2026-03-02')
    expect([next.today, next.overdue, next.coming].map((list) => list.map(({ id }) => id))).toEqual([['2', '3'], ['1'], ['4']])
    expect(next.counts).toEqual({ today: 2, overdue: 1, done: 0 })
  })
})

describe('what a photo says', () => {
  const place = { longitude: 120.02, latitude: 28.9, accuracy: 8, at: 0 }
  const check = { kind: 'check', taskId: '7', form: { point: { id: '3' } } } as unknown as CheckContent

  it('is its point, task and item', () => {
    const of = (slot: string): object => shotOf({ ...report, content: check }, slot, 'T', place, 60_000)
    expect(of('PRS-01')).toEqual({ takenAt: 'T', clockMs: 60_000, longitude: 120.02, latitude: 28.9, accuracy: 8, pointId: '3', taskId: '7', itemCode: 'PRS-01' })
    expect(of('11/PRS-01')).toMatchObject({ pointId: '11', itemCode: 'PRS-01' })
    expect(of('signature')).not.toHaveProperty('itemCode')
    expect(shotOf(report, '', 'T', undefined, undefined)).toEqual({ takenAt: 'T', pointId: '5' })
  })

  it('tells a clock set wrong by the answers of the server', () => {
    const now = Date.parse('2026-03-01T00:00:00.400Z')
    learnClock('Sun, 01 Mar 2026 00:00:00 GMT', now)
    expect(clockOffsetMs.value).toBe(0)
    learnClock('Sun, 01 Mar 2026 01:00:00 GMT', now)
    expect(clockOffsetMs.value).toBe(3_600_100)
    learnClock(null, now)
    expect(clockOffsetMs.value).toBe(3_600_100)
  })
})

it('knows the browsers inside apps', () => {
  const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
  expect(hostOf(`${phone} Mobile/15E148 MicroMessenger/8.0.49`)).toBe('wechat')
  expect(hostOf(`${phone} Version/17.4 Mobile/15E148 Safari/604.1`)).toBe('browser')
  expect(hostOf(`${phone} Mobile/15E148`)).toBe('app')
  expect(hostOf('Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 DingTalk/7.5')).toBe('dingtalk')
})
