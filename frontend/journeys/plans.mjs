// The safety manager makes plans from the standard, enters a shutdown and sees the calendar change, gives a
// missed check its reason and issues a special check from a template.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'

const pad = (n) => String(n).padStart(2, '0')
const dayOf = (ahead) => {
  const d = new Date(Date.now() + 8 * 3600e3 + ahead * 86400e3)
  return `${d.getUTCFullYear()}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())}`
}

async function desk({ actor, password }) {
  const { page } = await actor()
  await signIn(page, 'safety', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

async function proposes(walk, page) {
  await page.goto('/plans')
  await page.getByRole('button', { name: '按标准生成计划' }).click()
  const dialog = page.getByRole('dialog')
  const free = dialog.locator('tbody .el-checkbox:not(.is-disabled)')
  await free.first().waitFor()
  await free.nth(0).click()
  await walk.shot('proposed', page)
  await dialog.getByRole('button', { name: '建立所选计划' }).click()
  await page.getByText('已建立 1 个计划').waitFor()
}

async function stops(walk, page, day) {
  const square = page.locator(`[data-day="${day}"]`)
  const calendar = async () => {
    await page.goto('/task-calendar')
    if (day.slice(0, 4) !== dayOf(0).slice(0, 4)) await page.locator('.el-input-number__increase').click()
    await square.waitFor()
    await page.locator('.day.done').first().waitFor()
    return square.getAttribute('class')
  }
  assert.match(await calendar(), /open/)
  await page.goto('/plans')
  await page.getByRole('tab', { name: '停产期' }).click()
  await page.getByRole('button', { name: '登记停产' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('[data-field=fromOn] input').fill(day)
  await dialog.locator('[data-field=fromOn] input').press('Enter')
  await dialog.locator('[data-field=untilOn] input').fill(day)
  await dialog.locator('[data-field=untilOn] input').press('Enter')
  await dialog.locator('[data-field=reason] input').fill('停电检修')
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.getByText('已保存').waitFor()
  const title = async () => {
    await calendar()
    return square.getAttribute('title')
  }
  assert.doesNotMatch(await title(), /免检 0/)
  await walk.shot('stopped', page)
  await page.goto('/plans')
  await page.getByRole('tab', { name: '停产期' }).click()
  await page.getByRole('row').filter({ hasText: day }).getByRole('button', { name: '撤销' }).click()
  await page.locator('.el-message-box').getByRole('button', { name: '撤销' }).click()
  await page.getByText('已保存').waitFor()
  assert.match(await title(), /免检 0/)
}

async function explains(walk, page) {
  await page.goto('/tasks?state=missed')
  await page.getByRole('button', { name: '说明原因' }).first().click()
  const box = page.locator('.el-message-box')
  await box.locator('textarea').fill('设备送修，已安排补查')
  await box.getByRole('button', { name: '保存' }).click()
  await page.getByText('设备送修，已安排补查').first().waitFor()
  await walk.shot('explained', page)
}

async function issues(walk, page) {
  await page.goto('/special-checks')
  await page.getByRole('button', { name: '布置专项检查' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('[data-field=template] .el-select').click()
  await page.getByRole('option', { name: /冬季专项检查/ }).click()
  await dialog.locator('[data-field=assigneeId] input').fill('沈静怡')
  await page.getByRole('option', { name: /沈静怡/ }).first().click()
  await dialog.getByRole('button', { name: '布置', exact: true }).click()
  await page.getByRole('row').filter({ hasText: '冬季专项检查' }).first().waitFor()
  await walk.shot('issued', page)
}

export default async function plans(walk) {
  const page = await desk(walk)
  await proposes(walk, page)
  await stops(walk, page, dayOf(8))
  await explains(walk, page)
  await issues(walk, page)
}
