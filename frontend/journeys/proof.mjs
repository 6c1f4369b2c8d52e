// What makes records believable: a photo taken on the phone carries a code that anybody can verify, a changed file is
// told from the original, and a signal reaches the regulator only after the company had its time to explain.
import assert from 'node:assert/strict'
import { FIELD, answerAll, enter, openPoint, sent, submit } from './field.mjs'
import { DESKTOP, fits } from './browser.mjs'
import { signIn } from './login.mjs'

const run = (Math.floor(Date.now() / 1000) % 90_000) + 10_000

async function desk({ actor, password }, login, size = DESKTOP) {
  const { page } = await actor(size)
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

/** A check on the phone with a photo; answers the address of the check. */
async function checks(walk) {
  const { page, context } = await walk.actor(FIELD)
  await context.grantPermissions(['geolocation'])
  await context.setGeolocation({ latitude: 28.895102, longitude: 120.036451, accuracy: 12 })
  await enter(page, 'safety', walk.password)
  await openPoint(page, '0001')
  await answerAll(page, { 0: `防护罩松动 ${run}` })
  await submit(page)
  await sent(page)
  const { items } = await (await page.request.get('/api/inspection/checks?limit=5&failed=true')).json()
  return `/checks/${items[0].startedOn}/${items[0].id}`
}

/** The panel on the check page says what is known of the photo; answers its code and its files. */
async function readsTheProof(walk, safety, check) {
  await safety.goto(check)
  await safety.getByRole('button', { name: '照片凭证' }).first().click()
  const dialog = safety.getByRole('dialog')
  await dialog.getByText('真实', { exact: true }).waitFor()
  const code = await dialog.locator('a').filter({ hasText: /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/ }).first().textContent()
  await walk.shot('panel', safety)
  const original = await safety.request.get(await dialog.getByRole('link', { name: '下载原图' }).getAttribute('href'))
  const display = await safety.request.get((await dialog.getByRole('link', { name: '下载原图' }).getAttribute('href')).replace('size=original', 'size=display'))
  assert.equal(original.status(), 200)
  return { code: code.trim(), original: await original.body(), display: await display.body() }
}

/** Anybody types the code: genuine; the files as they are agree, one changed byte differs, nothing is uploaded. */
async function verifies(walk, proof) {
  const { page } = await walk.actor(FIELD)
  await page.goto('/verify')
  await page.getByLabel('验证码').fill(proof.code.replaceAll('-', '').toLowerCase())
  await page.getByRole('button', { name: '验证', exact: true }).click()
  await page.getByText('真实', { exact: true }).waitFor()
  await page.waitForURL(`**/verify/${proof.code}`)
  const text = await page.locator('main').textContent()
  assert.match(text, /1号|有限公司|厂/)
  assert.ok(await fits(page), 'the page fits a phone')
  const sentOut = []
  page.on('request', (request) => request.method() !== 'GET' && sentOut.push(request.url()))
  const choose = (buffer) => page.locator('input[type=file]').setInputFiles({ name: `photo-${run}.jpg`, mimeType: 'image/jpeg', buffer })
  await choose(proof.original)
  await page.getByText('与原图完全一致').waitFor()
  await choose(proof.display)
  await page.getByText('与系统显示的水印图完全一致').waitFor()
  await walk.shot('verify', page)
  const altered = Buffer.from(proof.original)
  altered[altered.length >> 1] ^= 1
  await choose(altered)
  await page.getByText('与原图、水印图都不一致').waitFor()
  assert.deepEqual(sentOut, [], 'the file stays in the browser')
  await page.getByLabel('验证码').fill('0000-0000-0000')
  await page.getByRole('button', { name: '验证', exact: true }).click()
  await page.getByText('没有这个验证码的照片').waitFor()
}

/** The company explains a signal; the regulator sees none whose term runs, explained or not. */
async function explains(walk, safety) {
  const raised = (await (await safety.request.get('/api/proof/signals?limit=100&open=true')).json()).items
  assert.ok(raised.length > 0, 'something is to be explained')
  const one = raised.find((row) => row.state === 'raised') ?? raised[0]
  await safety.goto('/')
  await safety.locator('main').getByText('真实性提示').first().waitFor()
  await safety.goto(`/signals/${one.id}`)
  await safety.getByText(one.says).first().waitFor()
  await safety.getByRole('button', { name: '说明情况' }).click()
  const dialog = safety.getByRole('dialog')
  await dialog.getByLabel('说明').first().fill(`先看现场，回办公室集中填写 ${run}`)
  await dialog.getByRole('button', { name: '说明情况' }).click()
  await safety.getByText(`先看现场，回办公室集中填写 ${run}`).waitFor()
  await walk.shot('explained', safety)
  return one
}

async function isSeenWhenDue(walk, one, company) {
  const county = await desk(walk, 'county')
  const { items } = await (await county.request.get(`/api/proof/signals?limit=100&companyId=${company}`)).json()
  assert.ok(items.length > 0, 'the county sees signals whose term has passed')
  assert.ok(items.every((row) => row.openedAt && row.state !== 'raised'), 'and no other')
  if (one.state === 'raised') assert.equal((await county.request.get(`/api/proof/signals/${one.id}`)).status(), 404, 'explained early, seen no earlier')
  await county.goto(`/companies/${company}`)
  await county.getByRole('heading', { name: /真实性提示/ }).waitFor()
  const due = items.find((row) => row.state === 'explained') ?? items[0]
  await county.goto(`/signals/${due.id}`)
  if (due.explanation) await county.getByText(due.explanation).first().waitFor()
  await county.getByRole('button', { name: '记录意见' }).click()
  await county.getByRole('dialog').getByRole('button', { name: '记录意见' }).click()
  await county.getByRole('dialog').waitFor({ state: 'hidden' })
  await county.locator('.line').getByText('已阅').first().waitFor()
  await walk.shot('county', county)
  const elsewhere = await desk(walk, 'other-county')
  assert.equal((await elsewhere.request.get(`/api/proof/signals/${due.id}`)).status(), 404)
}

export default async function proof(walk) {
  const check = await checks(walk)
  const safety = await desk(walk, 'safety')
  const found = await readsTheProof(walk, safety, check)
  await verifies(walk, found)
  const one = await explains(walk, safety)
  const me = await (await safety.request.get('/api/account/me')).json()
  await isSeenWhenDue(walk, one, me.membership.companyId)
}
