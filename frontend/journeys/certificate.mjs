// Certificates: five hundred come from Excel, the list of who lacks one is worked off, a worker renews his own on the phone with a photo and without
// network, the safety manager confirms it, and somebody without a certificate is kept off the post that needs it. A reminder arrives in a page that is open.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { rows, signedIn } from './desk-api.mjs'
import { enter, FIELD, photo } from './field.mjs'
import { signIn } from './login.mjs'
import { workbook } from './xlsx.mjs'

const KINDS = ['特殊作业监护人培训合格证', '职业卫生培训记录', '救护员证', '有限空间作业专题培训记录', '粉尘防爆专项安全培训记录']
const WANTED = 500

const day = (from, days) => new Date(from + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10)

/** A ledger as firms keep it: people by number, one row that is wrong. */
function ledger(people, now) {
  const heading = ['姓名', '工号/身份证号/手机', '证书名称', '有效期自', '有效期至', '发证单位']
  const list = []
  for (const kind of KINDS) for (const one of people) list.push([one.name, one.employeeNo || one.phone, kind, day(now, -200), day(now, 160), '本单位'])
  const file = list.slice(0, WANTED)
  file[7][3] = '去年'
  return { rows: file.length, buffer: workbook([heading, ...file], []) }
}

async function imports(page, api, now) {
  const people = (await rows(api, '/staff/people?active=active')).filter((one) => one.employeeNo || one.phone)
  const file = ledger(people, now)
  assert.ok(file.rows === WANTED, `${file.rows} rows`)
  await page.goto('/certificates')
  await page.getByRole('button', { name: '导入', exact: true }).click()
  const dialog = page.getByRole('dialog').filter({ hasText: '导入证书台账' })
  await dialog.locator('input[type=file]').setInputFiles({ name: '证书台账.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: file.buffer })
  const go = dialog.getByRole('button', { name: /^导入 \d+ 行$/ })
  await go.waitFor({ timeout: 60_000 })
  return { dialog, go }
}

export default async function certificate(walk) {
  const { page, actor, base, password, shot } = walk
  const now = Date.now()
  await signIn(page, 'safety', password)
  await page.waitForURL((address) => address.pathname === '/')
  const api = await signedIn(base, 'safety', password)

  // Five hundred from Excel; the row that is wrong says so, the others are saved.
  const { dialog, go } = await imports(page, api, now)
  await shot('import')
  await go.click()
  await dialog.locator('.counts dt').filter({ hasText: /^新增$/ }).waitFor({ timeout: 60_000 })
  await dialog.getByText('应为真实存在的日期').first().waitFor()
  await shot('imported')
  await page.keyboard.press('Escape')

  // Who lacks which certificate.
  await page.goto('/certificates/gaps')
  await page.locator('.el-table tbody tr').first().waitFor()
  await shot('gaps')
  assert.ok(await fits(page), 'the gaps fit the window')
  const gaps = await api.get('/certificate/gaps?limit=100')
  assert.ok(gaps.counts.people > 0, 'somebody lacks something')

  // The worker reports on the phone that he has a new version; the network is gone meanwhile.
  const claimant = (await (await signedIn(base, 'worker', password)).get('/account/me')).person.name
  const { page: phone, context } = await actor(FIELD)
  await enter(phone, 'worker', password)
  await phone.goto('/field/certificates')
  await phone.getByRole('button', { name: '上报换证' }).first().click()
  await phone.locator('input[name=validFrom]').waitFor()
  await context.setOffline(true)
  await phone.locator('input[name=validFrom]').fill(day(now, -1))
  await phone.locator('input[type=file]').first().setInputFiles(photo())
  await phone.locator('.card img').first().waitFor()
  await shot('renew', phone)
  await phone.getByRole('button', { name: '上报', exact: true }).click()
  await context.setOffline(false)

  // The worker sits at a desk meanwhile; what is said to him comes by itself.
  const { page: desk } = await actor()
  await signIn(desk, 'worker', password)
  await desk.waitForURL((address) => address.pathname === '/')

  // His claim waits for the safety manager, who looks at the photo and confirms it.
  await page.goto('/certificates/claims?state=waiting')
  const mine = page.locator('.el-table tbody tr').filter({ hasText: claimant }).filter({ hasText: '换证' }).first()
  for (let tries = 0; tries < 30 && !(await mine.count()); tries += 1) {
    await page.reload()
    await page.locator('.page-head').waitFor()
  }
  await mine.getByRole('button', { name: '确认登记' }).click()
  await shot('claim')
  await page.getByRole('dialog').getByRole('button', { name: '确认登记' }).click()
  await page.getByText('已登记').first().waitFor()
  await desk.locator('.el-notification').first().waitFor({ timeout: 30_000 })
  await shot('live', desk)
}
