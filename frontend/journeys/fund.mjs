// The safety fund: reckoned before anything is saved, a month posted, an expense on a hazard with a photo of its voucher, its approval, plan against
// actual, the year on paper, and the same seen by the county.
import assert from 'node:assert/strict'
import { signedIn } from './desk-api.mjs'
import { fits } from './browser.mjs'
import { signIn } from './login.mjs'

// One grey point, as a photo.
const PHOTO = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64')

export default async function fund(walk) {
  const { actor, base, password } = walk
  const { page } = await actor()
  await signIn(page, 'finance', password)
  await page.waitForURL((address) => address.pathname === '/')

  // What is due, before anything is saved: 1,500,000,000 yuan of machinery.
  await page.goto('/fund/calculator')
  await page.getByLabel('行业和分类').click()
  await page.getByRole('option', { name: /机械制造/ }).click()
  await page.getByLabel(/上一年度营业收入/).fill('1500000000')
  await page.getByText('4,110,000.00').first().waitFor()
  await page.getByText('342,500.00').first().waitFor()
  await page.getByText('待核实').first().waitFor()
  await walk.shot('calculator', page)

  // The last month is opened for a correction and posted again, as it is shown.
  const books = await signedIn(base, 'finance', password)
  const before = await books.get(`/fund/years/${new Date().getFullYear()}`)
  const year = before.lastClosed.slice(0, 4)
  await page.goto(`/fund?year=${year}`)
  await page.getByRole('button', { name: new RegExp(`^${Number(before.lastClosed.slice(5))} ?月`) }).or(page.getByRole('link', { name: new RegExp(`^${Number(before.lastClosed.slice(5))} ?月`) })).first().click()
  await page.getByText('机械制造').last().waitFor()
  await walk.shot('working', page)
  await page.getByRole('button', { name: '重开', exact: true }).click()
  const why = page.getByRole('dialog').filter({ hasText: '重开' }).last()
  await why.getByLabel('原因').fill('补登一笔支出')
  await why.getByRole('button', { name: '重开', exact: true }).click()
  await page.getByText('已重开').first().waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '结账', exact: true }).last().click()
  const preview = page.getByRole('dialog').filter({ hasText: '结账预览' })
  await preview.getByText('4301 专项储备').first().waitFor()
  await walk.shot('preview', page)
  await preview.getByRole('button', { name: '结账', exact: true }).click()
  await preview.waitFor({ state: 'hidden' })
  const after = await books.get(`/fund/years/${year}`)
  assert.equal(after.lastClosed, before.lastClosed)
  assert.equal(after.accruedFen, before.accruedFen, 'posted once, and for the same amount')

  // The safety manager charges the mending of a hazard, with a photo of the invoice.
  const safety = (await actor()).page
  await signIn(safety, 'safety', password)
  await safety.waitForURL((address) => address.pathname === '/')
  const hazards = await signedIn(base, 'safety', password)
  const hazard = (await hazards.get('/hazard/hazards?limit=1&open=true')).items[0]
  await safety.goto(`/hazards/${hazard.id}`)
  await safety.getByRole('link', { name: '从安全费用列支' }).click()
  const form = safety.getByRole('dialog').filter({ hasText: '登记支出' })
  const invoice = `25330${Date.now()}`
  await form.getByLabel('列支金额（元）').fill('60,123.45')
  await form.getByLabel('收款单位').fill('永康市恒信防爆电器有限公司')
  await form.getByLabel('使用项目').click()
  await safety.getByRole('option', { name: /^1\. / }).first().click()
  await form.getByLabel('用途').fill('更换破损的防护装置')
  await form.getByLabel('发票号').fill(invoice)
  await form.locator('input[type=file]').setInputFiles([1, 2].map((n) => ({ name: `发票${n}.png`, mimeType: 'image/png', buffer: PHOTO })))
  await form.locator('.strip img, .strip .file').nth(1).waitFor()
  await walk.shot('expense', safety)
  await form.getByRole('button', { name: '提交审批' }).click()
  await form.waitFor({ state: 'hidden' })
  const mine = (await hazards.get(`/fund/tied/hazard/${hazard.id}`)).items.find((one) => one.amountFen === 6012345)
  assert.ok(mine, 'the expense is tied to the hazard')
  await safety.goto(`/fund/expenses/${mine.id}`)
  await safety.getByText('待审批').first().waitFor()
  assert.equal(await safety.getByRole('button', { name: /^批准/ }).count(), 0, 'nobody approves his own')

  // The principal sees what waits for him, the voucher beside it, and approves.
  const boss = (await actor()).page
  await signIn(boss, 'principal', password)
  await boss.waitForURL((address) => address.pathname === '/')
  await boss.goto(`/fund/expenses/${mine.id}`)
  await boss.getByRole('button', { name: /^批准/ }).click()
  await boss.getByText('已入账').first().waitFor()
  await boss.getByText('4301 专项储备').first().waitFor()
  await walk.shot('approved', boss)
  await safety.goto(`/hazards/${hazard.id}`)
  await safety.getByText(mine.number).waitFor()

  // Plan against actual, and the year on paper.
  await page.goto('/fund/plan')
  await page.getByRole('img', { name: /累计/ }).waitFor()
  await walk.shot('plan', page)
  await page.goto(`/fund/statement?year=${Number(year) - 1}`)
  await page.getByText('按使用项目').waitFor()
  const paper = await page.request.get(await page.getByRole('link', { name: '打印' }).getAttribute('href'))
  assert.equal(paper.headers()['content-type'], 'application/pdf')
  assert.equal((await paper.body()).subarray(0, 5).toString(), '%PDF-')
  const sheet = await page.request.get(await page.getByRole('link', { name: 'Excel' }).getAttribute('href'))
  assert.equal((await sheet.body()).subarray(0, 2).toString(), 'PK')
  await walk.shot('statement', page)
  assert.ok(await fits(page), 'the statement fits the window')

  // The county: sums by town, the companies with the lowest use rate first, one company's ledger to read, nothing to post.
  const county = (await actor()).page
  await signIn(county, 'county', password)
  await county.waitForURL((address) => address.pathname === '/')
  await county.goto('/fund/area')
  await county.locator('.el-table tbody tr').first().waitFor()
  await walk.shot('area', county)
  const listed = await (await county.request.get('/api/fund/area/companies?limit=100')).json()
  assert.ok(listed.items.length > 10, 'companies are listed')
  const rates = listed.items.filter((one) => one.dueFen > 0).map((one) => one.usedFen / one.dueFen)
  assert.deepEqual(rates.map((rate) => Math.floor(rate * 10_000)), rates.map((rate) => Math.floor(rate * 10_000)).sort((a, b) => a - b), 'the lowest first')
  await county.goto(`/fund?companyId=${listed.items[0].id}`)
  await county.getByText('全年应计提').waitFor()
  assert.equal(await county.getByRole('button', { name: '结账', exact: true }).count(), 0)
}
