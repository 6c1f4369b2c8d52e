// Steps on the phone, named for what a person does, and the journey of one check: begun online, finished in the
// cellar, sent when the network is back.
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { fits } from './browser.mjs'

export const FIELD = { width: 390, height: 844 }

function chunk(type, body) {
  const data = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(body.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(zlib.crc32(data))
  return Buffer.concat([size, data, sum])
}

/** A photo as a file: a PNG with a gradient of its own, so that no two are alike. */
export function photo(name = 'photo.png', seed = Math.floor(Math.random() * 256), width = 640, height = 480) {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set([(x + seed) & 255, (y * 2) & 255, seed], y * (1 + width * 3) + 1 + x * 3)
  }
  const buffer = Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(rows, { level: 1 })), chunk('IEND', Buffer.alloc(0))])
  return { name, mimeType: 'image/png', buffer }
}

/** Signs in on the phone and arrives at today's tasks. */
export async function enter(page, login, password, to = '/field/') {
  await page.goto(to)
  await page.waitForURL('**/field/login**')
  await page.fill('input[name=username]', login)
  await page.fill('input[name=password]', password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.waitForURL((address) => address.pathname.startsWith('/field/') && !address.pathname.endsWith('/login'))
}

export async function leave(page) {
  await page.goto('/field/me')
  await page.getByRole('button', { name: '退出登录' }).click()
  await page.waitForURL('**/field/login')
}

/** Opens a check point by the digits under its QR label. */
export async function openPoint(page, digits) {
  await page.goto('/field/scan')
  await page.fill('input[name=digits]', digits)
  await page.getByRole('button', { name: '打开', exact: true }).click()
  await page.waitForURL('**/field/p/**')
  await items(page).first().waitFor()
}

/** Opens the first task of today's list and answers its name. */
export async function openTask(page) {
  await page.goto('/field/')
  const card = page.locator('a[href*="/field/tasks/"]').first()
  await card.waitFor()
  const name = await card.locator('strong').first().textContent()
  await card.click()
  await items(page).first().waitFor()
  return name
}

export function items(page) {
  return page.locator('section.item')
}

/** Presses one of 合格, 不合格, 不涉及 of the n-th item. */
export async function press(page, n, result) {
  await items(page).nth(n).getByRole('button', { name: result, exact: true }).click()
}

/** What opens with 不合格: everything about a failed item on one screen. */
export function failSheet(page) {
  return page.locator('.fail-sheet')
}

/** Enters what is wrong on the screen that 不合格 opened, with a photo where one may be taken, and saves it. */
export async function sayWhatIsWrong(page, note, file = photo()) {
  const sheet = failSheet(page)
  await sheet.waitFor()
  const camera = sheet.locator('input[type=file]')
  if (await camera.count()) {
    await camera.setInputFiles(file)
    await sheet.locator('img').first().waitFor()
  }
  await sheet.locator('textarea').fill(note)
  await sheet.getByRole('button', { name: '保存', exact: true }).click()
  await sheet.waitFor({ state: 'hidden' })
}

/** Fails an item: what is wrong, and a photo. */
export async function failItem(page, n, note, file = photo()) {
  await press(page, n, '不合格')
  await sayWhatIsWrong(page, note, file)
}

/** A value that lies within the range shown. */
export function inRange(shown) {
  const numbers = (shown.match(/-?\d+(\.\d+)?/g) ?? ['1']).map(Number)
  if (shown.includes('–')) return String((numbers[0] + numbers[1]) / 2)
  return String(numbers[0])
}

/** Passes an item, with the photo and the value it wants whatever the answer. */
export async function passItem(page, n) {
  const item = items(page).nth(n)
  const camera = item.locator('.first input[type=file]')
  if (await camera.count()) {
    await camera.setInputFiles(photo())
    await item.locator('.first img').first().waitFor()
  }
  const value = item.locator('input[name=measured]')
  if (await value.count()) await value.fill(inRange(await item.locator('.measure .quiet').textContent()))
  await press(page, n, '合格')
}

/** Answers every item: those in `failing` (index → note) fail, all others pass. */
export async function answerAll(page, failing = {}) {
  const count = await items(page).count()
  for (let n = 0; n < count; n += 1) {
    if (failing[n]) await failItem(page, n, failing[n])
    else await passItem(page, n)
  }
  await page.getByText(`已完成 ${count}/${count}`).waitFor()
  return count
}

/** Presses 提交检查, twice as impatient people do. */
export async function submit(page) {
  await page.getByRole('button', { name: '提交检查' }).dblclick()
}

/** Waits until the server has it. */
export async function sent(page, text = '已提交') {
  await page.getByText(text, { exact: true }).waitFor({ timeout: 30_000 })
}

/** Waits until the pill says so: 已同步, 离线 or n 条待上传. */
export async function pill(page, text) {
  await page.getByRole('status', { name: '网络与待上传' }).getByText(text).waitFor({ timeout: 30_000 })
}

/** Reports a hazard seen in passing (随手拍) and answers the address of its page. */
export async function snap(page, place, description, file = photo()) {
  await page.goto('/field/snap')
  await page.locator('input[type=file]').setInputFiles(file)
  await page.locator('img').first().waitFor()
  await page.fill('input[name=place]', place)
  await page.fill('textarea[name=description]', description)
  await page.getByRole('button', { name: '上报隐患' }).dblclick()
  await sent(page, '隐患已上报')
  await page.getByRole('button', { name: '查看隐患' }).click()
  await page.waitForURL(/\/field\/hazards\/\d+$/)
  return new URL(page.url()).pathname
}

/** Hands in a fix with an after-photo. */
export async function fix(page, hazard, note, file = photo()) {
  await page.goto(`${hazard}/fix`)
  await page.locator('input[type=file]').setInputFiles(file)
  await page.locator('.strip .shot img').last().waitFor()
  await page.fill('textarea[name=note]', note)
  const category = page.locator('select[name=category]')
  if (await category.count()) await category.selectOption({ index: 1 })
  await page.getByRole('button', { name: '提交整改', exact: true }).dblclick()
  await sent(page, '整改已提交，等待他人验收')
}

/** Accepts somebody else's fix. */
export async function accept(page, hazard, note = '') {
  await page.goto(hazard)
  await page.getByRole('button', { name: '验收通过', exact: true }).click()
  if (note) await page.fill('textarea[name=reason]', note)
  await page.getByRole('button', { name: '确认验收通过' }).click()
  await page.getByText(/已销号|待监管复核/).first().waitFor()
}

/** The principal reads a report, confirms and signs it. */
export async function sign(page, report) {
  await page.goto(report)
  const board = page.locator('canvas').first()
  await board.waitFor()
  await board.scrollIntoViewIfNeeded()
  const { x, y, width, height } = await board.boundingBox()
  await page.mouse.move(x + width * 0.15, y + height * 0.3)
  await page.mouse.down()
  for (let n = 1; n <= 24; n += 1) await page.mouse.move(x + width * (0.15 + 0.03 * n), y + height * (0.5 + 0.3 * Math.sin(n)))
  await page.mouse.up()
  await page.getByText('我已阅读以上内容，确认属实').click()
  await page.getByRole('button', { name: '签字', exact: true }).click()
}

/** A check is begun at a point (so that the journey can be walked again), survives a reload, is finished without network and arrives once. */
export default async function field({ page, context, password, shot, person = 'leader', digits = '1' }) {
  await enter(page, person, password)
  await pill(page, '已同步')
  await page.getByRole('link', { name: '扫码检查' }).waitFor()
  await shot('today')
  assert.ok(await fits(page), 'today fits the phone')

  await openPoint(page, digits)
  await passItem(page, 0)
  await failItem(page, 1, '防护罩被拆下，未停机')
  await shot('check')
  assert.ok(await fits(page), 'the check fits the phone')
  await page.reload()
  await items(page).nth(1).locator('img').first().waitFor()
  await items(page).nth(1).getByText('防护罩被拆下，未停机').waitFor()

  await context.setOffline(true)
  await pill(page, '离线')
  const count = await items(page).count()
  for (let n = 2; n < count; n += 1) await passItem(page, n)
  await submit(page)
  await page.getByText('已保存，等待上传').waitFor()
  await pill(page, '1 条待上传')
  await shot('waiting')

  await context.setOffline(false)
  await sent(page)
  await pill(page, '已同步')
  await shot('sent')
  await page.getByText('已登记隐患（1）').waitFor()
}
