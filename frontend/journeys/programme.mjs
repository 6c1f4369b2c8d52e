// A county compares its towns, prints the monthly form, opens the list behind a number, brings in a special register with one name to
// confirm; anybody searches the public page.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'
import { workbook } from './xlsx.mjs'

export default async function programme(walk) {
  const { actor, password } = walk
  const { page } = await actor()
  await signIn(page, 'county', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()

  await page.goto('/comparison')
  await page.locator('.rank tbody tr').first().waitFor()
  const ranks = (await page.locator('.rank tbody tr td:first-child').allTextContents()).map(Number).filter(Boolean)
  assert.ok(ranks.length > 3, 'towns are ranked')
  assert.deepEqual(ranks, [...ranks].sort((a, b) => a - b), 'in the order of their ranks')
  await walk.shot('comparison', page)

  await page.goto('/statistics')
  await page.getByText('月度', { exact: true }).click()
  await page.getByRole('heading', { name: /月度统计表/ }).waitFor()
  const paper = await page.request.get(await page.getByRole('link', { name: '预览打印' }).getAttribute('href'))
  assert.equal(paper.headers()['content-type'], 'application/pdf')
  assert.equal((await paper.body()).subarray(0, 5).toString(), '%PDF-')
  await page.getByRole('link', { name: 'PDF' }).first().waitFor() // last quarter's, as issued
  await walk.shot('form', page)

  await page.goto('/programmes')
  const card = page.locator('.cards li').filter({ hasText: '冲压作业达标' })
  const link = card.getByRole('link', { name: /未达标/ })
  const number = Number((await link.textContent()).match(/\d+/)[0])
  await link.click()
  await page.getByRole('heading', { name: '数字背后的企业' }).waitFor()
  const answer = await (await page.request.get(`/api/programme/programmes/${new URL(page.url()).pathname.split('/')[2]}/companies?achieved=no&limit=100`)).json()
  assert.ok(answer.items.length === Math.min(number, 100), `${number} on the card, ${answer.items.length} behind it`)

  const run = Date.now() % 1_000_000
  const firm = answer.items[0] ?? (await (await page.request.get('/api/oversight/companies?limit=1')).json()).items[0]
  const list = workbook([['专项名单类别', '名单名称', '企业名称', '备注'], ['粉尘涉爆企业', `名单${run}`, firm.name, '一'], ['粉尘涉爆企业', `名单${run}`, `查无此名${run}加工点`, '二']])
  await page.goto('/specials')
  await page.getByRole('button', { name: '导入名单' }).click()
  await page.setInputFiles('input[type=file]', { name: `名单${run}.xlsx`, mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: list })
  await page.getByText('名称相近').first().waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: '导入 2 行' }).click()
  await page.locator('.counts dt').filter({ hasText: /^新增$/ }).waitFor({ timeout: 60_000 })
  await page.keyboard.press('Escape')
  await page.goto('/specials?state=candidates')
  const row = page.getByRole('row', { name: new RegExp(`名单${run}`) })
  await row.getByRole('button', { name: '确认' }).click()
  await page.getByRole('button', { name: '就是这家' }).first().click()
  await row.waitFor({ state: 'detached' })
  const matched = await (await page.request.get(`/api/programme/specials?state=matched&name=${encodeURIComponent(firm.name)}`)).json()
  assert.ok(matched.items.some((one) => one.list === `名单${run}` && one.matchedHow === 'name'), 'confirmed by name')
  await walk.shot('specials', page)

  const anybody = (await actor()).page
  const open = await anybody.request.get('/api/programme/public/330784?limit=5')
  assert.match(open.headers()['cache-control'], /^public, max-age=/)
  const first = (await open.json()).levels[0]
  assert.equal((await anybody.request.get('/api/programme/public/330784?limit=5', { headers: { 'If-None-Match': open.headers().etag } })).status(), 304)
  await anybody.goto('/public/330784')
  await anybody.getByLabel('企业名称').fill(first.companyName.slice(3, 6))
  await anybody.getByRole('button', { name: '查询' }).click()
  await anybody.getByText(first.companyName).first().waitFor()
  await walk.shot('public', anybody)
}
