// Check points and what a check record is: a point becomes explosive and gets its place, labels and a card are printed,
// a filled card is copied on the desk, the record is corrected, and both versions stay readable.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'

const stamp = String(Math.floor(Date.now() / 1000) % 1_000_000)

async function closed(page) {
  await page.waitForFunction(() => ![...document.querySelectorAll('[role=dialog][aria-modal=true]')].some((dialog) => dialog.checkVisibility({ visibilityProperty: true })))
}

/** Opens a choice by its field: the words shown in it lie above it. */
async function choose(page, box, option) {
  await box.click({ force: true })
  await page.getByRole('option', { name: option }).click()
}

/** 1. A point is added, made explosive, and told where it is. */
async function equips(page) {
  const name = `抛光工位 ${stamp}`
  await page.goto('/points')
  await page.getByRole('button', { name: '新增检查点' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('名称').fill(name)
  await dialog.getByLabel('位置').fill('抛光打磨车间三跨')
  const modules = dialog.getByRole('combobox').first()
  await choose(page, modules, /^GRD/)
  await dialog.getByLabel('名称').click() // of several the list stays open
  await page.getByRole('option', { name: /^GRD/ }).waitFor({ state: 'hidden' })
  await dialog.locator('.el-select').filter({ has: page.getByRole('combobox', { name: '爆炸危险区域' }) }).click()
  await page.getByRole('option', { name: '粉尘爆炸危险' }).click()
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.waitForURL(/\/points\/\d+$/)
  await closed(page)
  await page.getByRole('heading', { name }).getByText('粉尘爆炸危险').waitFor()
  await page.getByRole('button', { name: '设置定位' }).click()
  await dialog.getByLabel('经度').fill('120.040123')
  await dialog.getByLabel('纬度').fill('28.890456')
  await dialog.getByRole('button', { name: '保存' }).click()
  await closed(page)
  await page.getByText('120.040123, 28.890456').waitFor()
  return { name, id: page.url().split('/').at(-1) }
}

async function pdf(page, link) {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  assert.match(file.suggestedFilename(), /\.pdf$/)
}

/** 2. Its card is printed, and the labels of all explosive points on a sheet that was begun. */
async function prints(page, walk) {
  await pdf(page, page.getByRole('link', { name: '打印检查卡' }))
  await page.goto('/points?explosive=any')
  await page.getByRole('row').filter({ hasText: '1号喷漆室' }).getByText('涂装爆炸危险').waitFor()
  await page.getByRole('button', { name: '打印二维码' }).click()
  await choose(page, page.getByRole('combobox', { name: '标签纸' }), /^2×5/)
  await page.getByRole('img', { name: /1号喷漆室/ }).waitFor()
  await walk.shot('labels', page)
  await pdf(page, page.getByRole('link', { name: '下载标签 PDF' }))
}

/** Types a time until the picker, which may still be drawing itself, has taken it. */
async function typed(field, time) {
  for (let tries = 0; tries < 5; tries += 1) {
    await field.fill(time)
    await field.press('Enter')
    await field.press('Tab')
    if ((await field.inputValue()) === time) return
  }
  throw new Error(`the picker does not take ${time}`)
}

/** 3. The filled card is copied: one item failed. */
async function copies(page, point, walk) {
  await page.goto(`/checks/paper?pointId=${point.id}`)
  const items = page.locator('ol.answers > li')
  await items.first().waitFor()
  for (const [label, time] of [['开始时间', '08:05'], ['完成时间', '08:20']]) {
    const field = page.getByRole('combobox', { name: label }).or(page.getByLabel(label)).first()
    await typed(field, time)
  }
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(Date.now() - 86_400_000)
  const date = page.getByRole('combobox', { name: '检查日期' }).or(page.getByLabel('检查日期')).first()
  await date.fill(day)
  await date.press('Enter')
  await page.getByRole('button', { name: '其余合格' }).click()
  const limited = await items.evaluateAll((rows) => rows.map((row, n) => (row.querySelector('input[type=radio]:checked') ? -1 : n)).filter((n) => n >= 0))
  for (const n of limited) await items.nth(n).getByText('不涉及', { exact: true }).click()
  for (const n of limited) await items.nth(n).getByRole('textbox').last().fill('本工位无此设备')
  await items.first().getByText('不合格', { exact: true }).click()
  await items.first().getByRole('textbox').last().fill(`防护罩松动 ${stamp}`)
  await walk.shot('card', page)
  await page.getByRole('button', { name: '保存' }).click()
  await page.waitForURL(/\/checks\/\d{4}-\d{2}-\d{2}\/\d+$/)
  await page.getByRole('heading', { name: point.name }).getByText('纸质补录').waitFor()
  await page.getByText('爆炸危险区域，不要求定位').waitFor()
  return page.url()
}

/** 4. It is corrected; the list shows the new version, and both are read. */
async function corrects(page, point, first, walk) {
  await page.getByRole('button', { name: '更正' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('更正原因').fill('卡上写的是第二项不合格')
  const items = dialog.locator('ol.answers > li')
  await items.nth(0).getByText('合格', { exact: true }).click()
  await items.nth(1).getByText('不合格', { exact: true }).click()
  await items.nth(1).getByRole('textbox').last().fill(`砂轮缺口 ${stamp}`)
  await dialog.getByRole('button', { name: '更正' }).click()
  await page.waitForURL((address) => address.toString() !== first && /\/checks\/\d{4}-\d{2}-\d{2}\/\d+$/.test(address.pathname))
  await closed(page)
  await page.getByRole('heading', { name: point.name }).getByText('第 2 版').waitFor()
  await page.getByText('与第 1 版相比').waitFor()
  await page.getByText(`不合格 · 防护罩松动 ${stamp}`).first().waitFor()
  await walk.shot('versions', page)
  const second = page.url()
  await page.goto(first)
  await page.getByText('这一版已被更正').waitFor()
  await page.goto(`/checks?pointId=${point.id}`)
  await page.getByRole('row').filter({ hasText: point.name }).getByText('已更正').waitFor()
  assert.equal(await page.getByRole('row').filter({ hasText: point.name }).count(), 1, 'one check, its newest version')
  await page.goto(second)
  await pdf(page, page.getByRole('link', { name: '打印' }))
}

export default async function points(walk) {
  const { page } = await walk.actor()
  await signIn(page, 'safety', walk.password)
  await page.waitForURL((address) => address.pathname === '/')
  const point = await equips(page)
  await prints(page, walk)
  const first = await copies(page, point, walk)
  await corrects(page, point, first, walk)
  await page.goto(`/points/${point.id}`)
  await page.getByRole('button', { name: '停用' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '停用' }).click()
  await page.getByText('已停用').first().waitFor()
}
