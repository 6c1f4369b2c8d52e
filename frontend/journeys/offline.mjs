// Fifty items and thirty photos without network, the browser killed twice meanwhile, and everything arrives once; the
// same with the server killed in the middle of the upload.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import zlib from 'node:zlib'
import { phone, removed } from './browser.mjs'
import { rows, signedIn } from './desk-api.mjs'
import { enter, failItem, FIELD, items, photo, pill, press, submit } from './field.mjs'
import { kill, mortal, start } from './server.mjs'

const ITEMS = 50
const PHOTOS = 30
const LARGE = 6 // of them go in pieces

/** A photo too large for one request: noise, which no JPEG makes small. */
export function grain(seed, side = 900) {
  let state = seed * 2654435761 + 1
  const flat = photo('ground.png', seed & 255, side, side)
  const width = 1 + side * 3
  const pixels = Buffer.alloc(side * width)
  for (let n = 0; n < pixels.length; n += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    pixels[n] = n % width === 0 ? 0 : 96 + ((state >>> 24) & 63)
  }
  return { ...flat, name: 'grain.png', buffer: repacked(flat.buffer, pixels) }
}

// The same PNG with other pixels: the data chunk is the third thing in it, behind signature and header.
function repacked(png, pixels) {
  const body = zlib.deflateSync(pixels, { level: 1 })
  const data = Buffer.concat([Buffer.from('IDAT', 'latin1'), body])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(body.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(zlib.crc32(data))
  return Buffer.concat([png.subarray(0, 33), size, data, sum, png.subarray(-12)])
}

/** A point where exactly `count` items are asked, and its label's digits. */
export async function pointOf(api, count, name) {
  const { asks } = await api.get('/checklist/standard')
  const plain = asks.filter(({ disabled, photoAlways, limit }) => !disabled && !photoAlways && !limit)
  assert.ok(plain.length >= count, `the standard has ${plain.length} items`)
  const made = await api.post('/checklist/points', { name, place: '一车间', modules: [], items: plain.slice(0, count).map(({ code }) => code) })
  const { point } = await api.get(`/checklist/points/${made.id}`)
  return point
}

/** Waits until the phone has taken along what opens a point, and can be opened without network. */
export async function equipped(page, publicId) {
  await page.waitForFunction(async (wanted) => {
    if (!navigator.userAgent.includes('MicroMessenger')) {
      const worker = await navigator.serviceWorker?.getRegistration('/field/')
      if (!navigator.serviceWorker?.controller || worker?.active?.state !== 'activated' || worker.installing || worker.waiting) return false
    }
    const db = await new Promise((done, fail) => Object.assign(indexedDB.open('anbiao-field'), { onsuccess: (event) => done(event.target.result), onerror: fail }))
    const kept = await new Promise((done) => Object.assign(db.transaction('kept').objectStore('kept').getAll(), { onsuccess: (event) => done(event.target.result) }))
    db.close()
    return kept.some(({ key, data }) => key.endsWith(':pack') && data.points.some(({ point }) => point.publicId === wanted))
  }, publicId, { timeout: 30_000, polling: 250 })
}

/** Opens a page until the worker answers for it: only then does it open without network, too. */
async function answered(page, to) {
  for (let tries = 0; tries < 40; tries += 1) {
    const answer = await page.goto(to)
    if (answer?.fromServiceWorker()) return
    await pause(250)
  }
  throw new Error('the worker answers for no page')
}

/** Goes to a page without network. Chromium may have to wake the worker that answers: then once more. */
async function gone(page, to) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await page.goto(to)
    } catch (error) {
      if (tries === 10 || !/ERR_INTERNET_DISCONNECTED/.test(error.message)) throw error
      await pause(500)
    }
  }
}

/** A browser on what it kept, its network as it was when it was killed. */
async function open(directory, base, to, off) {
  const context = await phone(directory, base, FIELD)
  await context.setOffline(off)
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(20_000)
  await gone(page, to)
  return { context, page }
}

