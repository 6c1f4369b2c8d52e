// The first walk through the whole product, each step as a person does it on the screen.
import assert from 'node:assert/strict'
import { FIELD, accept, answerAll, enter, fix, openPoint, photo, sent, submit } from './field.mjs'
import { signIn } from './login.mjs'
import { roster } from './roster.mjs'

const run = (Math.floor(Date.now() / 1000) % 90_000) + 10_000

async function desk({ actor, password }, login) {
  const { page } = await actor()
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

async function counts(page) {
  await page.locator('.counts').waitFor({ timeout: 120_000 })
  return (await page.locator('.counts dd').allTextContents()).map(Number)
}

/** 1. A regulator imports a roster: every bad cell is named, good rows are saved once, a second time nothing changes. */
async function importsARoster(walk) {
  const page = await desk(walk, 'county')
  const list = roster(run, Number(process.env.ROSTER_ROWS ?? 5000))
  await page.goto('/roster')
  await page.setInputFiles('input[type=file]', list.file)
  // The heading is of no known form: the name has to be pointed at, once.
  await page.getByText('请核对每一列取自文件的哪一列').waitFor({ timeout: 60_000 })
  await page.getByRole('combobox', { name: '企业名称', exact: true }).click({ force: true })
  await page.getByRole('option', { name: list.heading[0] }).click()
  await page.getByRole('button', { name: '按此对应读取' }).click()
  const [fresh, , , refused] = await counts(page)
  assert.ok(refused >= list.bad, `${refused} rows refused, at least ${list.bad} are wrong`)
  assert.equal(fresh + refused, list.rows, 'every row is accounted for')
  await page.locator('.fault').first().waitFor()
  const faults = (await page.locator('.fault').allTextContents()).join('\n')
  assert.match(faults, /B\d+/, 'the cell is named as Excel names it')
  await walk.shot('roster')
  const answer = await page.request.get(await page.getByRole('link', { name: '下载错误明细' }).getAttribute('href'))
  assert.equal(answer.status(), 200)
  assert.match(answer.headers()['content-type'], /spreadsheetml/)
  await page.getByRole('button', { name: `导入 ${fresh} 行` }).click()
  await page.locator('.counts dt').filter({ hasText: /^新增$/ }).waitFor({ timeout: 180_000 })
  assert.deepEqual((await counts(page)).slice(0, 3), [fresh, 0, 0])

  await page.getByRole('button', { name: '换一个文件' }).click()
  await page.setInputFiles('input[type=file]', list.file)
  await page.getByRole('button', { name: `导入 ${fresh} 行` }).waitFor({ timeout: 120_000 })
  assert.deepEqual((await counts(page)).slice(0, 3), [0, 0, fresh], 'a second time nothing changes, and the columns are remembered')
}

/** 2. The safety manager makes a check on the phone; what fails becomes a hazard without retyping. */
async function checksAPoint(walk) {
  const { page } = await walk.actor(FIELD)
  await enter(page, 'safety', walk.password)
  await openPoint(page, '0001')
  const note = `防护罩缺失 ${run}`
  await answerAll(page, { 0: note })
  await submit(page)
  await sent(page)
  await page.getByText('已登记隐患（1）').waitFor()
  await walk.shot('checked', page)
  return note
}

async function choose(page, label, option) {
  const field = page.getByRole('combobox', { name: label, exact: true })
  await field.click({ force: true })
  await field.fill(option)
  await page.getByRole('option', { name: new RegExp(option) }).first().click()
}

/** 3. One assigns, another fixes with a photo, a third accepts; the fixer cannot accept his own work. */
async function fixesTheHazard(walk, note) {
  const leader = await desk(walk, 'leader')
  const fixer = await (await leader.request.get('/api/account/me')).json()
  const page = await desk(walk, 'safety')
  await page.getByText('隐患待办').first().waitFor()
  await page.goto('/hazards')
  await page.getByRole('row').filter({ hasText: note }).click()
  await page.waitForURL(/\/hazards\/\d+$/)
  const hazard = new URL(page.url()).pathname
  await page.locator('h3', { hasText: '整改前' }).locator('..').locator('img').first().waitFor()
  await page.getByRole('button', { name: '派单', exact: true }).click()
  const dialog = page.getByRole('dialog')
  // What failed in a check is suggested with level and category; what is missing is chosen.
  const category = dialog.getByRole('combobox', { name: '分类', exact: true })
  if ((await category.count()) && !(await dialog.getByText(/^[AB]\d\d /).count())) {
    await category.click({ force: true })
    await page.getByRole('option', { name: /^B01/ }).click()
  }
  // What is major would first need its treatment plan; this walk is that of a general hazard.
  const general = dialog.getByText('一般隐患', { exact: true })
  if (await general.count()) {
    await general.click()
    const reason = dialog.locator('[data-field=reason] input')
    if (await reason.count()) await reason.fill('对照判定标准，未达到重大事故隐患')
  }
  await choose(page, '整改责任人', fixer.person.name)
  const deadline = dialog.locator('[data-field=deadline] input')
  // Who may assign has assigned what he found to whom he proposed: now it is handed on, with the day it has.
  if (await deadline.isEnabled()) {
    await deadline.fill(new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10))
    await deadline.press('Enter')
  }
  await dialog.locator('[data-field=measures] textarea').fill('加装联锁防护罩')
  for (const [field, text] of [['goal', '消除隐患'], ['contingency', '停用该设备'], ['fundsFen', '200']]) await dialog.locator(`[data-field=${field}] input, [data-field=${field}] textarea`).first().fill(text)
  await dialog.getByRole('button', { name: '派单', exact: true }).click()
  await page.getByText('待整改').first().waitFor()
  await walk.shot('assigned', page)

  const { page: phone } = await walk.actor(FIELD)
  await enter(phone, 'leader', walk.password)
  await fix(phone, `/field${hazard}`, `已加装 ${run}`, photo('after.png', 7))
  await leader.goto(hazard)
  await leader.getByText('待验收').first().waitFor()
  assert.equal(await leader.getByRole('button', { name: '验收通过' }).count(), 0, 'the fixer is not offered to accept')
  const own = await leader.request.post(`/api/hazard${hazard}/accept`, { data: {}, headers: { 'X-Requested-With': 'anbiao', 'Idempotency-Key': crypto.randomUUID() } })
  assert.equal((await own.json()).code, 'hazard.own-acceptance', 'the fixer cannot accept his own work')

  const { page: other } = await walk.actor(FIELD)
  await enter(other, 'director', walk.password)
  await accept(other, `/field${hazard}`, '现场核实')
  await page.goto(hazard)
  await page.getByText(/已销号|待监管复核/).first().waitFor()
  assert.ok((await page.locator('.line .el-timeline-item').count()) >= 4, 'the history shows every step')
  await walk.shot('accepted', page)
  return hazard
}

