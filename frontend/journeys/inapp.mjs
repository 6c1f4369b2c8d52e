// WeChat on an iPhone: no service worker, so the page lives as long as it is open. It works from IndexedDB, says so, asks
// before it is loaded anew without network, shows the way to a real browser, and everything arrives once.
import assert from 'node:assert/strict'
import { rows, signedIn } from './desk-api.mjs'
import { enter, failItem, items, photo, pill, press, sent, submit } from './field.mjs'
import { equipped, pointOf } from './offline.mjs'

export const WECHAT = {
  serviceWorkers: 'block',
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49 NetType/4G Language/zh_CN',
}

// The network is never idle: the stream of messages stays open.
const fetched = (page) => page.waitForFunction(() => {
  const n = performance.getEntriesByType('resource').length
  if (globalThis.seenResources?.n !== n) globalThis.seenResources = { n, at: performance.now() }
  return performance.now() - globalThis.seenResources.at > 700
})

export default async function inapp({ page, context, base, password, shot }) {
  const api = await signedIn(base, 'safety', password)
  const point = await pointOf(api, 3, `应用内检查 ${Date.now() % 100_000}`)
  await enter(page, 'leader', password)
  await page.getByRole('alert').getByText('建议在浏览器打开').waitFor()
  await page.getByRole('button', { name: '在浏览器打开' }).click()
  await page.getByText('点右上角的“···”').waitFor()
  await shot('how')
  await page.getByRole('button', { name: '知道了' }).click()
  await equipped(page, point.publicId)
  await fetched(page) // pages not opened yet are fetched while there is network

  await context.setOffline(true)
  await page.getByRole('link', { name: '扫码检查' }).click()
  await page.fill('input[name=digits]', point.number)
  await page.getByRole('button', { name: '打开', exact: true }).click()
  await items(page).first().waitFor()
  await failItem(page, 0, '防护罩被拆下', photo())
  await page.getByRole('alert').getByText('请勿关闭本页面').waitFor()

  const asked = page.waitForEvent('dialog')
  await page.evaluate(() => setTimeout(() => location.reload(), 0))
  const dialog = await asked
  assert.equal(dialog.type(), 'beforeunload', 'without network the page asks before it is loaded anew')
  await dialog.dismiss()
  await items(page).nth(0).locator('img').first().waitFor()
  for (const n of [1, 2]) await press(page, n, '合格')
  await submit(page)
  await page.getByText('已保存，等待上传').waitFor()
  await page.getByRole('alert').getByText('请勿关闭本页面').waitFor()
  await shot('hold')

  await context.setOffline(false)
  await sent(page)
  await pill(page, '已同步')
  await page.getByRole('alert').getByText('请勿关闭本页面').waitFor({ state: 'detached' })
  const found = await rows(api, `/inspection/checks?pointId=${point.id}`)
  assert.equal(found.length, 1, 'one check arrived')
  assert.equal(found[0].failed, 1)
}
