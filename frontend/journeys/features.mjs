// The platform sees which county does without what, and switches another feature off for it; an officer there no longer finds the
// pages, is told so where he opens one by its address, reads what was entered and may begin nothing.
import assert from 'node:assert/strict'
import { DESKTOP, fits } from './browser.mjs'
import { signedIn } from './desk-api.mjs'
import { signIn } from './login.mjs'

const COUNTY = '东阳市'
const row = (page) => page.getByRole('row').filter({ hasText: COUNTY })

async function say(platform, feature, value) {
  await row(platform).getByRole('button', { name: `${COUNTY} ${feature} 调整` }).click()
  const dialog = platform.getByRole('dialog')
  await dialog.getByText(value, { exact: true }).click()
  await dialog.locator('textarea').fill('由市里统一组织')
  await dialog.getByRole('button', { name: '保存', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** Takes back what a walk that failed has left. */
async function restore(base, password) {
  const api = await signedIn(base, 'platform', password)
  const { lines } = await api.get('/feature/table')
  const own = lines.find((one) => one.name === COUNTY).cells.find((one) => one.feature === 'patrol')
  if (own.own) await api.post('/feature/settings', { feature: 'patrol', area: '330783', value: 'inherit', from: new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10), reason: '恢复' })
}

export default async function features({ page: platform, actor, base, password, shot }) {
  await restore(base, password)
  await signIn(platform, 'platform', password)
  await platform.waitForURL((address) => address.pathname === '/')
  await platform.goto('/features')
  await row(platform).getByText('停用', { exact: true }).first().waitFor()
  assert.ok(await fits(platform), 'the table fits the window')
  await shot('table', platform)
  await say(platform, '网格巡查', '停用')
  await row(platform).getByText('停用', { exact: true }).nth(1).waitFor()

  const { page: officer } = await actor(DESKTOP)
  await signIn(officer, 'other-county', password)
  await officer.waitForURL((address) => address.pathname === '/')
  await officer.goto('/visits')
  await officer.locator('.el-menu-item.is-active').waitFor()
  assert.equal(await officer.locator('.el-menu').getByText('年度检查计划').count(), 0, 'the menu leaves the page out')
  await officer.goto('/visit-plans')
  await officer.getByText('“双随机抽查计划”在本地区已停用').waitFor()
  await shot('told', officer)
  await officer.getByRole('button', { name: '查看已登记的内容' }).click()
  await officer.waitForURL('**/visit-plans')
  await officer.getByRole('alert').getByText('“双随机抽查计划”在本地区已停用').waitFor()
  assert.equal(await officer.getByRole('button', { name: '编制计划' }).count(), 0, 'nothing may be begun')
  await shot('read', officer)
  const answer = await officer.evaluate(async () => {
    const sent = await fetch('/api/visit/plans/1/submit', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'anbiao', 'Idempotency-Key': crypto.randomUUID() }, body: '{}' })
    return [sent.status, (await sent.json()).code]
  })
  assert.deepEqual(answer, [403, 'feature.off'], 'the server refuses it')

  await say(platform, '网格巡查', '跟随上级')
  await row(platform).getByRole('link', { name: '历史记录' }).click()
  await platform.getByText('跟随上级').first().waitFor()
  await shot('history', platform)
}
