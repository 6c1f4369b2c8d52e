// The risk register: a risk is rated while it is typed, its unit turns red on the four-colour plan, an area is drawn for a
// new unit, and the plan is printed; the regulator reads the yearly report.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { signIn } from './login.mjs'

const stamp = String(Math.floor(Date.now() / 1000) % 1_000_000)

async function closed(page) {
  await page.waitForFunction(() => ![...document.querySelectorAll('[role=dialog][aria-modal=true]')].some((dialog) => dialog.checkVisibility({ visibilityProperty: true })))
}

/** Opens a choice by its field: the words shown in it lie above it. */
async function choose(page, name, option) {
  const field = page.getByRole('combobox', { name, exact: true })
  await field.click({ force: true })
  await page.getByRole('option', { name: option }).last().click()
}

/** 1. A unit, and a risk of it whose colour follows from the factors chosen. */
async function rates(page, unit) {
  await page.goto('/risk')
  await page.getByRole('button', { name: '新增风险点' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('风险点').fill(unit)
  await dialog.getByRole('button', { name: '保存' }).click()
  await closed(page)
  await page.getByRole('button', { name: unit }).click()
  await page.getByRole('button', { name: '新增风险', exact: true }).click()
  await dialog.getByText(unit).first().waitFor()
  await choose(page, '事故类型', '机械伤害')
  await dialog.getByLabel('危险源').fill(`机器人误动作 ${stamp}`)
  await choose(page, '固有风险 发生事故的可能性 L', /^6 /)
  await choose(page, '固有风险 人员暴露的频繁程度 E', /^6 /)
  await choose(page, '固有风险 事故可能造成的后果 C', /^15 /)
  await dialog.getByRole('status').filter({ hasText: '540' }).getByText('重大风险').waitFor()
  await dialog.getByRole('button', { name: '添加 工程技术措施' }).click()
  await dialog.getByRole('textbox', { name: '工程技术措施' }).fill('安全围栏与门联锁')
  await dialog.getByRole('button', { name: '保存' }).click()
  await closed(page)
  await page.getByRole('row').filter({ hasText: `机器人误动作 ${stamp}` }).getByText('重大风险').waitFor()
}

/** 2. Its area is drawn on the plan and is red there. */
async function draws(page, unit, walk) {
  await page.goto('/risk/map')
  await page.getByRole('button', { name: '冲压一线' }).first().waitFor()
  await page.getByRole('button', { name: '绘制四色图' }).click()
  await page.waitForURL(/\/risk\/map\/\d+$/)
  await page.getByText('矩形', { exact: true }).click()
  const plan = page.getByRole('group', { name: '四色分布图' })
  const box = await plan.boundingBox()
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y]
  await page.mouse.move(...at(0.67, 0.78))
  await page.mouse.down()
  await page.mouse.move(...at(0.8, 0.86))
  await page.mouse.move(...at(0.93, 0.93))
  await page.mouse.up()
  await choose(page, '所属风险点', unit)
  await plan.getByRole('button', { name: `${unit} 重大风险` }).waitFor()
  await walk.shot('drawn', page)
  await page.getByRole('button', { name: '保存' }).click()
  await page.waitForURL((address) => address.pathname === '/risk/map')
  const area = plan.getByRole('button', { name: `${unit} 重大风险` })
  await area.waitFor()
  assert.equal(await area.locator('polygon').getAttribute('fill'), '#E5352B', 'the unit is red')
  await walk.shot('map', page)
}

/** 3. The plan is printed. */
async function prints(page) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '打印（A3）' }).click()])
  assert.match(file.suggestedFilename(), /\.pdf$/)
  const content = fs.readFileSync(await file.path())
  assert.equal(content.subarray(0, 4).toString(), '%PDF')
  assert.ok(content.length > 20_000, `${content.length} bytes`)
}

/** 4. The regulator reads the report, and the register behind it. */
async function reads(walk) {
  const { page } = await walk.actor()
  await signIn(page, 'county', walk.password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/risk/reports?state=submitted')
  await page.getByRole('row').filter({ hasText: '安全风险定期报告' }).first().click()
  await page.getByRole('heading', { name: '较大以上安全风险' }).waitFor()
  await page.getByText('铝镁抛光粉尘浓度超限遇火源').first().waitFor()
  await walk.shot('report', page)
}

export default async function risk(walk) {
  const { page } = await walk.actor()
  await signIn(page, 'safety', walk.password)
  await page.waitForURL((address) => address.pathname === '/')
  const unit = `机器人 ${stamp}`
  await rates(page, unit)
  await draws(page, unit, walk)
  await prints(page)
  await reads(walk)
}
