// The safety manager records a drill with a finding; it becomes a hazard that the ledger shows, once.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'
import { signedIn } from './desk-api.mjs'

const dayOf = (ahead) => new Date(Date.now() + 8 * 3600e3 + ahead * 86400e3).toISOString().slice(0, 10)

async function pick(form, field, option) {
  await form.locator(`[data-field=${field}] .el-select`).click()
  await form.page().locator('.el-select-dropdown:visible').getByText(option, { exact: true }).click()
}

async function write(form, field, value) {
  const input = form.locator(`[data-field=${field}] input, [data-field=${field}] textarea`).first()
  await input.fill(value)
  if (field.endsWith('On')) await input.press('Enter')
}

export default async function drill({ page, base, password, shot }) {
  const mark = String(Date.now()).slice(-6)
  const name = `仓库火灾疏散演练${mark}`
  const finding = `二号仓库应急照明灯不亮${mark}`
  await signIn(page, 'safety', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/emergency/drills')
  await page.getByText('未报送监管部门').waitFor()
  await page.locator('.el-table').first().waitFor()
  await shot('list')
  await page.getByRole('button', { name: '新增', exact: true }).first().click()
  const form = page.locator('.el-dialog:visible, .el-drawer:visible').last()
  await write(form, 'name', name)
  await pick(form, 'kind', '专项应急预案演练')
  await pick(form, 'form', '实战演练')
  await write(form, 'plannedOn', dayOf(-1))
  await write(form, 'heldOn', dayOf(-1))
  await write(form, 'place', '二号仓库')
  await write(form, 'participants', '26')
  await write(form, 'evaluation', '疏散有序，用时 2 分 40 秒')
  await write(form, 'problems', finding)
  await shot('form')
  await form.locator('button.el-button--primary', { hasText: '保存' }).click()
  await page.getByText(name).first().waitFor()
  await page.getByText(name).first().click()
  await page.getByRole('link', { name: '隐患 1' }).waitFor()
  await shot('record')
  await page.getByRole('link', { name: '隐患 1' }).click()
  await page.waitForURL('**/hazards/**')
  await page.getByText(finding).first().waitFor()
  await shot('hazard')
  const api = await signedIn(base, 'safety', password)
  const { items } = await api.get('/hazard/hazards?limit=50')
  assert.equal(items.filter((one) => one.description.includes(finding)).length, 1, 'the ledger has the finding once')
}
