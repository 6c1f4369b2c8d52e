// A month's self-report from the hazard that goes into it to the regulator's receipt: snapped, assigned, fixed and accepted by
// four people; compiled, signed with a finger, returned with a reason on one figure, mended, submitted again, received.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { rows, signedIn } from './desk-api.mjs'
import { FIELD, enter, fix, photo, sign, snap } from './field.mjs'
import { signIn } from './login.mjs'

const stamp = String(Date.now()).slice(-6)
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)

async function desk({ actor, password }, login) {
  const { page } = await actor({ width: 1366, height: 800 })
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

/** The county binds the company's own place to the monthly rule, which its own quarter's report is left alone by. */
async function bind(county, safety) {
  const { membership } = await safety.get('/account/me')
  const [{ division: area }] = await rows(county, `/oversight/companies?name=${encodeURIComponent(membership.organisation)}`)
  try {
    await county.post('/selfreport/profiles', { area, profile: 'ningbo', from: `${today().slice(0, 7)}-01`, basis: '月度自查自报试点' })
  } catch (error) {
    assert.match(String(error), /profile-bound/, 'bound by an earlier walk at most')
  }
  return (await safety.post('/selfreport/reports', { cycle: 'HZ-M' })).id
}

/** A worker snaps with the phone, the manager assigns, the fixer fixes with the phone, a third person accepts. */
async function closeAHazard(walk, safety) {
  const { page: worker } = await walk.actor(FIELD)
  await enter(worker, 'worker', walk.password)
  const hazard = await snap(worker, `冲压车间 ${stamp}`, `护罩松动 ${stamp}`)
  const id = hazard.split('/').at(-1)
  const leader = await signedIn(walk.base, 'leader', walk.password)
  const me = await leader.get('/account/me')
  const fixer = (await safety.get(`/staff/people?limit=20&name=${encodeURIComponent(me.person.name)}`)).items.find(({ name, hasLogin }) => name === me.person.name && hasLogin).id
  const now = await safety.get(`/hazard/hazards/${id}`)
  await safety.post(`/hazard/hazards/${id}/assign`, { ownerId: fixer, deadline: today(), measures: '紧固护罩', fundsFen: 5000, goal: '消除隐患', contingency: '停机', ...(now.level ? {} : { level: 'general', category: 'B01' }) })
  const { page: phone } = await walk.actor(FIELD)
  await enter(phone, 'leader', walk.password)
  await fix(phone, hazard, `已紧固 ${stamp}`, photo('after.png', 9))
  const director = await signedIn(walk.base, 'director', walk.password)
  await director.post(`/hazard/hazards/${id}/accept`, { note: '现场核实' })
  return id
}

async function compile(page, report) {
  await page.goto(report)
  await page.getByRole('button', { name: '从台账汇总' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '从台账汇总' }).click()
  await page.getByText('待签字').first().waitFor()
}

async function signOnThePhone(walk, report) {
  const { page } = await walk.actor(FIELD)
  await enter(page, 'principal', walk.password)
  await sign(page, `/field${report}`)
  await page.getByText('已签字，待提交').waitFor()
  assert.ok(await fits(page), 'the report fits the phone')
  return page
}

export default async function report(walk) {
  const safetyApi = await signedIn(walk.base, 'safety', walk.password)
  const countyApi = await signedIn(walk.base, 'county', walk.password)
  const id = await bind(countyApi, safetyApi)
  const { state } = await safetyApi.get(`/selfreport/reports/${id}`)
  const at = `/reports/${id}`
  const county = await desk(walk, 'county')
  if (state !== 'received') {
    await closeAHazard(walk, safetyApi)
    const page = await desk(walk, 'safety')
    await compile(page, at)
    const found = await page.locator('.issued').first().locator('tbody td').nth(1).textContent()
    assert.ok(Number(found.trim()) >= 1, 'the hazard is in it')
    const phone = await signOnThePhone(walk, at)
    await walk.shot('signed', phone)
    await safetyApi.post(`/selfreport/reports/${id}/submit`, {})

    // The regulator presses the figure that is wrong and says why.
    await county.goto(at)
    await county.locator('[data-item="general.found"]').first().click()
    await county.getByRole('button', { name: '退回', exact: true }).click()
    await county.getByRole('dialog').getByLabel('原因', { exact: true }).fill('与走访记录不符')
    await county.getByRole('dialog').getByRole('button', { name: '退回', exact: true }).click()
    await county.getByText('被退回').first().waitFor()

    // The company reads it beside the figure, mends and submits again.
    await page.goto(at)
    await page.locator('td.wrong', { hasText: '与走访记录不符' }).first().waitFor()
    await walk.shot('returned', page)
    await safetyApi.post(`/selfreport/reports/${id}/compile`, { remark: `已核对 ${stamp}` })
    await signOnThePhone(walk, at)
    await safetyApi.post(`/selfreport/reports/${id}/submit`, {})
    await county.goto(at)
    await county.getByRole('button', { name: '接收', exact: true }).click()
    await county.getByRole('dialog').getByRole('button', { name: '接收', exact: true }).click()
    await county.getByText('已接收').first().waitFor()
  }
  await county.goto(at)
  await county.getByText('第 2 次').waitFor()
  for (const as of ['pdf', 'docx', 'xlsx']) {
    const file = await county.request.get(`/api/selfreport/reports/${id}/form?as=${as}`)
    assert.equal(file.status(), 200, as)
  }
  await county.goto('/reports/rates')
  await county.getByText('芝英镇').first().waitFor()
  await walk.shot('rates', county)
}
