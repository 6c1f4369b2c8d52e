// A company's file: its safety manager keeps it, everybody entitled sees the past as it was, nobody else sees anything.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'

const stamp = String(Math.floor(Date.now() / 1000) % 1_000_000)

function day(ago) {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(Date.now() - ago * 86_400_000)
}

async function desk({ actor, password }, login) {
  const { page } = await actor()
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

async function pane(page, name) {
  await page.getByRole('tab', { name, exact: true }).click()
}

async function saved(page) {
  // A date picker closing beside it is a dialog, too, but not a modal one.
  await page.waitForFunction(() => ![...document.querySelectorAll('[role=dialog][aria-modal=true]')].some((dialog) => dialog.checkVisibility({ visibilityProperty: true })))
}

/** 1. The safety manager records today's head-count and a licence that will soon end. */
async function keeps(page, staff) {
  await page.goto('/company')
  await page.getByRole('heading', { name: '企业档案' }).waitFor()
  await pane(page, '人数与营收')
  await page.getByText('规模按').waitFor()
  await page.getByRole('button', { name: '登记人数' }).click()
  await page.getByRole('dialog').getByLabel('从业人数').fill(String(staff))
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await saved(page)
  await page.getByRole('row').filter({ hasText: day(0) }).filter({ hasText: String(staff) }).first().waitFor()

  await pane(page, '证照')
  await page.getByText('41 天后到期').or(page.getByText(/\d+ 天后到期/)).first().waitFor()
  await page.getByRole('button', { name: '登记证照' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('编号').fill(`YK-${stamp}`)
  await dialog.getByLabel('发证机关').fill('永康市市场监督管理局')
  await dialog.getByLabel('有效期自').fill(day(10))
  await dialog.getByLabel('有效期自').press('Enter')
  await dialog.getByLabel('有效期至').fill(day(-30))
  await dialog.getByLabel('有效期至').press('Enter')
  await dialog.getByRole('button', { name: '保存' }).click()
  await saved(page)
  await page.getByRole('row').filter({ hasText: `YK-${stamp}` }).getByText('30 天后到期').waitFor()
}

/** 2. Who may see the file sees it as it was on a day, and what changed since. */
async function looksBack(page, staff) {
  await pane(page, '变更历史')
  const field = page.getByRole('combobox', { name: '查看某日的档案' }).or(page.getByPlaceholder('选择日期'))
  await field.first().fill(day(700))
  await field.first().press('Enter')
  await page.getByText(`${day(700)} 的企业档案`).waitFor()
  const past = await page.locator('.past').textContent()
  assert.match(past, /石柱镇工业路18号/, 'the address of that day')
  assert.match(past, /97/, 'the head-count of that day')
  const timeline = await page.locator('.el-timeline').textContent()
  assert.match(timeline, /永康市安屿川五金厂 → 永康市安屿川五金制品有限公司/, 'the old name and the new')
  assert.match(timeline, new RegExp(`→ ${staff}`), 'what was recorded a moment ago')
}

/** 3. Landlord and tenants: one agreement is missing, a joint check is on file. */
async function lets(page) {
  await pane(page, '厂中厂')
  await page.getByText('安全协议：未签订').waitFor()
  await page.getByText('共用通道畅通').waitFor()
}

export default async function company(walk) {
  const safety = await desk(walk, 'safety')
  const me = await (await safety.request.get('/api/account/me')).json()
  const own = `/api/company/companies/${me.membership.companyId}`
  const before = await (await safety.request.get(own)).json()
  const staff = before.staffCount === 121 ? 122 : 121
  await keeps(safety, staff)
  await looksBack(safety, staff)
  await walk.shot('history', safety)
  await lets(safety)
  await walk.shot('tenants', safety)
  await pane(safety, '照片与位置')
  await safety.getByText('东大门').waitFor()
  await walk.shot('photos', safety)

  const county = await desk(walk, 'county')
  await county.goto(`/companies/${me.membership.companyId}`)
  await county.getByRole('button', { name: '企业档案' }).click()
  await county.waitForURL(/\/companies\/\d+\/file$/)
  await county.getByRole('button', { name: '划转' }).waitFor()
  assert.equal(await county.getByRole('button', { name: '修改', exact: true }).count(), 0, 'a regulator does not write the firm\'s part')
  await looksBack(county, staff)
  await lets(county)
  await county.getByRole('button', { name: '规上认定' }).click()
  const dialog = county.getByRole('dialog')
  await dialog.getByText(before.aboveScalePinned ? '按测算' : '认定为规上', { exact: true }).click()
  await dialog.getByLabel('原因').fill(`统计名录 ${stamp}`)
  await dialog.getByRole('button', { name: '保存' }).click()
  await saved(county)
  await walk.shot('regulator', county)
  const steps = (await (await county.request.get(`${own}/history?limit=5`)).json()).items
  assert.equal((await (await county.request.get(own)).json()).aboveScalePinned, !before.aboveScalePinned)
  assert.ok(steps.length >= 5)

  const elsewhere = await desk(walk, 'other-county')
  await elsewhere.goto(`/companies/${me.membership.companyId}/file`)
  await elsewhere.getByText('没有加载成功').waitFor()
  const stranger = await desk(walk, 'other-safety')
  for (const path of [own, `${own}?on=${day(700)}`, `${own}/history`, `${own}/papers`, `${own}/links`, `${own}/figures`]) {
    assert.equal((await stranger.request.get(path)).status(), 404, `${path} for another company`)
    assert.equal((await elsewhere.request.get(path)).status(), 404, `${path} for another county`)
  }
}
