// The county opens a company's dossier, opens a light down to its rows, names who answers and registers a penalty;
// the company sees the view and the penalty.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'

async function desk({ actor, password }, login) {
  const { page } = await actor()
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

export default async function dossier(walk) {
  const county = await desk(walk, 'county')
  const safety = await desk(walk, 'safety')
  const membership = (await (await safety.request.get('/api/account/me')).json()).membership
  const id = membership.companyId

  await county.goto(`/companies/${id}`)
  await county.locator('[data-light=rescue]').click()
  const rows = county.getByRole('dialog', { name: '救援到位' })
  await rows.getByRole('heading', { name: /应急演练/ }).waitFor()
  await county.keyboard.press('Escape')
  await county.getByRole('button', { name: /隐患排查治理/ }).click()
  await county.getByRole('heading', { name: /未销号隐患/ }).waitFor()

  await county.getByRole('button', { name: /监督检查与执法/ }).click()
  await county.getByRole('heading', { name: /检查记录/ }).waitFor()

  for (const [kind, name] of Object.entries({ territory: '周永明', company: '程安川' })) {
    await county.locator(`[data-kind=${kind}] button`).click()
    const dialog = county.getByRole('dialog', { name: /指定责任人/ })
    await dialog.locator('input[name=responsible]').fill(name)
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await county.locator(`[data-kind=${kind}]`).getByText(name).waitFor()
  }

  const number = `（永）应急罚〔测试〕${Date.now() % 100000}号`
  const made = await county.request.post('/api/penalties', {
    headers: { 'X-Requested-With': 'anbiao', 'Idempotency-Key': crypto.randomUUID() },
    data: { companyId: id, number, body: '永康市应急管理局', subject: 'enterprise', act: '未采取措施消除事故隐患', article: '安全生产法第一百零二条', kinds: ['fine'], amountFen: 2000000, decidedOn: '2026-01-05' },
  })
  assert.equal(made.status(), 201)

  await safety.goto('/penalties')
  await safety.getByText(number).first().waitFor()
  await safety.goto('/standing')
  await safety.getByText('永康市应急管理局').first().waitFor()
  await safety.goto('/in-place')
  await safety.locator('[data-kind=territory]').getByText('周永明').waitFor()
}
