// The safety manager builds a workshop, a team and a post, moves a team by dragging it, brings
// three people in from Excel, moves one of them and hands his work over; a leader sees his team.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'
import { workbook } from './xlsx.mjs'

const run = (Math.floor(Date.now() / 1000) % 90_000) + 10_000
const HEADING = ['车间/部门', '班组', '岗位', '岗位类型', '姓名', '工号', '手机', '身份证号', '入职日期', '是否负责人']

async function desk({ actor, password }, login) {
  const { page } = await actor()
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

function unit(page, name) {
  return page.locator(`.unit[data-unit="${name}"]`)
}

async function addUnit(page, name, kind, below) {
  if (below) await unit(page, below).click()
  else await page.getByRole('button', { name: '全公司' }).click()
  await page.getByRole('button', { name: '新增部门' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('[data-field=name] input').fill(name)
  await dialog.getByText(kind, { exact: true }).click()
  await dialog.getByRole('button', { name: '保存' }).click()
  await unit(page, name).waitFor()
}

/** 1. A workshop, a team in it and a post of the team. */
async function builds(walk, page, names) {
  await page.goto('/staff')
  await unit(page, '冲压车间').waitFor()
  await addUnit(page, names.workshop, '车间')
  await addUnit(page, names.team, '班组', names.workshop)
  await unit(page, names.team).click()
  await page.getByRole('button', { name: '新增岗位' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('[data-field=name] input').fill('激光切割工')
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.locator('.card').getByText('激光切割工').waitFor()
  await walk.shot('built', page)
}

/** 2. A team is dragged into another workshop, after a question; the past keeps its tree. */
async function drags(walk, page, names) {
  await addUnit(page, names.moved, '班组', '冲压车间')
  await unit(page, names.moved).dragTo(unit(page, names.workshop))
  await page.getByRole('dialog').getByText(`移到“${names.workshop}”之下`).waitFor()
  await page.getByRole('button', { name: '移动', exact: true }).last().click()
  await page.getByText('已移动').waitFor()
  const tree = async (day) => (await (await page.request.get(`/api/staff/units${day ? `?on=${day}` : ''}`)).json()).units
  const named = (units, name) => units.find((one) => one.name === name)
  const now = await tree()
  assert.equal(named(now, names.moved).parentId, named(now, names.workshop).id)
  const before = await tree(new Date(Date.now() - 70 * 86_400_000).toISOString().slice(0, 10))
  assert.equal(named(before, '除尘运维班').parentId, named(before, '机修动力车间').id, 'the demo team hung elsewhere two months ago')
  assert.equal(named(now, '除尘运维班').parentId, named(now, '抛光打磨车间').id)
  assert.equal(named(before, names.workshop), undefined, 'what is new was not there')
  await walk.shot('moved', page)
}

/** 3. Three people come from one sheet, one of them with a fault that is named. */
async function imports(walk, page, names) {
  const rows = [
    [names.workshop, names.team, '激光切割工', '一般岗位员工', names.people[0], `T${run}1`, '13800000001', '', '2026-01-05', '是'],
    [names.workshop, names.team, '激光切割工', '', names.people[1], `T${run}2`, '13800000002', '', '2026-01-05', ''],
    [names.workshop, '', '叉车司机', '叉车司机', names.people[2], `T${run}3`, '13800000003', '', '2026-01-05', ''],
    [names.workshop, '', '叉车司机', '', '某某', `T${run}4`, '123', '', '', ''],
  ]
  const file = { name: '花名册.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: workbook([HEADING, ...rows]) }
  await page.getByRole('button', { name: '导入 Excel' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[type=file]').setInputFiles(file)
  await dialog.getByRole('button', { name: '导入 3 行' }).waitFor({ timeout: 60_000 })
  await dialog.locator('.fault').first().waitFor()
  assert.match((await dialog.locator('.fault').allTextContents()).join('\n'), /G5/, 'the bad cell is named')
  await walk.shot('preview', page)
  await dialog.getByRole('button', { name: '导入 3 行' }).click()
  await dialog.locator('.counts dt').filter({ hasText: /^新增$/ }).waitFor({ timeout: 60_000 })
  await page.keyboard.press('Escape')
  await unit(page, names.team).click()
  await page.getByRole('row').filter({ hasText: names.people[0] }).waitFor()
  await page.locator('.card').getByText(`负责人：${names.people[0]}`).waitFor()
}

/** 4. Who leads the team goes: what is open is shown, nobody goes without handing it over. */
async function handsOver(walk, page, names) {
  await page.getByRole('row').filter({ hasText: names.people[0] }).click()
  await page.waitForURL(/\/staff\/\d+$/)
  await page.getByRole('button', { name: '办理离职' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('负责的部门：1').waitFor()
  const leave = dialog.getByRole('button', { name: '办理离职' })
  assert.ok(await leave.isDisabled(), 'not without a successor')
  const pick = dialog.getByRole('combobox', { name: '交接人', exact: true })
  await pick.click({ force: true })
  await pick.fill(names.people[1])
  await page.getByRole('option', { name: new RegExp(names.people[1]) }).first().click()
  await walk.shot('leaving', page)
  await leave.click()
  await page.getByText('已办理离职').waitFor()
  const units = (await (await page.request.get('/api/staff/units')).json()).units
  assert.equal(units.find((one) => one.name === names.team).headName, names.people[1], 'his team has a new head at once')
}

/** 5. A leader sees his team and nobody else, on the page and behind it. */
async function leads(walk, names) {
  const page = await desk(walk, 'leader')
  await page.goto('/staff')
  await unit(page, '焊接一班').waitFor()
  assert.equal(await unit(page, '冲压车间').count(), 0, 'no other workshop')
  await page.getByRole('row').filter({ hasText: '施小龙' }).waitFor()
  const all = await (await page.request.get('/api/staff/people?limit=100')).json()
  assert.deepEqual([...new Set(all.items.map((one) => one.unitName))], ['焊接一班'])
  const found = await (await page.request.get(`/api/staff/people?name=${encodeURIComponent(names.people[1])}`)).json()
  assert.equal(found.items.length, 0)
  await walk.shot('leader', page)
}

/** Leaves the company as it was: what was built is emptied and closed. */
async function tidies(page, names) {
  const call = (path, data) => page.request.post(path, { data, headers: { 'X-Requested-With': 'anbiao', 'Idempotency-Key': crypto.randomUUID() } })
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
  for (const name of names.people.slice(1)) {
    const [one] = (await (await page.request.get(`/api/staff/people?name=${encodeURIComponent(name)}`)).json()).items
    const [safety] = (await (await page.request.get(`/api/staff/people?name=${encodeURIComponent('沈静怡')}`)).json()).items
    assert.equal((await call(`/api/staff/people/${one.id}/leave`, { on: today, successorId: safety.id })).status(), 200)
  }
}

export default async function tree(walk) {
  const names = { workshop: `激光车间${run}`, team: `激光${run}班`, moved: `备料${run}班`, people: ['甲', '乙', '丙'].map((one) => `林${one}${run}`) }
  const page = await desk(walk, 'safety')
  await builds(walk, page, names)
  await drags(walk, page, names)
  await imports(walk, page, names)
  await handsOver(walk, page, names)
  await leads(walk, names)
  await tidies(page, names)
}
