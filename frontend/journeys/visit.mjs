// The county draws next year's plan by lot, then inspects a company unannounced: hidden from it until the officer closes on the
// phone with both signatures. The company reads the record, finds the hazard in its ledger, receives the order and asks for the
// re-inspection, which the county registers.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { enter, FIELD, photo } from './field.mjs'
import { signIn } from './login.mjs'

async function confirmed(page, name) {
  await page.locator('.page-head').getByRole('button', { name, exact: true }).click()
  await page.locator('.el-message-box, [role=dialog]').getByRole('button', { name, exact: true }).click()
}

async function draw(county, shot) {
  await county.goto('/visit-plans')
  await county.getByRole('link', { name: /年度安全生产监督检查计划/ }).first().waitFor()
  if (await county.getByRole('link', { name: `${new Date().getFullYear() + 1}年度` }).count()) return // walked before on this city
  await county.getByRole('button', { name: '编制计划' }).click()
  await county.getByRole('dialog').getByRole('button', { name: '编制', exact: true }).click()
  await county.waitForURL(/\/visit-plans\/\d+/)
  await county.locator('.page-head').getByRole('button', { name: '摇号', exact: true }).click()
  await county.getByRole('dialog').locator('input').fill('20261123')
  await county.getByRole('dialog').getByRole('button', { name: '开始摇号' }).click()
  await county.getByText('按等级').waitFor()
  await county.getByRole('button', { name: '重算核对' }).click()
  await county.getByText(/家企业重算，结果一致/).waitFor()
  await shot('drawn', county)
  await confirmed(county, '报批')
  await county.locator('.page-head').getByRole('button', { name: '审批', exact: true }).click()
  await county.getByRole('dialog').getByRole('button', { name: '批准', exact: true }).click()
  await county.getByText('执行进度').waitFor()
}

async function plan(county, reason) {
  await county.goto('/visits?make=1&companyId=1')
  const dialog = county.getByRole('dialog')
  await dialog.getByText('已达上限', { exact: true }).waitFor()
  await dialog.locator('[data-field=capReason] input').fill('上级部署暗访')
  await dialog.getByText('暗访', { exact: true }).click()
  await dialog.locator('[data-field=reason] input').fill(reason)
  await dialog.locator('[data-field=officers] .el-select').click()
  await county.getByRole('option', { name: '徐志明' }).click()
  await dialog.locator('[data-field=reason] input').click()
  await dialog.getByRole('button', { name: '安排检查' }).click()
  await county.waitForURL(/\/visits\/\d+/)
  await county.getByText('企业不可见').waitFor()
  return new URL(county.url()).pathname
}

async function strokes(page, board) {
  await board.scrollIntoViewIfNeeded()
  const { x, y, width, height } = await board.boundingBox()
  await page.mouse.move(x + width * 0.15, y + height * 0.3)
  await page.mouse.down()
  for (let n = 1; n <= 16; n += 1) await page.mouse.move(x + width * (0.15 + 0.04 * n), y + height * (0.5 + 0.3 * Math.sin(n)))
  await page.mouse.up()
}

async function inspect(phone, id, what, shot) {
  await phone.getByRole('link', { name: /我的检查/ }).click()
  await phone.locator(`a[href$="/visit/${id}"]`).click()
  await phone.getByRole('button', { name: '到达现场' }).click()
  await phone.locator('[data-block]').first().waitFor()
  assert.equal(await phone.locator('[data-block]').count(), 9)
  await phone.locator('[data-block=principals]').click()
  await phone.locator('[data-block=principals] .line').first().waitFor()
  assert.ok(await fits(phone), 'the inspection fits the phone')
  await shot('site', phone)
  await phone.locator('textarea[name=situation]').fill('查看抛光车间和除尘系统，抽查台账')
  await phone.locator('input[name=firmPerson]').fill('程安川')
  await phone.getByRole('button', { name: '拍照录入问题' }).click()
  await phone.locator('input[type=file]').setInputFiles(photo('dust.png'))
  await phone.locator('input[name=place]').fill('抛光车间')
  await phone.locator('textarea[name=description]').fill(what)
  await phone.locator('.shot').first().waitFor()
  await phone.getByRole('button', { name: '录入问题' }).click()
  await phone.getByText('问题已录入').waitFor()
  await phone.getByRole('button', { name: '回到检查' }).click()
  await phone.locator('[data-found]').getByText(what).waitFor()
  await phone.getByRole('button', { name: '签名并结束检查' }).click()
  await strokes(phone, phone.locator('.board canvas').nth(0))
  await strokes(phone, phone.locator('.board canvas').nth(1))
  await shot('sign', phone)
  await phone.getByRole('button', { name: '结束检查', exact: true }).click()
  await phone.getByText('检查已结束').waitFor()
  await shot('over', phone)
}

async function order(county, path, number) {
  await county.goto(path)
  await county.getByRole('button', { name: '登记整改文书' }).click()
  const dialog = county.getByRole('dialog')
  await dialog.locator('[data-field=number] input').fill(number)
  await dialog.getByRole('button', { name: '登记指令书' }).click()
  await county.waitForURL(/\/visit-orders\/\d+/)
  return new URL(county.url()).pathname
}

export default async function visit({ page: county, actor, password, shot }) {
  const said = Date.now() % 100_000
  await signIn(county, 'county', password)
  await county.waitForURL((address) => address.pathname === '/')
  await draw(county, shot)
  const path = await plan(county, `岁末暗访 ${said}`)
  await shot('planned', county)

  const { page: safety } = await actor()
  await signIn(safety, 'safety', password)
  await safety.waitForURL((address) => address.pathname === '/')
  await safety.goto('/visits/received')
  await safety.getByRole('row', { name: /粉尘涉爆专项检查/ }).waitFor()
  assert.equal(await safety.getByText(`岁末暗访 ${said}`).count(), 0, 'an unannounced inspection is hidden from the company')
  await safety.goto(path)
  await safety.getByText('没有加载成功').waitFor()

  const { page: phone } = await actor(FIELD)
  await enter(phone, 'county', password)
  await inspect(phone, path.split('/').at(-1), `除尘器未按规定清灰 ${said}`, shot)

  await safety.goto(path)
  await safety.getByRole('button', { name: '签收检查记录' }).click()
  await safety.getByText('企业签收检查记录').waitFor()
  await shot('received', safety)
  await safety.getByRole('link', { name: /^隐患 / }).first().click()
  await safety.waitForURL(/\/hazards\/\d+/)
  await safety.getByText(`除尘器未按规定清灰 ${said}`).first().waitFor()

  const paper = await order(county, path, `（永）应急责改〔2026〕${said}号`)
  await shot('order', county)
  await safety.goto(paper)
  await safety.getByRole('button', { name: '签收', exact: true }).click()
  await safety.getByRole('button', { name: '申请复查' }).click()
  await safety.getByRole('dialog').locator('textarea').fill('已清灰并建立清扫记录')
  await safety.getByRole('dialog').getByRole('button', { name: '申请复查' }).click()
  await safety.locator('h1').getByText('已申请复查').waitFor()

  await county.goto(paper)
  await county.getByRole('button', { name: '登记复查结果' }).click()
  await county.getByRole('dialog').locator('[data-field=officers] .el-select').click()
  await county.getByRole('option', { name: '徐志明' }).click()
  await county.getByRole('dialog').locator('[data-field=number] input').click()
  await county.getByRole('dialog').getByRole('button', { name: '登记复查结果' }).click()
  await county.locator('h1').getByText('复查合格').waitFor()
  await shot('passed', county)
}