/** 4. The quarterly report is compiled from the ledger, signed by the principal, submitted. */
async function reports(walk, page) {
  const county = await desk(walk, 'county')
  await page.goto('/reports?cycle=HZ-Q')
  const { items } = await (await page.request.get('/api/selfreport/reports?cycle=HZ-Q&limit=100')).json()
  const due = items.find((one) => one.state !== 'received')
  await page.locator('.el-table__body').getByRole('row').filter({ hasText: due.period }).click()
  await page.waitForURL(/\/reports\/\d+$/)
  const report = new URL(page.url()).pathname
  if (due.state === 'submitted') await sendBack(county, report, page)
  await page.getByRole('button', { name: '从台账汇总' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '从台账汇总' }).click()
  await page.getByText('待签字').first().waitFor()
  assert.match(await page.locator('article.form').textContent(), /一般隐患/)

  const principal = await desk(walk, 'principal')
  await principal.getByText('等您签字').waitFor()
  assert.equal(await principal.getByRole('navigation', { name: '菜单' }).count(), 0, 'who only signs has no menu')
  await principal.goto(report)
  await principal.getByRole('button', { name: '签字确认' }).click()
  await principal.getByRole('dialog').getByRole('button', { name: '签字确认' }).click()
  await principal.getByText('待提交').first().waitFor()

  await page.reload()
  await page.getByRole('button', { name: '提交', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '提交', exact: true }).click()
  await page.getByText('已提交').first().waitFor()
  await walk.shot('submitted', page)
  await sendBack(county, report, page) // so that the walk can be walked again
}

