// The county's officer works with the graded list: two filters, an order, a search, a view he keeps, a bulk urging with its report, an export.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { signIn } from './login.mjs'

async function counted(page) {
  await page.locator('[data-count]').waitFor()
  return Number((await page.locator('[data-count]').textContent()).replace(/\D/g, ''))
}

export default async function board({ page, password, shot }) {
  const name = `逾期红橙${String(Date.now()).slice(-6)}`
  await signIn(page, 'county', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/companies')
  const all = await counted(page)
  await shot('all')
  assert.ok(await fits(page), 'the list fits the window')

  // Two filters at once: the count is that of the list behind it.
  await page.goto('/companies?overdue=true&colour=1,2')
  const few = await counted(page)
  assert.ok(few > 0 && few < all, `${few} of ${all}`)
  const answer = await (await page.request.get('/api/oversight/companies?overdue=true&colour=1,2&limit=100&count=true')).json()
  assert.equal(answer.count, few)
  assert.ok(answer.items.every((one) => one.overdue > 0 && one.colour <= 2))
  if (few <= 100) assert.equal(answer.items.length, few)

  // A column turns the order round; within a county every column does.
  await page.getByRole('columnheader', { name: '企业名称' }).click()
  await page.waitForURL(/sort=name/)
  await page.locator('.el-table__row').first().waitFor()

  // The view is kept and comes back with its filters and order.
  await page.getByRole('button', { name: '保存视图' }).click()
  const dialog = page.getByRole('dialog', { name: '保存视图' })
  await dialog.locator('[data-field=name] input').fill(name)
  await dialog.getByRole('button', { name: '保存视图' }).click()
  await dialog.waitFor({ state: 'hidden' })

  // Two characters of a name are enough.
  await page.goto('/companies')
  await counted(page)
  const wanted = answer.items[0].name.slice(-12, -10) || answer.items[0].name.slice(2, 4)
  await page.getByLabel('企业名称').first().fill(wanted)
  await page.getByRole('button', { name: '查询' }).click()
  await page.waitForURL(/name=/)
  await page.locator('.el-table__row').first().waitFor()

  await page.getByRole('button', { name: '视图', exact: true }).click()
  await page.locator('.el-dropdown-menu__item:visible', { hasText: name }).locator('.name').click()
  await page.waitForURL((address) => address.searchParams.get('colour') === '1,2' && address.searchParams.get('overdue') === 'true' && (address.searchParams.get('sort') ?? '').startsWith('name'))
  await page.waitForFunction((n) => document.querySelector('[data-count]')?.textContent?.includes(` ${n} `), few)
  await shot('view')

  // All that the filter leaves are urged; the report says what became of each.
  await page.getByRole('button', { name: /批量操作/ }).click()
  const bulk = page.getByRole('dialog', { name: '批量操作' })
  await bulk.getByText('催改', { exact: false }).click()
  await bulk.getByRole('button', { name: '执行' }).click()
  const report = page.getByRole('dialog', { name: '执行结果' })
  await report.getByText(`共选 ${few} 家`, { exact: false }).waitFor()
  await report.locator('.el-table__row').first().waitFor()
  await shot('report')
  await report.getByRole('button', { name: '关闭' }).last().click()

  // What is filtered is written into a file.
  const [file] = await Promise.all([page.waitForEvent('download', { timeout: 20000 }), page.getByRole('button', { name: '导出' }).click()])
  assert.match(file.suggestedFilename(), /\.xlsx$/)
}
