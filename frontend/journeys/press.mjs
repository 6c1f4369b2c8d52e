// A press's test has fallen due, another press fails its test and becomes a hazard; a pass brings it back, and each
// step reaches the rates that the town sees.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'

async function desk({ actor, password }, login) {
  const { page } = await actor()
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

/** The rate of the town as its page shows it, and what stands behind it. */
async function rate(page) {
  await page.goto('/equipment/presses')
  await page.locator('.rate').waitFor()
  const answer = await page.request.get('/api/equipment/press-rates')
  const { total } = await answer.json()
  const shown = await page.locator('.rate').textContent()
  assert.equal(shown, `${(Math.floor((total.tested * 1000) / total.presses) / 10).toFixed(1)}%`)
  return total
}

async function record(page, number, result, findings) {
  await page.goto(`/equipment/machines?term=${number}`)
  const row = page.getByRole('row', { name: new RegExp(number) })
  await row.getByRole('button', { name: '登记检测' }).click()
  const dialog = page.getByRole('dialog', { name: /登记检测/ })
  await dialog.getByText(result, { exact: true }).click()
  if (findings) await dialog.getByLabel('发现的问题').fill(findings)
  await dialog.getByLabel('检测单位').fill('金华市特种设备检测院')
  await dialog.getByRole('button', { name: '登记检测' }).click()
  await dialog.waitFor({ state: 'hidden' })
  return row
}

export default async function press(walk) {
  const safety = await desk(walk, 'safety')
  const town = await desk(walk, 'town')
  const before = await rate(town)

  // What has fallen due is on the page of due items and leads to the machine.
  await safety.goto('/due?state=overdue')
  await safety.getByRole('row', { name: /冲床 CY-04/ }).click()
  await safety.getByText('检测检验记录').waitFor()
  await walk.shot('machine', safety)
  await record(safety, 'CY-04', '合格')
  const passed = await rate(town)
  assert.equal(passed.tested, before.tested + 1, 'the overdue press counts again')

  const said = `急停按钮失效 ${Date.now() % 100_000}`
  await record(safety, 'CY-05', '不合格', said)
  const failed = await rate(town)
  assert.deepEqual([failed.tested, failed.failed], [before.tested, before.failed + 1])
  await safety.goto('/hazards')
  await safety.getByText(said).first().waitFor()
  await walk.shot('hazard', safety)

  await record(safety, 'CY-05', '合格')
  const mended = await rate(town)
  assert.deepEqual([mended.tested, mended.mended], [before.tested + 1, before.mended + 1], 'a pass brings it back')
  await walk.shot('rate', town)
}
