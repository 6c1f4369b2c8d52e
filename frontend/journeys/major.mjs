// A major hazard from its finding to its delisting: graded and reported, its plan signed by the principal, listed by the county,
// the notice received, progress reported, fixed, evaluated, reviewed by two officers, delisted, and on the list anybody may read.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { fits } from './browser.mjs'
import { signIn } from './login.mjs'

const dayOf = (ahead) => new Date(Date.now() + 8 * 3600e3 + ahead * 86400e3).toISOString().slice(0, 10)

/** Somebody at his own browser, who may also ask the API as the page would. */
async function desk({ actor, password }, login) {
  const { page } = await actor()
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  const headers = { 'X-Requested-With': 'anbiao', 'Accept-Language': 'zh-CN' }
  const answer = async (asked) => {
    const got = await asked
    assert.ok(got.ok(), `${login} ${got.url()}: ${got.status()} ${got.ok() ? '' : await got.text()}`)
    return got.json()
  }
  return {
    page,
    get: (path) => answer(page.request.get(`/api${path}`, { headers })),
    post: (path, data = {}) => answer(page.request.post(`/api${path}`, { headers, data })),
    /** A picture of what the page shows, as evidence; a regulator says of which company. */
    async picture(companyId) {
      const buffer = await page.screenshot()
      const multipart = { file: { name: 'site.png', mimeType: 'image/png', buffer }, clientId: randomUUID(), ...(companyId ? { companyId } : {}) }
      return (await answer(page.request.post('/api/attachment/files', { headers, multipart }))).id
    },
  }
}

async function sign(page, within) {
  const board = within.locator('canvas').first()
  await board.scrollIntoViewIfNeeded()
  const { x, y, width, height } = await board.boundingBox()
  await page.mouse.move(x + width * 0.15, y + height * 0.3)
  await page.mouse.down()
  for (let n = 1; n <= 16; n += 1) await page.mouse.move(x + width * (0.15 + 0.04 * n), y + height * (0.5 + 0.3 * Math.sin(n)))
  await page.mouse.up()
}

