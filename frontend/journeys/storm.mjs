// Random interruptions while records are sent: requests cut before, in and after the server's work, refused by a gateway,
// pages killed, the network switched off and on, the server killed. In the end every record and every photo is there,
// each once. STORM_COUNT interruptions (25), chosen by STORM_SEED (printed).
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { phone, removed } from './browser.mjs'
import { rows, signedIn } from './desk-api.mjs'
import { enter, FIELD, pill } from './field.mjs'
import { pointOf } from './offline.mjs'
import { proxy, WAYS } from './proxy.mjs'
import { kill, mortal, start } from './server.mjs'

const COUNT = Number(process.env.STORM_COUNT ?? 25)
const SEED = Number(process.env.STORM_SEED ?? Date.now() % 1_000_000)
const AT_ONCE = 3 // records that wait at a time

/** Numbers below 1 that follow from a seed (mulberry32). */
function dice(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Puts a finished record with photos into the phone, as its own pages would have left it. Runs in the page. */
async function put({ id, form, text, photos, at }) {
  const db = await new Promise((done, fail) => Object.assign(indexedDB.open('anbiao-field'), { onsuccess: (event) => done(event.target.result), onerror: fail }))
  const { data: me } = await new Promise((done) => Object.assign(db.transaction('kept').objectStore('kept').get('me'), { onsuccess: (event) => done(event.target.result) }))
  const hashes = []
  const drawn = []
  for (const { key, side } of photos) {
    const canvas = new OffscreenCanvas(side, side)
    const ink = canvas.getContext('2d')
    const picture = ink.createImageData(side, side)
    for (let n = 0; n < picture.data.length; n += 65_536) crypto.getRandomValues(picture.data.subarray(n, n + 65_536))
    for (let n = 3; n < picture.data.length; n += 4) picture.data[n] = 255
    ink.putImageData(picture, 0, 0)
    const bytes = await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 })).arrayBuffer()
    const sum = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    hashes.push(sum)
    drawn.push({ key, bytes, sum })
  }
  const day = new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10)
  const content = form
    ? { kind: 'check', form, taskId: '', only: [], startedOn: day, startedAt: at, finishedAt: at, position: null, answers: Object.fromEntries(form.asks.map(({ code }, n) => [code, n === 0 ? { result: 'fail', note: text } : { result: 'pass', note: '' }])) }
    : { kind: 'report', place: '风暴车间', description: text, pointId: '' }
  const slot = form ? form.asks[0].code : ''
  const write = db.transaction(['parcels', 'photos', 'pixels'], 'readwrite')
  write.objectStore('parcels').add({ id, personId: me.person.id, membershipId: me.membership.id, state: 'waiting', title: text, content, refusal: '', madeId: '', changedAt: at })
  for (const { key, bytes, sum } of drawn) {
    write.objectStore('pixels').add({ id: key, parcelId: id, bytes })
    write.objectStore('photos').add({ id: key, parcelId: id, slot, name: 'p.jpg', type: 'image/jpeg', size: bytes.byteLength, sha256: sum, shot: { takenAt: at }, takenAt: at, attachmentId: '' })
  }
  await new Promise((done, fail) => Object.assign(write, { oncomplete: done, onerror: fail, onabort: fail }))
  db.close()
  return hashes
}

/** How many records wait, and those refused. Runs in the page. */
async function look() {
  const db = await new Promise((done, fail) => Object.assign(indexedDB.open('anbiao-field'), { onsuccess: (event) => done(event.target.result), onerror: fail }))
  const all = await new Promise((done) => Object.assign(db.transaction('parcels').objectStore('parcels').getAll(), { onsuccess: (event) => done(event.target.result) }))
  db.close()
  ;[...document.querySelectorAll('button')].find((button) => button.textContent.includes('立即上传'))?.click()
  return { waiting: all.filter(({ state }) => state === 'waiting').length, refused: all.filter(({ state }) => state === 'refused').map(({ refusal }) => refusal), sent: all.filter(({ state }) => state === 'sent').length }
}

