// A company that wants to leave: without an export it cannot ask; with one the principal asks by typing the company's name, the
// platform reads it among its messages and refuses with a reason that he reads; he asks again and withdraws.
import assert from 'node:assert/strict'
import { DESKTOP, fits } from './browser.mjs'
import { signIn } from './login.mjs'

async function ask(page, name, why) {
  await page.getByRole('button', { name: '申请删除' }).click()
  const dialog = page.getByRole('dialog', { name: '申请删除' })
  const send = dialog.getByRole('button', { name: '申请删除' })
  await dialog.locator('textarea').fill(why)
  await dialog.locator('input').fill(`${name}?`)
  assert.ok(await send.isDisabled(), 'another name is no confirmation')
  await dialog.locator('input').fill(name)
  await send.click()
  await page.getByText('待平台审核').first().waitFor()
}

export default async function erasure({ page, password, shot, actor }) {
  const why = `停产搬迁${String(Date.now()).slice(-6)}`
  await signIn(page, 'principal', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/archive')
  await page.getByText('安全生产费用的凭证和账簿').waitFor()
  const outlook = async () => (await page.request.get('/api/archive/retention')).json()
  const { name, exported } = await outlook()
  if (!exported) {
    await page.getByText('请先导出全部数据').waitFor()
    assert.ok(await page.getByRole('button', { name: '申请删除' }).isDisabled())
    await page.getByRole('button', { name: '导出全部数据' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '导出全部数据' }).click()
    await page.getByText('已完成', { exact: true }).first().waitFor({ timeout: 90_000 })
    await page.getByText('最近一次完成的导出').waitFor()
  }
  await ask(page, name, why)
  await shot('asked')
  assert.ok(await fits(page), 'the page fits the window')

  const { page: desk } = await actor(DESKTOP)
  await signIn(desk, 'platform', password)
  await desk.waitForURL((address) => address.pathname === '/')
  await desk.goto('/notices')
  await desk.getByText(`理由：${why}`).click()
  await desk.waitForURL('**/erasures/*')
  await desk.getByRole('button', { name: '不同意' }).click()
  const box = desk.getByRole('dialog', { name: '不同意' })
  await box.locator('textarea').fill(`隐患未整改 ${why}`)
  await box.getByRole('button', { name: '不同意' }).click()
  await desk.getByText('未同意').waitFor()
  await shot('refused', desk)

  await page.reload()
  await page.getByText(`隐患未整改 ${why}`).first().waitFor()
  await ask(page, name, `${why}再次`)
  await page.getByRole('button', { name: '撤回申请' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '撤回申请' }).click()
  await page.getByText('已撤回').first().waitFor()
  await shot('withdrawn')
}
