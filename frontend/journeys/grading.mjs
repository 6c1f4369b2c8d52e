// A whole life of a level: a small company applies, its county accepts and sends a review agency, which is let in, scores and
// reports; the company mends what was found and the agency checks it; anybody objects to the result and the county verifies that.
// Where days must pass, it goes on with another company's application whose days of publicity are over: the city announces the
// level, everybody can verify it, and the city revokes it.
import assert from 'node:assert/strict'
import { signedIn } from './desk-api.mjs'
import { signIn } from './login.mjs'

const step = (api, id, path, body = {}) => api.post(`/grading/applications/${id}/${path}`, body)

/** A picture as a file of the company, brought by somebody signed in. */
async function upload(base, login, password, fields = {}) {
  const headers = { 'X-Requested-With': 'anbiao' }
  const opened = await fetch(`${base}/api/account/sessions`, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password }) })
  const cookie = opened.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
  const form = new FormData()
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  form.append('file', new Blob([png], { type: 'image/png' }), 'site.png')
  form.append('clientId', crypto.randomUUID())
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  const answer = await fetch(`${base}/api/attachment/files`, { method: 'POST', headers: { ...headers, cookie }, body: form })
  assert.ok(answer.ok, `upload by ${login}: ${answer.status} ${answer.ok ? '' : await answer.text()}`)
  return (await answer.json()).id
}

