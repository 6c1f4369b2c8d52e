// The responsibility matrix: a gap is read from the coverage report, closed, published; a worker opens the
// list of his post on the phone.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { FIELD, enter } from './field.mjs'
import { signIn } from './login.mjs'

const gap = (page, name) => page.locator(`[data-gap=${name}] strong`)

async function number(page, name) {
  await gap(page, name).waitFor()
  return Number.parseInt(await gap(page, name).textContent(), 10)
}

/** A post without duties stands in the coverage report; adopting the library's closes the gap. */
async function closesAGap(page, shot) {
  await page.goto('/duties/coverage')
  assert.ok((await number(page, 'bare')) > 0, 'the demo shows a post without duties')
  assert.ok((await number(page, 'unplaced')) > 0, 'and somebody without a post')
  assert.ok((await number(page, 'statutes')) > 0, 'and a statutory duty nobody holds')
  assert.ok((await number(page, 'problems')) > 0, 'which keeps the list from being published')
  await shot('coverage')
  await page.getByRole('button', { name: '采用库中职责' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: '采用库中职责' }).click()
  await gap(page, 'bare').filter({ hasText: /^0/ }).waitFor()
  assert.equal(await number(page, 'problems'), 0, 'nothing keeps the list from being published now')
  await page.locator('[data-gap=statutes]').click()
  await page.getByText('无岗位承担').first().waitFor()
}

/** A cell is opened where a duty and a post meet, and says something else from today on. */
async function editsACell(page, shot) {
  await page.goto('/duties')
  await page.locator('[data-cell]').first().waitFor()
  await shot('matrix')
  assert.ok(await fits(page), 'the matrix scrolls inside the page')
  const shown = await page.locator('[data-cell]').count()
  await page.locator('.matrix .body').evaluate((body) => body.scrollTo(0, 2400))
  await page.locator('[data-cell]').first().waitFor()
  assert.ok((await page.locator('[data-cell]').count()) < 400 && shown < 400, 'only what the window shows is drawn')
  await page.locator('[data-cell]').first().click()
  const drawer = page.locator('.el-drawer:visible')
  await drawer.locator('[data-field=evidence] input').fill('签字的检查记录')
  await shot('cell')
  await drawer.getByRole('button', { name: '保存' }).click()
  await drawer.waitFor({ state: 'hidden' })
  await page.getByText(/处改动未发布/).waitFor()
}

async function publishes(page, shot) {
  await page.getByRole('button', { name: '发布新版本' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('[data-field=note] input').fill('新设岗位补充职责')
  await dialog.getByRole('button', { name: '发布新版本' }).click()
  await page.getByText(/第 \d+ 版已发布/).waitFor()
  await page.goto('/duties/lists')
  await page.getByText('新设岗位补充职责').first().waitFor()
  await shot('versions')
}

async function printed(page) {
  for (const [address, type] of [['annex.pdf?size=A4', 'application/pdf'], ['annex.xlsx', 'spreadsheetml'], ['cards.pdf?size=A5', 'application/pdf']]) {
    const answer = await page.request.get(`/api/responsibility/${address}`)
    assert.equal(answer.status(), 200, address)
    assert.ok(answer.headers()['content-type'].includes(type), address)
  }
}

/** The worker sees the list of his post on the phone, and again without network. */
async function opensHisList({ actor, password, shot }) {
  const { page, context } = await actor(FIELD)
  await enter(page, 'worker', password)
  await page.getByRole('link', { name: '我的岗位清单' }).click()
  await page.getByText('开焊前启动焊烟净化器').waitFor()
  await shot('phone', page)
  assert.ok(await fits(page), 'the list fits the phone')
  await page.getByRole('button', { name: /^检查 \d+/ }).first().click()
  await page.locator('article').first().waitFor()
  await page.getByRole('button', { name: /^职责 \d+/ }).first().click()
  await context.setOffline(true)
  await page.locator('.van-nav-bar__left').click()
  await page.getByRole('link', { name: '我的岗位清单' }).click()
  await page.getByText('开焊前启动焊烟净化器').waitFor()
  await context.setOffline(false)
}

export default async function matrix(walk) {
  const { page, password, shot } = walk
  await signIn(page, 'safety', password)
  await page.waitForURL((address) => address.pathname === '/')
  await closesAGap(page, shot)
  await editsACell(page, shot)
  await publishes(page, shot)
  await printed(page)
  await opensHisList(walk)
}