/** Presses a button of the page's head, fills the dialog it opens and sends it. */
async function deed(page, name, fill = async () => undefined) {
  await page.locator('.page-head').getByRole('button', { name, exact: true }).click()
  const dialog = page.getByRole('dialog').filter({ hasText: name }).last()
  await dialog.waitFor()
  await fill(dialog)
  await dialog.getByRole('button', { name, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

const write = (dialog, field, text) => dialog.locator(`[data-field="${field}"] input, [data-field="${field}"] textarea`).first().fill(text)

/** Found, graded as major, assigned; the principal signs the plan on the page. */
async function planned(walk, safety, principal, director) {
  const text = `除尘系统未设泄爆装置 ${Date.now() % 1_000_000}`
  const { id } = await safety.post('/hazard/hazards', { place: '抛光车间', description: text, photos: [await safety.picture()] })
  await safety.post(`/hazard/hazards/${id}/grade`, { level: 'major', category: 'B02', reason: '工贸企业重大事故隐患判定标准第十一条' })
  const { membership } = await director.get('/account/me')
  await safety.post(`/hazard/hazards/${id}/assign`, { ownerId: membership.staffId, deadline: dayOf(60), measures: '加装泄爆片和隔爆阀', goal: '符合粉尘防爆要求', contingency: '停用除尘系统，专人监护', fundsFen: 1_800_000 })
  await safety.post(`/hazard/majors/${id}/plan`, {
    goals: '消除爆炸风险', methods: '加装泄爆片和隔爆阀', funds: '1.8 万元', organisation: '设备科', time: '30 天', safety: '停用并监护', finishOn: dayOf(30), fundsFen: 1_800_000,
    lights: { responsibility: true, measures: true, funds: true, time: true, contingency: true },
  })
  const { page } = principal
  await page.goto(`/hazards/majors/${id}`)
  await deed(page, '签署方案', async (dialog) => {
    await sign(page, dialog)
    await dialog.getByText('我已阅读', { exact: false }).click()
  })
  await walk.shot('plan', page)
  return { id, text }
}

/** The county lists it from the hazard's page and hands over the notice; the principal signs for it. */
async function listed(walk, county, principal, id) {
  const { page } = county
  await page.goto(`/hazards/majors/${id}`)
  await page.getByRole('button', { name: '挂牌督办', exact: true }).click()
  const dialog = page.getByRole('dialog').last()
  await write(dialog, 'prefix', '永应急挂督')
  await write(dialog, 'gov', '永康市人民政府')
  await write(dialog, 'dept', '永康市应急管理局')
  await write(dialog, 'signatory', '陈国强')
  await write(dialog, 'requirement', '停用除尘系统，按方案限期治理')
  await walk.shot('order', page)
  await dialog.getByRole('button', { name: '挂牌督办', exact: true }).click()
  await page.waitForURL(/\/listings\/\d+$/)
  await deed(page, '登记送达')
  await deed(page, '登记公布', (form) => write(form, 'medium', '市应急管理局门户网站'))
  const address = new URL(page.url()).pathname
  await principal.page.goto(address)
  await deed(principal.page, '签收通知书', (form) => sign(principal.page, form))
  await walk.shot('received', principal.page)
  return address.split('/').at(-1)
}

/** The company works and asks for acceptance; two officers review the site. */
async function mended(walk, { safety, director, county }, id, listing) {
  await safety.page.goto(`/listings/${listing}`)
  await deed(safety.page, '报治理方案')
  await director.post(`/hazard/hazards/${id}/start`)
  await deed(safety.page, '报进展', async (form) => {
    await form.locator('[data-field=doneShare] input').fill('80')
    await write(form, 'spentFen', '12000')
    await write(form, 'note', '泄爆片和隔爆阀已安装，正在调试')
  })
  await director.post(`/hazard/hazards/${id}/fix`, { note: '泄爆片和隔爆阀已安装并调试合格', photos: [await director.picture()] })
  await safety.post(`/hazard/majors/${id}/evaluate`, { by: 'own', evaluators: ['徐工'], note: '治理到位，自评合格', report: [await safety.picture()] })
  await safety.post(`/hazard/majors/${id}/ask-review`, { note: '申请核查' })
  await safety.page.reload()
  await deed(safety.page, '申请验收')
  await walk.shot('asked', safety.page)
  const { companyId } = await county.get(`/listing/listings/${listing}`)
  await county.post(`/hazard/hazards/${id}/review`, { passed: true, note: '现场核查合格', minutes: '现场查看泄爆片、隔爆阀，资料齐全', second: { name: '徐志明', number: '33078400123' }, photos: [await county.picture(companyId)] })
}

export default async function major(walk) {
  const [safety, principal, director, county] = await Promise.all(['safety', 'principal', 'director', 'county'].map((login) => desk(walk, login)))
  const { id, text } = await planned(walk, safety, principal, director)
  const listing = await listed(walk, county, principal, id)
  await mended(walk, { safety, director, county }, id, listing)
  await county.post(`/listing/listings/${listing}/acceptance-answer`, { passed: true, opinion: '验收合格，同意摘牌', officers: ['钱立新', '徐志明'] })
  const { page } = county
  await page.goto(`/listings/${listing}`)
  await deed(page, '摘牌')
  await deed(page, '公布结果', (form) => write(form, 'medium', '市应急管理局门户网站'))
  await page.getByText('已摘牌并公布').first().waitFor()
  await walk.shot('delisted', page)
  await page.goto('/listings?stage=public')
  await page.getByText(text).first().waitFor()
  await walk.shot('list', page)

  const { page: anybody } = await walk.actor()
  await anybody.goto('/listed/330784')
  const row = anybody.getByRole('listitem').filter({ hasText: text })
  await row.getByText('已摘牌', { exact: true }).waitFor()
  assert.ok(await fits(anybody), 'the publication list fits the window')
  await walk.shot('public', anybody)
  const paper = await page.request.get(`/api/listing/listings/${listing}/papers/notice`)
  assert.equal((await paper.body()).subarray(0, 4).toString(), '%PDF')
  const { hazard } = await safety.get(`/hazard/majors/${id}`)
  assert.equal(hazard.state, 'cancelled')
}
