// Hot work from request to closing check on the phone: a lapsed certificate is refused, readings and closing check are
// made without network and arrive once.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { rows, signedIn } from './desk-api.mjs'
import { enter, photo, pill } from './field.mjs'

/** Draws a signature and says it is done. */
async function sign(page) {
  const board = page.locator('.board canvas').first()
  await board.waitFor()
  await board.scrollIntoViewIfNeeded()
  const { x, y, width, height } = await board.boundingBox()
  await page.mouse.move(x + width * 0.15, y + height * 0.3)
  await page.mouse.down()
  for (let n = 1; n <= 24; n += 1) await page.mouse.move(x + width * (0.15 + 0.03 * n), y + height * (0.5 + 0.3 * Math.sin(n)))
  await page.mouse.up()
  await page.getByRole('button', { name: '签名并提交' }).click()
}

async function pick(page, button, name) {
  await page.getByRole('button', { name: button }).click()
  await page.locator('input[name=person]').fill(name)
  await page.locator('button.one:visible').filter({ hasText: name }).first().click()
  await page.locator('.line').filter({ hasText: name }).first().waitFor()
}

/** Passes every item on the page. */
async function passAll(page) {
  await page.locator('section.item').first().waitFor()
  for (const item of await page.locator('section.item').all()) await item.getByRole('button', { name: '合格', exact: true }).click()
}

async function gas(page, key, value) {
  await page.locator(`[data-gas=${key}] input[name=measured]`).fill(value)
}

/** Asks for hot work: the welder with the lapsed card is shown red and blocks; allowed only by name. */
async function ask(page, people, place, shot) {
  await page.goto('/field/permits')
  await page.locator('[data-kind=hot_work]').click()
  await page.locator('input[name=place]').fill(place)
  await page.locator('textarea[name=content]').fill('管道支架补焊')
  await page.getByRole('radio', { name: /二级动火/ }).click()
  await page.getByRole('radio', { name: '电焊' }).click()
  await pick(page, '添加作业人员', people.lapsed.name)
  await pick(page, '选择监护人', people.watcher.name)
  await page.getByText('没有有效的证件，不能作业').waitFor()
  const send = page.getByRole('button', { name: '提交申请' })
  assert.ok(await send.isDisabled(), 'a lapsed certificate blocks')
  await shot('lapsed', page)
  assert.ok(await fits(page), 'the request fits the phone')
  await page.getByText('由安全管理人员记名放行').click()
  await send.click()
  await page.getByRole('link', { name: '查看作业票' }).or(page.getByRole('button', { name: '查看作业票' })).click()
  await page.locator('.blocked').filter({ hasText: people.lapsed.name }).waitFor()
}

/** Puts somebody with a valid card in his place. */
async function amend(page, people) {
  await page.getByRole('button', { name: '修改申请' }).click()
  await page.getByRole('button', { name: `移除${people.lapsed.name}` }).click()
  await pick(page, '添加作业人员', people.welder.name)
  await page.getByRole('button', { name: '提交申请' }).click()
  await page.getByText('申请已提交').waitFor()
}

async function approve(page, number) {
  await page.goto('/field/')
  await page.locator(`[data-permit="${number}"]`).first().click()
  await page.getByRole('button', { name: '批准', exact: true }).click()
  await passAll(page)
  await page.getByText('我在作业现场').click()
  await page.getByRole('button', { name: '签名并批准' }).click()
  await sign(page)
  await page.getByText('已记录').waitFor()
}

async function begin(page, id, shot) {
  await page.goto(`/field/permits/${id}`)
  await page.getByRole('button', { name: '开工', exact: true }).click()
  await passAll(page)
  await gas(page, 'combustible', '0.9')
  await page.getByText('监护人').last().click()
  await page.getByRole('button', { name: '开工', exact: true }).click()
  await page.getByText('检测值超出允许范围，不能作业').waitFor()
  await gas(page, 'combustible', '0.1')
  await shot('start', page)
  await page.getByRole('button', { name: '开工', exact: true }).click()
  await page.getByText('已记录').waitFor()
  await page.getByRole('button', { name: '查看作业票' }).click()
  await page.getByText('作业中', { exact: true }).waitFor()
}

/** Readings and closing check in the cellar. */
async function end(page, context, shot) {
  await context.setOffline(true)
  await page.getByRole('button', { name: '检测', exact: true }).click()
  await gas(page, 'combustible', '0.1')
  await page.getByRole('button', { name: '检测', exact: true }).click()
  await page.getByText('已保存，等待上传').waitFor()
  await page.getByRole('button', { name: '查看作业票' }).click()
  await page.getByRole('button', { name: '完工验收', exact: true }).click()
  await passAll(page)
  await page.getByText('现场已清理').click()
  await page.locator('.take input[type=file]').setInputFiles(photo())
  await page.locator('.strip img').first().waitFor()
  await page.getByRole('button', { name: '签名并完工验收' }).click()
  await sign(page)
  await page.getByText('已保存，等待上传').waitFor()
  await page.getByRole('button', { name: '查看作业票' }).click()
  await page.getByText('等待上传：检测、完工验收').waitFor()
  await shot('waiting', page)
  await context.setOffline(false)
  await page.getByText('已完工验收').waitFor()
  await pill(page, '已同步')
}

export default async function permit({ page, context, base, password, actor, shot }) {
  const place = `2号厂房管廊 ${Date.now() % 100_000}`
  const api = await signedIn(base, 'leader', password)
  const found = await api.get('/permits/people?kind=hot_work')
  const people = {
    lapsed: found.find(({ cards }) => cards.some(({ kind, valid }) => kind === 'special_operation' && !valid) && cards.every(({ kind, valid }) => kind !== 'special_operation' || !valid)),
    welder: found.find(({ worker }) => worker),
  }
  const { membership: own } = await (await signedIn(base, 'safety', password)).get('/account/me')
  people.watcher = found.find(({ watcher, staffId }) => watcher && staffId !== people.welder?.staffId && staffId !== own.staffId)
  assert.ok(people.lapsed && people.welder && people.watcher, 'the demo has a lapsed welder, a valid one and a watcher')

  await enter(page, 'leader', password)
  await ask(page, people, place, shot)
  const [row] = (await rows(api, '/permits?kind=hot_work&live=true')).filter((one) => one.place === place)
  const boss = await actor()
  await enter(boss.page, 'safety', password, `/field/permits/${row.id}`)
  await boss.page.locator('.blocked').filter({ hasText: people.lapsed.name }).waitFor()
  assert.equal(await boss.page.getByRole('button', { name: '批准', exact: true }).and(boss.page.locator(':enabled')).count(), 0, 'nobody approves a lapsed certificate')
  await amend(page, people)
  await approve(boss.page, row.number)
  await begin(page, row.id, shot)
  await end(page, context, shot)

  const closed = await api.get(`/permits/${row.id}`)
  assert.equal(closed.state, 'closed')
  for (const event of ['start', 'read', 'close']) assert.equal(closed.steps.filter((step) => step.event === event && !step.problem).length, 1, `${event} once`)
}
