// The graded list leads to a notice to all it shows. A county writes an urging letter to a company, issues it, the company signs for it and replies, the county accepts and closes.
// A notice goes out and its receipt comes back; the inbox leads to what waits.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { signIn } from './login.mjs'

async function desk({ actor, password }, login) {
  const { page } = await actor()
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

/** Presses a button of the letter and confirms it in the dialog. */
async function step(page, name, note) {
  await page.locator('.page-head').getByRole('button', { name, exact: true }).click()
  const dialog = page.getByRole('dialog')
  if (note) await dialog.locator('textarea').first().fill(note)
  await dialog.getByRole('button', { name, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

export default async function instrument(walk) {
  const county = await desk(walk, 'county')
  await county.goto('/inbox')
  await county.locator('.kinds button').nth(1).waitFor()
  await walk.shot('inbox', county)
  assert.ok(await fits(county), 'the inbox fits the window')

  await county.goto('/companies?colour=1,2')
  await county.getByRole('button', { name: '发通知' }).click()
  await county.waitForURL(/\/circulars\?write=1/)
  await county.getByRole('dialog').locator('[data-reached]').getByText(/[1-9]\d* 家企业/).waitFor()
  await county.getByRole('dialog').getByRole('button', { name: '取消' }).click()

  const said = `除尘系统未整改 ${Date.now() % 100_000}`
  await county.goto('/missives?write=1&companyId=1')
  const dialog = county.getByRole('dialog')
  await dialog.getByText('签收 2 个工作日').waitFor()
  await dialog.locator('[data-field=aboutText] input').fill(said)
  await dialog.locator('[data-field=signatory] input').fill('钱立新')
  await dialog.getByRole('button', { name: '保存草稿' }).click()
  await county.waitForURL(/\/missives\/\d+/)
  await step(county, '发出')
  await county.getByRole('heading', { name: /安督函〔\d{4}〕\d+号/ }).waitFor()
  await walk.shot('letter', county)
  const path = new URL(county.url()).pathname

  const safety = await desk(walk, 'safety')
  await safety.goto(path)
  await step(safety, '签收')
  await step(safety, '回复', '已加装泄爆片，附照片')
  await safety.locator('h1').getByText('已回复').waitFor()
  await walk.shot('replied', safety)

  await county.goto('/inbox?kind=missive_reply')
  await county.getByText(said).first().click()
  await county.waitForURL(/\/missives\/\d+/)
  await step(county, '通过')
  await step(county, '办结')
  await county.locator('h1').getByText('已办结').waitFor()

  await safety.goto('/circulars/received')
  await safety.getByRole('row', { name: /冬季安全生产大检查/ }).first().click()
  await safety.waitForURL(/\/circulars\/\d+/)
  const notice = new URL(safety.url()).pathname
  await safety.locator('textarea').first().fill('已自查')
  await safety.getByRole('button', { name: '回复', exact: true }).click()
  await safety.getByText(/已回复（期限/).waitFor()
  await county.goto(notice)
  await county.getByText('已自查').first().waitFor()
  await walk.shot('notice', county)

  const town = await desk(walk, 'town')
  await town.goto('/owing')
  const row = town.getByRole('row').filter({ has: town.getByRole('button', { name: '打电话' }) }).first()
  await row.getByRole('button', { name: '打电话' }).click()
  await town.getByRole('dialog').getByText('承诺办理').click()
  await town.getByRole('dialog').getByRole('button', { name: '登记通话' }).click()
  await town.getByRole('dialog').waitFor({ state: 'hidden' })
  await town.getByText(/承诺办理/).first().waitFor()
  await walk.shot('owing', town)
}
