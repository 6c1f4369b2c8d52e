// Responsibility letters: the worker signs on the phone, his leader countersigns several at once, the safety manager sees it and prints.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { enter, FIELD } from './field.mjs'
import { signIn } from './login.mjs'

/** Draws a stroke over the board, as a finger does. */
async function draw(page) {
  const board = page.locator('.board canvas').first()
  await board.waitFor()
  await board.scrollIntoViewIfNeeded()
  const { x, y, width, height } = await board.boundingBox()
  await page.mouse.move(x + width * 0.15, y + height * 0.3)
  await page.mouse.down()
  for (let n = 1; n <= 24; n += 1) await page.mouse.move(x + width * (0.15 + 0.03 * n), y + height * (0.5 + 0.3 * Math.sin(n)))
  await page.mouse.up()
}

/** Signs twice: the first strokes are wiped. */
async function sign(page) {
  await draw(page)
  await page.getByRole('button', { name: '重签' }).click()
  await draw(page)
  await page.getByText('我已阅读所选责任书的全部内容').click()
}

/** How many are signed, as the desk shows it. */
async function signed(page) {
  const tile = page.locator('.tile').filter({ hasText: '已签订' }).first().locator('strong')
  await tile.waitFor()
  return Number((await tile.textContent()).split('/')[0])
}

export default async function letter({ page, actor, password, shot }) {
  await signIn(page, 'safety', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/letters')
  const before = await signed(page)
  await shot('progress')
  assert.ok(await fits(page), 'the progress fits the window')

  const { page: phone } = await actor(FIELD)
  await enter(phone, 'worker', password)
  const due = phone.getByRole('link', { name: /责任书待签/ })
  await due.or(phone.locator('.doors')).first().waitFor()
  await phone.goto('/field/letters')
  await phone.locator('.card.link').first().waitFor()
  if (await phone.getByText('待我签').count()) { // the demo's letter may be signed already by an earlier walk
    await phone.getByText('待我签').first().click()
    await phone.locator('.paper .title').waitFor()
    await shot('read', phone)
    assert.ok(await fits(phone), 'the letter fits the phone')
    await phone.getByRole('button', { name: '签名', exact: true }).click()
    await sign(phone)
    await shot('drawn', phone)
    await phone.getByRole('button', { name: '签名（1 份）' }).click()
    await phone.locator('section[data-side=subordinate] img').waitFor()
  }

  const { page: other } = await actor(FIELD)
  await enter(other, 'leader', password)
  await other.goto('/field/letters')
  await other.locator('.card').first().waitFor()
  const waiting = await other.locator('.pick').count()
  if (waiting) {
    await other.getByText('全选').click()
    await shot('bundle', other)
    await other.getByRole('button', { name: `签名（${waiting} 份）` }).first().click()
    await sign(other)
    await other.locator('.sheet').getByRole('button', { name: `签名（${waiting} 份）` }).click()
    await other.locator('.pick').first().waitFor({ state: 'detached' })
  }

  await page.reload()
  await page.waitForFunction((want) => Number(document.querySelector('.tile strong')?.textContent?.split('/')[0]) === want, before + waiting)
  await page.locator('.el-table__row').first().click()
  await page.locator('.paper .title').waitFor()
  await page.getByRole('button', { name: '校验' }).click()
  await page.getByText('校验一致').waitFor()
  await shot('letter')
  const printed = await page.request.get(await page.getByRole('link', { name: '打印' }).first().getAttribute('href'))
  assert.equal(printed.status(), 200)
  assert.match(printed.headers()['content-type'], /pdf/)
  assert.equal((await printed.body()).subarray(0, 5).toString(), '%PDF-')
}
