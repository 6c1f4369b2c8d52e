// The company's own standard: an item gets a limit and becomes a must-photo item, an own item is added, one is
// put aside with a reason, the draft outlives a reload, the summary says what changes, the new version is
// published, compared with the last, downloaded as PDF and Excel; a regulator reads it and changes nothing.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { fits } from './browser.mjs'
import { signIn } from './login.mjs'

const drawer = (page) => page.locator('.el-drawer:visible')

/** Opens an item of the list by its code. */
async function open(page, code) {
  await page.getByPlaceholder('查找编号或内容').fill(code)
  await page.locator('.asks tr', { hasText: code }).getByRole('button', { name: '设置' }).click()
  await drawer(page).waitFor()
}

async function closed(page) {
  await drawer(page).waitFor({ state: 'hidden' })
}

async function setsALimit(page, shot) {
  await open(page, 'CAN-03')
  const pane = drawer(page)
  await pane.getByText(/标准库建议限值/).waitFor()
  await pane.getByRole('button', { name: '采用' }).click()
  assert.equal(await pane.locator('input[name=limit-max]').inputValue(), '2')
  await pane.getByText('每次必拍').click()
  await pane.locator('input[name=limit-min]').fill('9')
  await pane.getByText('下限不能大于上限').waitFor()
  assert.ok(await pane.getByRole('button', { name: '确定' }).isDisabled(), 'a limit upside down is not taken')
  await pane.locator('input[name=limit-min]').fill('')
  await shot('item')
  await pane.getByRole('button', { name: '确定' }).click()
  await closed(page)
}

async function keepsTheLaw(page) {
  await open(page, 'EDU-03')
  const pane = drawer(page)
  await pane.getByText(/内容和等级不能改/).waitFor()
  assert.equal(await pane.getByRole('button', { name: '停用' }).count(), 0, 'a major item is not put aside')
  assert.ok(await pane.getByRole('radio', { name: '不拍' }).isDisabled(), 'nor left without a photo')
  await page.keyboard.press('Escape')
  await closed(page)
}

async function addsAnOwnItem(page) {
  await page.getByRole('button', { name: '新增一项' }).click()
  const pane = drawer(page)
  await pane.locator('textarea[name=requirement]').fill('留样冰箱温度在规定范围内，留样满 48 小时')
  await pane.locator('input[name=group]').fill('食堂食品')
  await pane.locator('input[name=limit-what]').fill('留样温度')
  await pane.locator('input[name=limit-min]').fill('0')
  await pane.locator('input[name=limit-max]').fill('8')
  await pane.locator('input[name=limit-unit]').fill('℃')
  await pane.getByRole('button', { name: '确定' }).click()
  await closed(page)
}

async function putsAside(page) {
  await open(page, 'CAN-09')
  await drawer(page).getByRole('button', { name: '停用' }).click()
  const box = page.locator('.el-message-box')
  await box.locator('textarea').fill('供气由园区统一签订合同')
  await box.getByRole('button', { name: '停用' }).click()
  await closed(page)
}

async function publishes(page, shot) {
  await page.reload()
  await page.getByText('已修改 3 项').waitFor()
  await page.getByRole('button', { name: '撤销上一步' }).waitFor()
  await page.locator('.el-checkbox-button', { hasText: '有改动' }).click()
  await page.getByText('供气由园区统一签订合同').waitFor()
  assert.ok(await fits(page), 'the list scrolls inside the page')
  await shot('draft')
  await page.getByRole('button', { name: '核对并发布' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('[data-code=CAN-03]').getByText(/≤2m/).waitFor()
  await dialog.locator('[data-code=CAN-09]').getByText('供气由园区统一签订合同').waitFor()
  await dialog.getByText('留样冰箱温度在规定范围内').waitFor()
  await shot('summary')
  await dialog.getByRole('button', { name: '发布新版本' }).click()
  await page.getByText(/已发布第 \d+ 版/).waitFor()
}

async function readsTheDifference(page, shot) {
  await page.waitForURL(/\/standard$/)
  await page.getByRole('button', { name: '历史版本' }).click()
  await drawer(page).getByRole('link', { name: '版本对比' }).first().click()
  await page.locator('[data-code=CAN-09]').getByText('供气由园区统一签订合同').waitFor()
  await shot('difference')
}

async function downloads(page) {
  await page.goto('/standard')
  for (const [kind, magic] of [['pdf', '%PDF'], ['xlsx', 'PK']]) {
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-file=${kind}]`).click()])
    assert.match(file.suggestedFilename(), new RegExp(`安全生产自查标准 V\\d+\\.${kind}$`))
    const bytes = fs.readFileSync(await file.path())
    assert.equal(bytes.subarray(0, magic.length).toString(), magic)
    assert.ok(bytes.length > 20_000, `${kind} holds the standard`)
  }
}

/** A regulator reads the standard of a company, and finds no button that would change it. */
async function isRead({ actor, password, companyId, shot }) {
  const { page } = await actor()
  await signIn(page, 'county', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto(`/standard?companyId=${companyId}`)
  await page.getByText('版本对比').waitFor()
  assert.equal(await page.getByRole('button', { name: '调整标准' }).count(), 0)
  await page.locator('.el-collapse-item__header', { hasText: '食堂燃气' }).click()
  await page.getByText(/≤2m/).waitFor()
  await shot('regulator', page)
  await page.goto(`/standard/edit?companyId=${companyId}`)
  await page.getByText(/没有权限|无权/).first().waitFor()
}

export default async function standard({ page, password, shot, actor }) {
  await signIn(page, 'safety', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/standard/edit')
  await page.getByText(/在第 \d+ 版基础上修改/).waitFor()
  await setsALimit(page, shot)
  await keepsTheLaw(page)
  await addsAnOwnItem(page)
  await putsAside(page)
  await publishes(page, shot)
  await readsTheDifference(page, shot)
  await downloads(page)
  const { companyId } = await page.evaluate(async () => (await fetch('/api/checklist/standard')).json())
  await isRead({ actor, password, companyId, shot })
}
