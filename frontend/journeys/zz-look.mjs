import { browser, visitor, DESKTOP, PHONE } from './browser.mjs'
import { signIn } from './login.mjs'
const [, , login, width, ...paths] = process.argv
const base = process.env.BASE ?? 'http://127.0.0.1:18080'
const run = await browser()
const { page, complaints } = await visitor(run, base, width === 'phone' ? { width: 390, height: 844 } : DESKTOP)
await signIn(page, login, 'anbiao-demo-2026')
await page.waitForURL((a) => a.pathname !== '/login')
let n = 0
for (const path of paths) {
  if (path.startsWith('@')) { const [name, ...rest] = path.slice(1).split('='); await page.goto(rest.join('=')); await page.waitForLoadState('networkidle').catch(() => {}); await page.waitForTimeout(900); await page.screenshot({ path: `/tmp/w/lead/${name}.png`, fullPage: true }); const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth); console.log(name, page.url(), 'overflow', over); n += 1 }
}
console.log(complaints)
await run.close()
