// A self evaluation: begun by the safety manager, an element given to a worker, who answers an item on the phone with a
// finding and a photo; the plan is pressed twice and makes one hazard; the report is downloaded.
import assert from 'node:assert/strict'
import { rows, signedIn } from './desk-api.mjs'
import { FIELD, enter, photo } from './field.mjs'
import { signIn } from './login.mjs'

async function choose(page, select, name) {
  await select.click()
  await select.locator('input').fill(name)
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: name }).first().click()
}

async function member(page, n, name, part) {
  await page.getByRole('button', { name: '添加成员' }).click()
  const row = page.locator('[data-row=member]').nth(n)
  await choose(page, row.locator('.el-select').first(), name)
  await row.locator('.el-select').nth(1).click()
  await page.locator('.el-select-dropdown:visible').getByText(part, { exact: true }).click()
  return row
}

export default async function score({ page, base, password, shot, actor }) {
  const mark = String(Date.now()).slice(-6)
  const what = `皮带轮无防护罩${mark}`
  await signIn(page, 'safety', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/standardization/evaluations')
  await page.getByText('安全生产标准化自评').first().waitFor()
  await shot('list')
  await page.getByRole('button', { name: '开始自评' }).click()
  const begin = page.locator('.el-dialog:visible')
  await begin.locator('[data-field=title] input').fill(`年中自评${mark}`)
  await begin.getByRole('button', { name: '开始', exact: true }).click()
  await page.waitForURL(/\/standardization\/evaluations\/\d+/)
  const id = /evaluations\/(\d+)/.exec(page.url())[1]

  await member(page, 0, '程安川', '组长')
  const worker = await member(page, 1, '施小龙', '组员')
  await worker.getByText('从业人员代表').click()
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByText('已保存').waitFor()
  await shot('group')
  await page.getByRole('button', { name: '开始评定' }).click()
  await page.locator('[data-item="1.1.1"]').waitFor()

  await page.getByRole('button', { name: /^2\.2 / }).click()
  await page.getByRole('button', { name: '分配要素 2.2' }).click()
  const assign = page.locator('.el-dialog:visible')
  await choose(page, assign.locator('.el-select').first(), '施小龙')
  await assign.getByRole('button', { name: '分配', exact: true }).click()
  await page.locator('[data-item="2.2.11"]').getByText('施小龙').waitFor()
  await shot('assigned')

  const phone = (await actor(FIELD)).page
  await enter(phone, 'worker', password, `/field/evaluations/${id}`)
  await phone.goto(`/field/evaluations/${id}`)
  await phone.locator('[data-item="2.2.10"]').getByRole('button', { name: '符合', exact: true }).click()
  await phone.locator('[data-item="2.2.10"]').waitFor({ state: 'detached' })
  await phone.locator('[data-item="2.2.11"]').getByRole('button', { name: '有问题' }).click()
  await phone.locator('textarea[name=what]').fill(what)
  await phone.locator('input[name=place]').fill('冲压车间')
  await phone.locator('.sheet input[type=file]').setInputFiles(photo())
  await phone.locator('.sheet .strip img').waitFor()
  await shot('phone', phone)
  await phone.getByRole('button', { name: '记入' }).click()
  await phone.locator('[data-item="2.2.11"]').waitFor({ state: 'detached' })

  await page.reload()
  await page.locator('[data-item="2.2.11"]').getByText(what).waitFor()
  assert.equal(await page.locator('[data-live=answered]').innerText(), '2/67')
  for (const left of [1, 0]) {
    await page.getByRole('button', { name: '生成整改计划' }).click()
    const plan = page.locator('.el-dialog:visible')
    await plan.getByText(`${left} 个扣分点`).waitFor()
    if (left) await choose(page, plan.locator('[data-field=ownerId] .el-select'), '施小龙')
    await plan.getByRole('button', { name: '生成', exact: true }).click()
    await plan.waitFor({ state: 'hidden' })
  }
  await page.locator('[data-item="2.2.11"]').getByText('整改中').waitFor()
  await shot('planned')
  const api = await signedIn(base, 'safety', password)
  const hazards = (await api.get('/hazard/hazards?limit=50')).items.filter((one) => one.description.includes(what))
  assert.equal(hazards.length, 1, 'the finding is one hazard')
  const waits = page.waitForEvent('download')
  await page.getByRole('button', { name: '报告 Word' }).click()
  assert.match((await waits).suggestedFilename(), /自评报告\.docx$/)
  await page.getByRole('tab', { name: '得分汇总' }).click()
  await page.getByText('项未评定，不能定级').waitFor()
  await shot('summary')

  const principal = await signedIn(base, 'principal', password)
  await principal.post(`/standardization/evaluations/${id}/close`, { note: '演练结束' })
  assert.ok((await rows(api, '/standardization/evaluations')).length >= 3)
}