/** Answers all items of the review and signs it. */
async function score(base, password, evaluation) {
  const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'anbiao' }
  const opened = await fetch(`${base}/api/account/sessions`, { method: 'POST', headers, body: JSON.stringify({ login: 'reviewer', password }) })
  const cookie = opened.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
  const ask = async (method, path, body) => {
    const answer = await fetch(`${base}/api/standardization/evaluations/${evaluation}${path}`, { method, headers: { ...headers, cookie }, ...(body ? { body: JSON.stringify(body) } : {}) })
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${answer.ok ? '' : await answer.text()}`)
    return answer.json()
  }
  const sheet = await ask('GET', '')
  const items = sheet.elements.flatMap((one) => one.subs.flatMap((sub) => sub.items))
  for (let n = 0; n < items.length; n += 8) await Promise.all(items.slice(n, n + 8).map((item) => ask('PUT', `/items/${item.code}`, { state: 'scored', version: item.version })))
  await ask('POST', '/finish', { conclusion: '达到小微达标要求' })
}

async function apply(page, base, password, shot) {
  await signIn(page, 'micro', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/gradings/new')
  await page.getByText('选择申请等级').waitFor()
  await shot('start')
  await page.getByRole('button', { name: '生成申请' }).click()
  await page.waitForURL(/\/gradings\/\d+/)
  const id = /gradings\/(\d+)/.exec(page.url())[1]
  const company = await signedIn(base, 'micro', password)
  const draft = await company.get(`/grading/applications/${id}`)
  await step(company, id, 'conditions', { items: draft.conditions.filter((one) => !['ok', 'not_ok'].includes(one.standing)).map((one) => ({ code: one.code, ok: true, note: '已核对' })) })
  await step(company, id, 'sign', { signature: await upload(base, 'micro', password) })
  await page.reload()
  await page.getByRole('button', { name: '提交申请' }).click()
  await page.locator('.el-dialog:visible').getByRole('button', { name: '提交申请' }).click()
  await page.getByText('已提交，待受理').first().waitFor()
  await shot('handed in')
  return { id, company }
}

async function review(page, base, password, shot, id) {
  const county = await signedIn(base, 'county', password)
  await step(county, id, 'accept', { note: '材料齐全' })
  await step(county, id, 'confirm')
  const { items } = await county.get(`/grading/applications/${id}/agencies`)
  const free = items.find((one) => one.why === '')
  assert.ok(free, 'a review agency is free of interests')
  const { today } = await county.get(`/grading/applications/${id}`)
  const until = new Date(Date.parse(today) + 10 * 86_400_000).toISOString().slice(0, 10)
  await step(county, id, 'assign', { agency: free.id, from: today, until, team: [{ name: '江思平', leads: true }] })
  await signIn(page, 'reviewer', password)
  await page.getByText('指派给本单位的评审').waitFor()
  await shot('reviewer home')
  await page.goto(`/gradings/${id}`)
  await page.getByRole('button', { name: '作出回避声明' }).click()
  await page.locator('.el-dialog:visible').getByRole('button', { name: '作出回避声明' }).click()
  await page.getByRole('button', { name: '开始评审打分' }).click()
  await page.locator('.el-dialog:visible').getByRole('button', { name: '开始评审打分' }).click()
  await page.getByText('评审打分中').waitFor()
  const reviewer = await signedIn(base, 'reviewer', password)
  const one = await reviewer.get(`/grading/applications/${id}`)
  await score(base, password, one.reviewId)
  const minutes = await upload(base, 'reviewer', password, { companyId: one.companyId })
  await step(reviewer, id, 'report', { passed: true, conclusion: '达到小微达标要求', issues: [{ what: '灭火器月检记录缺一个月' }], files: [minutes] })
  const seen = await reviewer.get('/grading/applications')
  assert.ok(!seen.items.some((row) => row.id === id), 'the agency sees nothing once it has reported')
  return { county, reviewer }
}

async function mend(base, password, id, company, reviewer) {
  const found = await company.get(`/grading/applications/${id}`)
  assert.equal(found.state, 'rectifying')
  for (const issue of found.issues) await step(company, id, 'mend', { issue: issue.id, measure: '已补齐记录', files: [await upload(base, 'micro', password)] })
  await step(company, id, 'check', { note: '全部整改完成' })
  for (let n = 0; n < 60; n++) { // the job runner lets the team in again
    const rows = await reviewer.get('/grading/applications')
    if (rows.items.some((row) => row.id === id)) break
    await new Promise((done) => setTimeout(done, 250))
  }
  await step(reviewer, id, 'checked', { opinion: '整改到位', issues: found.issues.map((one) => ({ issue: one.id, passed: true })) })
}

export default async function grading({ page, base, password, shot, actor }) {
  const { id, company } = await apply(page, base, password, shot)
  const agency = (await actor()).page
  const { county, reviewer } = await review(agency, base, password, shot, id)
  await mend(base, password, id, company, reviewer)
  await step(county, id, 'publicize', { medium: '应急管理局门户网站' })

  const anybody = (await actor()).page
  const { area, companyName } = await county.get(`/grading/applications/${id}`)
  await anybody.goto(`/publicity/${area}`)
  const row = anybody.locator('li', { hasText: companyName })
  await row.getByRole('button', { name: '提出异议' }).click()
  await anybody.locator('.el-dialog:visible textarea').fill('请核实夜间作业情况')
  await anybody.locator('.el-dialog:visible').getByRole('button', { name: '提出异议' }).click()
  await anybody.getByText('定级部门将核实').waitFor()
  const objected = await county.get(`/grading/applications/${id}`)
  assert.equal(objected.state, 'objection')
  await step(county, id, 'verify', { objection: objected.protests[0].id, upheld: false, finding: '现场核实，情况不属实' })

  const other = await signedIn(base, 'other-safety', password)
  const waiting = (await other.get('/grading/applications?stage=public')).items[0]
  const desk = (await actor()).page
  await signIn(desk, 'city', password)
  await desk.waitForURL((address) => address.pathname === '/')
  await desk.goto(`/gradings/${waiting.id}`)
  await desk.getByRole('button', { name: '公告', exact: true }).click()
  await desk.locator('.el-dialog:visible [data-field=noticeNo] input').fill('金应急公告〔2026〕8号')
  await desk.locator('.el-dialog:visible').getByRole('button', { name: '公告', exact: true }).click()
  await desk.getByText('已公告').first().waitFor()
  await shot('announced')
  const city = await signedIn(base, 'city', password)
  const award = (await city.get(`/award/awards?companyId=${waiting.companyId}`)).items[0]
  assert.ok(award.certificateNo, 'the certificate has a number')
  const rules = await city.get('/award/rules')
  await city.post(`/award/awards/${award.id}/revocation`, { reasons: [rules.reasons[0].key], note: '发生生产安全死亡事故' })
  await other.post(`/award/awards/${award.id}/statement`, { waived: true })
  await city.post(`/award/awards/${award.id}/decision`, { revoke: true, opinion: '事实清楚，予以撤销' })
  const ended = await city.get(`/award/awards/${award.id}`)
  assert.equal(ended.state, 'revoked')
}
