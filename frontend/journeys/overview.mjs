// A leader goes from the city to one overdue hazard of one company, in five clicks at most.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'

export default async function overview(walk) {
  const { page } = await walk.actor()
  await signIn(page, 'city', walk.password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/overview')
  const table = page.locator('.el-table').first()
  await table.getByText('永康市').waitFor()
  let clicks = 0
  const click = async (target) => {
    clicks += 1
    await target.click()
  }
  await walk.shot('overview', page)
  await click(table.getByRole('button', { name: '永康市' }))
  const town = page.locator('.el-table__row', { hasText: '芝英镇' })
  await town.waitFor()
  const shown = Number(await town.locator('a[href*="overdue=true"]').innerText())
  assert.ok(shown > 0, 'the town has companies with something overdue')
  await click(town.locator('a[href*="overdue=true"]'))
  await page.waitForURL((address) => address.pathname === '/companies' && address.searchParams.get('overdue') === 'true')
  const firm = page.locator('.el-table__row').first()
  await firm.waitFor()
  await click(firm.locator('td').nth(1))
  await page.waitForURL(/\/companies\/\d+$/)
  await click(page.locator('[data-count=overdue]'))
  await page.waitForURL((address) => address.pathname === '/hazards' && address.searchParams.get('overdue') === 'true')
  const late = page.locator('.el-table__row:has(.danger)').first()
  await late.waitFor()
  await click(late.locator('td').nth(1))
  await page.waitForURL(/\/hazards\/\d+/)
  assert.ok(clicks <= 5, `${clicks} clicks`)

  // The map shows the same, and says that it is schematic.
  await page.goto('/overview?division=330784&view=map')
  await page.getByText('示意图').waitFor()
  await page.locator('canvas').waitFor()
  await walk.shot('overview-map', page)
  await page.goto('/overview?division=330784&view=industry')
  await page.locator('.el-table').getByText('制造业').waitFor()
  await walk.shot('overview-industry', page)
  await page.goto('/overview?division=330784&view=bars')
  await page.locator('canvas').waitFor()
}
