// @vitest-environment jsdom
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { ApiError } from '@/api/problem'
import { ownAddress } from './address'
import { readLabel } from './label'
import { fitted } from './photo'
import { deliver, outcomeOf, waiting, type Carrier } from './queue'
import { Shelf, type Parcel, type Photo } from './shelf'

describe('a label', () => {
  it('is the address of a point, its id or its number', () => {
    const publicId = '0190a1c8-0000-7000-8000-000000000007'
    expect(readLabel(`https://a.example/field/p/${publicId.toUpperCase()}`)).toEqual({ publicId })
    expect(readLabel(publicId)).toEqual({ publicId })
    expect(readLabel(' ００１２ ')).toEqual({ number: '0012' })
    expect(readLabel(`https://a.example/other/${publicId}`)).toBeUndefined()
    expect(readLabel('微信支付')).toBeUndefined()
  })

  it('leads nowhere else', () => {
    expect(ownAddress('/field/tasks/3')).toBe('/tasks/3')
    expect(ownAddress('/me')).toBe('/me')
    for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', undefined]) expect(ownAddress(bad)).toBe('/')
  })
})

it('fits photos without enlarging them', () => {
  expect(fitted(4000, 3000)).toEqual({ width: 1600, height: 1200 })
  expect(fitted(300, 400)).toEqual({ width: 300, height: 400 })
})

describe('the queue', () => {
  let shelf: Shelf
  let uploads: string[]
  let sent: [string, Record<string, string[]>][]
  let failure: ApiError | TypeError | undefined

  const refuse = (status: number, code: string): ApiError => new ApiError({ status, code, title: '', detail: '服务器的话', requestId: '', errors: [] })
  const carrier: Carrier = {
    async photo({ id }) {
      if (uploads.length === 1 && failure instanceof TypeError) throw failure
      uploads.push(id)
      return `a${uploads.length}`
    },
    async parcel({ id }, photos) {
      if (failure instanceof ApiError) {
        const once = failure
        if (once.problem.code === 'attachment.unknown') failure = undefined
        throw once
      }
      sent.push([id, photos])
      return '77'
    },
  }

  const parcel: Parcel = { id: 'p1', personId: '1', membershipId: '2', state: 'waiting', title: '', content: { kind: 'report', place: '一车间', description: '罩已拆', pointId: '' }, refusal: '', madeId: '', changedAt: '2026-03-01T00:00:00Z' }
  const photo = (id: string, at: string): Photo => ({ id, parcelId: 'p1', slot: '', name: 'x.jpg', type: 'image/jpeg', bytes: new ArrayBuffer(2), takenAt: at, attachmentId: '' })

  beforeEach(async () => {
    shelf = new Shelf(`test-${Math.random()}`)
    uploads = []
    sent = []
    failure = undefined
    await shelf.parcels.add({ ...parcel })
    await shelf.photos.bulkAdd([photo('f2', '2'), photo('f1', '1')])
  })

  it('uploads photos in order, then the parcel, once', async () => {
    expect(await deliver(shelf, carrier, 'p1')).toBe('sent')
    expect(await deliver(shelf, carrier, 'p1')).toBe('sent')
    expect(uploads).toEqual(['f1', 'f2'])
    expect(sent).toEqual([['p1', { '': ['a1', 'a2'] }]])
    expect(await shelf.parcels.get('p1')).toMatchObject({ state: 'sent', madeId: '77' })
    expect(await shelf.photos.count()).toBe(0)
  })

  it('goes on where the network broke, with the same ids', async () => {
    failure = new TypeError('Failed to fetch')
    expect(await deliver(shelf, carrier, 'p1')).toBe('waiting')
    expect(await waiting(shelf, '1', '2')).toEqual(['p1'])
    failure = undefined
    expect(await deliver(shelf, carrier, 'p1')).toBe('sent')
    expect(uploads).toEqual(['f1', 'f2'])
    expect(sent[0]![1]).toEqual({ '': ['a1', 'a2'] })
  })

  it('keeps what was refused, with the reason, for its writer', async () => {
    failure = refuse(422, 'hazard.blank')
    expect(await deliver(shelf, carrier, 'p1')).toBe('refused')
    expect(await shelf.parcels.get('p1')).toMatchObject({ state: 'refused', refusal: '服务器的话' })
    expect(await shelf.photos.count()).toBe(2)
  })

  it('waits for its owner when the session has ended', async () => {
    failure = refuse(401, 'http.unauthorized')
    expect(await deliver(shelf, carrier, 'p1')).toBe('signed-out')
    expect(await shelf.parcels.get('p1')).toMatchObject({ state: 'waiting' })
  })

  it('uploads photos anew that the server has swept away', async () => {
    failure = refuse(422, 'attachment.unknown')
    expect(await deliver(shelf, carrier, 'p1')).toBe('sent')
    expect(uploads).toHaveLength(4)
    expect(new Set(uploads).size).toBe(4)
    expect(sent[0]![1]).toEqual({ '': ['a3', 'a4'] })
  })

  it('is sent by nobody else', async () => {
    expect(await waiting(shelf, '9', '2')).toEqual([])
  })

  it('repeats what says nothing about the content', () => {
    expect([0, 408, 429, 500, 503].map(outcomeOf)).toEqual(Array(5).fill('waiting'))
    expect([400, 403, 404, 409, 413, 422].map(outcomeOf)).toEqual(Array(6).fill('refused'))
  })
})
