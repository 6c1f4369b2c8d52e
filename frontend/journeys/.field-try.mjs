import { browser, visitor } from './browser.mjs'
import field, * as f from './field.mjs'
const running = await browser()
const base = process.env.BASE_URL ?? 'http://localhost:18182'
const password = 'anbiao-demo-2026'
const names = process.argv.slice(2)
const asks = (who, path, body) => fetch(base + path, { method: 'POST', headers: { 'content-type': 'application/json', cookie: who }, body: JSON.stringify(body) })
const runs = { field,
  async dead({ page, context, shot }) {
    await f.enter(page, 'worker', password)
    await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration('/field/'))?.active && navigator.serviceWorker.controller)
    await page.waitForTimeout(1500)
    await f.openTask(page); await f.press(page, 0, '合格'); await f.failItem(page, 1, '气瓶未固定')
    await context.setOffline(true)
    await page.close()
    const again = await context.newPage()
    await again.goto(base + '/field/'); await again.getByText('没有网络，显示的是').waitFor(); await again.waitForTimeout(300)
    await again.screenshot({ path: '/tmp/field-shots/dead-today.png' })
    await again.locator('a[href*="/field/tasks/"]').first().click(); await f.items(again).nth(1).locator('img').first().waitFor()
    await f.answerRest?.(again)
    const n = await f.items(again).count(); for (let i = 2; i < n; i++) await f.press(again, i, '不涉及')
    for (let i = 2; i < n; i++) { const t = f.items(again).nth(i).locator('textarea'); await t.fill('本点没有') }
    await f.submit(again); await again.getByText('已保存，等待上传').waitFor()
    await again.goto(base + '/field/queue'); await again.getByText('等待上传').first().waitFor(); await again.screenshot({ path: '/tmp/field-shots/dead-queue.png' })
    const down = again.waitForEvent('download'); await again.getByRole('button', { name: '导出到文件' }).click(); console.log('saved', (await down).suggestedFilename())
    // signed out meanwhile on the server
    const cookies = await context.cookies(); await context.clearCookies()
    await context.setOffline(false)
    await again.waitForTimeout(1500); await again.screenshot({ path: '/tmp/field-shots/dead-out.png' })
    await again.goto(base + '/field/'); await again.waitForURL('**/field/login**')
    await f.enter(again, 'leader', password); await f.pill(again, '已同步'); await again.waitForTimeout(1000)
    await f.leave(again)
    await f.enter(again, 'worker', password); await f.pill(again, '已同步'); await again.goto(base + '/field/queue'); await again.getByText('最近已上传').waitFor(); await again.screenshot({ path: '/tmp/field-shots/dead-sent.png' })
    await again.goto(base + '/field/'); await again.getByText('今天已完成').waitFor(); await again.screenshot({ path: '/tmp/field-shots/dead-done.png', fullPage: true })
  },
  async link({ page, context, shot }) {
    const w = await (await browser()).newContext({ baseURL: base }); const wp = await w.newPage()
    await f.enter(wp, 'worker', password); const staffId = await wp.evaluate(async () => (await (await fetch('/api/account/me')).json()).membership.staffId)
    const work = await wp.evaluate(async () => (await (await fetch('/api/hazard/work')).json()).toFix.items[0].id)
    await w.browser().close()
    await f.enter(page, 'safety', password)
    const made = await page.evaluate(async ([staffId, path]) => (await (await fetch('/api/account/links', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ staffId, path, actions: ['hazard.ledger.list', 'hazard.ledger.fix', 'attachment.file.upload', 'attachment.file.read'] }) })).json()), [staffId, '/field/hazards/' + work])
    console.log(JSON.stringify(made)); await f.leave(page)
    const token = made.link.split('/').pop(); await page.goto('/field/l/' + token); await shot('landing')
    await page.getByRole('button', { name: '打开', exact: true }).click(); await page.waitForURL('**/field/hazards/**'); await page.waitForTimeout(600); await shot('hazard')
    await page.goto('/field/'); await page.waitForTimeout(600); await shot('today')
    await page.goto('/field/l/' + token); await page.getByRole('button', { name: '打开', exact: true }).click(); await page.getByRole('alert').waitFor(); await shot('spent')
  },
  async fixer({ page, shot }) {
    await f.enter(page, 'leader', password)
    const href = await page.locator('a[href*="/field/hazards/"]').first().getAttribute('href')
    await page.goto(href); await page.waitForTimeout(600); await page.screenshot({ path: '/tmp/field-shots/fixer-before.png', fullPage: true })
    const start = page.getByRole('button', { name: '开始整改' }); if (await start.count()) { await start.click(); await page.getByText('整改中', { exact: true }).first().waitFor() }
    await f.fix(page, href, '已更换并加固'); await page.goto(href); await page.getByText('整改人不能验收自己的整改').waitFor(); await shot('own')
    // by hand, as if the button had been there
    const id = href.split('/').pop()
    const said = await page.evaluate(async (id) => (await (await fetch(`/api/hazard/hazards/${id}/accept`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).json()), id); console.log(said.status, said.code, said.detail)
  },
  async notices({ page, shot }) {
    await f.enter(page, 'safety', password); await page.goto('/field/inbox'); await page.locator('button.notice').first().waitFor(); await shot('inbox')
    await page.locator('button.notice').first().click(); await page.waitForTimeout(800); await shot('opened'); console.log(page.url())
    const made = await page.evaluate(async () => { const p = await (await fetch('/api/selfreport/pending')).json(); const r = p.items[0]; const c = await fetch(`/api/selfreport/reports/${r.id}/compile`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }); return [r, c.status, await c.text()] }); console.log(JSON.stringify(made))
  },
  async walk({ page, shot }) {
    await f.enter(page, 'worker', password); await page.waitForTimeout(800); await shot('worker-today')
    const hazard = await f.snap(page, '冲压车间 3 号冲床', '防护罩被拆下')
    await page.waitForTimeout(500); await shot('hazard')
    await f.fix(page, hazard, '防护罩已装回'); await shot('fixed')
    await page.goto(hazard); await page.getByText('待验收', { exact: true }).first().waitFor(); await shot('hazard-fixed')
    await f.leave(page)
    await f.enter(page, 'leader', password); await page.waitForTimeout(800); await shot('leader-today')
    await page.goto(hazard); await page.getByRole('button', { name: '退回重改' }).click(); await page.waitForTimeout(400); await shot('reject-sheet')
    await page.getByRole('button', { name: '确认退回' }).click(); await shot('reject-empty')
    await page.getByRole('button', { name: '取消' }).click()
    await f.accept(page, hazard, '现场确认'); await page.getByText('已销号', { exact: true }).first().waitFor(); await page.screenshot({ path: '/tmp/field-shots/walk-accepted.png', fullPage: true })
    await page.goto('/field/inbox'); await page.waitForTimeout(800); await shot('inbox')
    await page.goto('/field/me'); await page.waitForTimeout(500); await shot('me')
    await page.goto('/field/scan'); await page.waitForTimeout(300); await shot('scan')
    await page.goto('/field/queue'); await page.waitForTimeout(300); await shot('queue')
    await f.leave(page); await shot('login')
  },
  async sign({ page, shot }) {
    await f.enter(page, 'principal', password); await page.waitForTimeout(800); await shot('today')
    const link = page.locator('a[href*="/field/reports/"]').first()
    if (!await link.count()) { console.log('no report'); return }
    const href = await link.getAttribute('href'); await page.goto(href); await page.waitForTimeout(600); await shot('report')
    if (await page.getByText('我已阅读以上内容').count()) { await f.sign(page, href); await page.getByText('已签字，待提交').waitFor(); await shot('signed') }
  },
  async english({ page, shot }) {
    await page.goto('/field/login'); await page.getByRole('button', { name: 'English' }).click(); await page.waitForTimeout(300); await shot('login')
    await page.fill('input[name=username]', 'leader'); await page.fill('input[name=password]', 'wrong'); await page.getByRole('button', { name: 'Sign in', exact: true }).click(); await page.getByRole('alert').waitFor(); await shot('wrong')
    await page.fill('input[name=password]', password); await page.getByRole('button', { name: 'Sign in', exact: true }).click(); await page.waitForTimeout(1200); await shot('today')
    await page.locator('a[href*="/field/tasks/"]').first().click(); await f.items(page).first().waitFor(); await shot('check')
  },
}
for (const name of names) {
  const { page, context, complaints } = await visitor(running, base, f.FIELD)
  page.setDefaultTimeout(15000)
  const shot = (s) => page.screenshot({ path: `/tmp/field-shots/${name}-${s}.png` })
  const t = Date.now()
  try { await runs[name]({ page, context, base, password, shot, person: process.env.WHO ?? 'safety' }); console.log('ok', name, Date.now() - t) } catch (e) { await shot('failed'); console.log('FAIL', name, page.url(), e.stack) }
  if (complaints.length) console.log('complaints', complaints)
  await context.close()
}
await running.close()