async function sendBack(county, report, page) {
  await county.goto(report)
  await county.getByRole('button', { name: '退回', exact: true }).click()
  await county.getByRole('dialog').getByLabel('原因', { exact: true }).fill('数字与台账不符，请核对')
  await county.getByRole('dialog').getByRole('button', { name: '退回', exact: true }).click()
  await county.getByText('被退回').first().waitFor()
  await page.reload()
  await page.getByText('被退回').first().waitFor()
}

/** 5. The county sees the company with its standing; another county and another company see nothing of it. */
async function isSeen(walk, page, hazard) {
  const me = await (await page.request.get('/api/account/me')).json()
  const name = me.membership.organisation
  const find = async (login) => {
    const regulator = await desk(walk, login)
    await regulator.goto(`/companies?name=${encodeURIComponent(name)}`)
    await regulator.locator('.el-table__body tr, .el-table__empty-text').first().waitFor()
    await regulator.locator('.el-skeleton').first().waitFor({ state: 'detached' })
    return regulator
  }
  const county = await find('county')
  await county.locator('.el-table__body tr').first().click()
  await county.waitForURL(/\/companies\/\d+$/)
  await county.getByRole('heading', { name: new RegExp(name) }).waitFor()
  await county.getByText('风险状态构成').waitFor()
  await walk.shot('dossier', county)
  const dossier = new URL(county.url()).pathname

  const elsewhere = await find('other-county')
  assert.equal(await elsewhere.locator('.el-table__body tr').count(), 0, 'another county does not find it')
  for (const address of [dossier, hazard]) {
    await elsewhere.goto(address)
    await elsewhere.getByText('没有加载成功').waitFor()
  }
  const stranger = await desk(walk, 'other-safety')
  await stranger.goto(hazard)
  await stranger.getByText('没有加载成功').waitFor()
  await stranger.goto(`/hazards?text=${encodeURIComponent(String(run))}`)
  await stranger.getByText('没有符合条件的记录').waitFor()
}

/** 6. A certificate comes within 60 days of its review: holder and safety manager are told, once. */
async function isReminded(walk, safety) {
  const worker = await desk(walk, 'worker')
  await worker.goto('/notices')
  const own = worker.getByRole('row').filter({ hasText: /证/ })
  await own.first().waitFor({ timeout: 60_000 })
  const notices = (await (await worker.request.get('/api/notice/notices?limit=100')).json()).items.filter((one) => one.noun === 'certificate')
  assert.ok(notices.length > 0, 'the holder has been told')
  assert.equal(new Set(notices.map((one) => one.objectId + one.code)).size, notices.length, 'each certificate is told once')
  const heard = (await (await safety.request.get('/api/notice/notices?limit=100')).json()).items.filter((one) => one.noun === 'certificate' && one.objectId === notices[0].objectId)
  assert.equal(heard.length, 1, 'the safety manager has been told once')
  await worker.goto('/mails')
  await worker.locator('.el-table__body tr').first().click()
  await worker.getByRole('dialog').waitFor()
  const mails = (await (await worker.request.get('/api/notice/mails?limit=100')).json()).items.filter((one) => one.subject.includes(notices[0].title) || notices[0].title.includes(one.subject))
  assert.equal(mails.length, 1, 'the mail went once')
  await walk.shot('mail', worker)
}

export default async function firstWalk(walk) {
  await importsARoster(walk)
  const note = await checksAPoint(walk)
  const hazard = await fixesTheHazard(walk, note)
  const safety = await desk(walk, 'safety')
  await reports(walk, safety)
  await isSeen(walk, safety, hazard)
  await isReminded(walk, safety)
}