/** Answers items from one to another: of the first `PHOTOS`, each fails with a photo. */
async function answer(page, from, to) {
  for (let n = from; n < to; n += 1) {
    if (n < PHOTOS) await failItem(page, n, `第 ${n + 1} 项不符合`, n < LARGE ? grain(n + 1) : photo('photo.png', n, 320, 240))
    else await press(page, n, '合格')
  }
}

async function fill({ base, password, shot, directory, point }) {
  let { context, page } = await open(directory, base, '/field/', false)
  await enter(page, 'leader', password)
  await pill(page, '已同步')
  await equipped(page, point.publicId)
  await answered(page, '/field/')
  await pill(page, '已同步')

  await context.setOffline(true)
  await gone(page, '/field/scan')
  await page.fill('input[name=digits]', point.number)
  await page.getByRole('button', { name: '打开', exact: true }).click()
  await items(page).first().waitFor()
  assert.equal(await items(page).count(), ITEMS)
  await answer(page, 0, PHOTOS - 5)
  await context.close()

  ;({ context, page } = await open(directory, base, `/field/p/${point.publicId}`, true))
  await items(page).nth(PHOTOS - 6).locator('img').first().waitFor()
  assert.equal(await page.locator('section.item img').count(), PHOTOS - 5, 'every photo survived the kill')
  await answer(page, PHOTOS - 5, ITEMS)
  await page.getByText(`已完成 ${ITEMS}/${ITEMS}`).waitFor()
  await submit(page)
  await page.getByText('已保存，等待上传').waitFor()
  await context.close()

  ;({ context, page } = await open(directory, base, '/field/queue', true))
  await page.getByText('等待上传').first().waitFor()
  await shot('waiting', page)
  return { context, page }
}

/** One check, every answer, every photo, and each photo once. */
async function verify(api, point) {
  const found = await rows(api, `/inspection/checks?pointId=${point.id}`)
  assert.equal(found.length, 1, 'one check arrived')
  const [{ startedOn, id }] = found
  const check = await api.get(`/inspection/checks/${startedOn}/${id}`)
  assert.equal(check.answers.length, ITEMS)
  const photos = check.answers.flatMap(({ photos: ids }) => ids ?? [])
  assert.equal(photos.length, PHOTOS)
  assert.equal(new Set(photos).size, PHOTOS, 'no photo twice')
  for (const one of photos) assert.ok((await api.get(`/attachment/files/${one}`)).bound)
}

async function arrives(walk, name, meanwhile) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'anbiao-phone-'))
  const api = await signedIn(walk.base, 'safety', walk.password)
  const point = await pointOf(api, ITEMS, `离线巡检 ${name} ${Date.now() % 100_000}`)
  let context
  try {
    const filled = await fill({ ...walk, directory, point })
    context = filled.context
    const uploads = filled.page.waitForRequest(/\/api\/attachment\/uploads\/pieces/)
    await context.setOffline(false)
    await uploads
    await meanwhile(filled.page)
    await filled.page.getByText('已上传', { exact: true }).first().waitFor({ timeout: 90_000 })
    await pill(filled.page, '已同步')
    await walk.shot(`arrived-${name}`, filled.page)
    await verify(await signedIn(walk.base, 'safety', walk.password), point)
  } finally {
    await context?.close()
    await removed(directory)
  }
}

// The kill of the server comes on top of everything else: where it can be killed, the walk without is left to the soak.
export default async function offline(walk) {
  if (!mortal || process.env.SOAK) await arrives(walk, 'plain', async () => undefined)
  if (!mortal) return
  await arrives(walk, 'restart', async (page) => {
    await page.waitForResponse(/\/api\/attachment\/uploads\/pieces/)
    await kill()
    await pill(page, '离线')
    await start(walk.base)
    await page.getByRole('button', { name: '立即上传' }).click()
  })
}