export default async function storm({ base, password, shot }) {
  const roll = dice(SEED)
  const count = Object.fromEntries([...WAYS, 'page', 'offline', 'server'].map((way) => [way, 0]))
  const total = () => Object.values(count).reduce((sum, n) => sum + n, 0)
  let raging = false
  // Only what belongs to the sending is cut: signing in and looking on are not what is tested.
  const between = await proxy(base, ({ method, url }) => {
    if (!raging || !/^\/api\/(attachment|inspection|hazard)\//.test(url) || method !== 'POST' || total() >= COUNT || roll() > 0.3) return undefined
    const way = WAYS[Math.floor(roll() * WAYS.length)]
    count[way] += 1
    return way
  })
  const tag = `风暴${SEED}x${Date.now() % 100_000}`
  const api = await signedIn(base, 'safety', password)
  const point = await pointOf(api, 3, tag)
  const form = await api.get(`/checklist/points/${point.id}`)
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'anbiao-storm-'))
  const expected = { checks: 0, hazards: 0, hashes: new Set() }
  let context
  let page
  const open = async () => {
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    await page.goto('/field/queue').catch(() => undefined)
  }
  const interruptions = {
    async page() {
      await page.close()
      await open()
    },
    async offline() {
      await context.setOffline(true)
      await pause(50 + roll() * 300)
      await context.setOffline(false)
    },
    async server() {
      await kill()
      await start(base)
    },
  }
  const interrupt = async () => {
    if (total() >= COUNT) return
    const chance = roll()
    const way = chance < 0.12 ? 'page' : chance < 0.27 ? 'offline' : chance < 0.29 && mortal ? 'server' : undefined
    if (!way) return
    count[way] += 1
    await interruptions[way]()
  }
  const add = async () => {
    const check = roll() < 0.4
    const photos = Array.from({ length: 1 + Math.floor(roll() * 2) }, (_, n) => ({ key: crypto.randomUUID(), side: n === 0 && roll() < 0.7 ? 640 + Math.floor(roll() * 200) : 80 }))
    const hashes = await page.evaluate(put, { id: crypto.randomUUID(), form: check ? form : undefined, text: tag, photos, at: new Date().toISOString() })
    hashes.forEach((hash) => expected.hashes.add(hash))
    expected[check ? 'checks' : 'hazards'] += 1
  }

  try {
    context = await phone(directory, between.address, FIELD)
    page = context.pages()[0] ?? (await context.newPage())
    await enter(page, 'leader', password, '/field/queue')
    raging = true
    let sent = -1
    for (let quiet = Date.now(); ; ) {
      const seen = await page.evaluate(look).catch(() => undefined)
      if (seen) {
        assert.deepEqual(seen.refused, [], 'nothing is refused')
        if (seen.sent !== sent) [sent, quiet] = [seen.sent, Date.now()]
        if (seen.waiting === 0 && total() >= COUNT) break
        if (seen.waiting < AT_ONCE && total() < COUNT) await add()
      }
      assert.ok(Date.now() - quiet < 120_000, `something arrives within two minutes: ${JSON.stringify({ seen, count })}`)
      await interrupt()
      await pause(150)
    }
    raging = false
    await pill(page, '已同步')
    await shot('after', page)
    await verify(await signedIn(base, 'safety', password), tag, point, expected)
    console.log(`  storm: seed ${SEED}, ${total()} interruptions ${JSON.stringify(count)}, ${expected.checks} checks, ${expected.hazards} hazards, ${expected.hashes.size} photos, none lost, none twice`)
  } catch (error) {
    error.message = `seed ${SEED}: ${error.message}`
    throw error
  } finally {
    await context?.close()
    await between.close()
    await removed(directory)
  }
}

/** Every record once, every photo once and to the byte. */
async function verify(api, tag, point, expected) {
  const checks = await rows(api, `/inspection/checks?pointId=${point.id}`)
  assert.equal(checks.length, expected.checks, 'every check once')
  const hazards = await rows(api, `/hazard/hazards?source=snap&text=${encodeURIComponent(tag)}`)
  assert.equal(hazards.length, expected.hazards, 'every hazard once')
  const photos = []
  for (const { startedOn, id } of checks) photos.push(...(await api.get(`/inspection/checks/${startedOn}/${id}`)).answers.flatMap(({ photos: ids }) => ids ?? []))
  for (const { id } of hazards) photos.push(...(await api.get(`/hazard/hazards/${id}`)).before)
  const hashes = []
  for (const one of photos) hashes.push((await api.get(`/attachment/files/${one}`)).sha256)
  const digest = (all) => createHash('sha256').update([...all].sort().join()).digest('hex')
  assert.equal(hashes.length, expected.hashes.size, 'every photo once')
  assert.equal(digest(hashes), digest(expected.hashes), 'every photo as it was taken')
}
