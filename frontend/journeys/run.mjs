// Runs the browser journeys against BASE_URL (a started Anbiao with demo data), or, when BASE_URL is
// not set, the login journey against a stand-in. Screenshots go to journeys/out.
import fs from 'node:fs'
import { browser, DESKTOP, PHONE, visitor } from './browser.mjs'
import field, { FIELD } from './field.mjs'
import login from './login.mjs'
import { stub } from './stub.mjs'

const journeys = { login, field }
const widths = { desktop: DESKTOP, phone: PHONE }
// What is only for the phone, and what needs a real server behind it.
const widthsOf = { field: { phone: FIELD } }
const real = new Set(['field'])
const out = new URL('./out/', import.meta.url)
fs.mkdirSync(out, { recursive: true })

const standIn = process.env.BASE_URL ? undefined : await stub()
const base = process.env.BASE_URL ?? standIn.address
const password = process.env.DEMO_PASSWORD ?? 'anbiao-demo-2026'
const wanted = process.argv.slice(2)
const running = await browser()
let failed = 0

for (const [name, journey] of Object.entries(journeys)) {
  if ((wanted.length && !wanted.includes(name)) || (standIn && real.has(name))) continue
  for (const [width, viewport] of Object.entries(widthsOf[name] ?? widths)) {
    const began = Date.now()
    const { page, context, complaints } = await visitor(running, base, viewport)
    const shot = (step) => page.screenshot({ path: new URL(`${name}-${width}-${step}.png`, out).pathname })
    try {
      await journey({ page, context, base, password, shot, phone: width === 'phone' })
      if (complaints.length) throw new Error(`the browser complained:\n  ${complaints.join('\n  ')}`)
      console.log(`ok    ${name} (${width}) ${((Date.now() - began) / 1000).toFixed(1)} s`)
    } catch (error) {
      failed += 1
      await shot('failed').catch(() => undefined)
      console.log(`FAIL  ${name} (${width}) at ${page.url()}\n${error.stack ?? error}`)
    }
    await context.close()
  }
}

await running.close()
standIn?.close()
process.exit(failed ? 1 : 0)
