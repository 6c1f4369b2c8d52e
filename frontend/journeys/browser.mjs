// One browser for all journeys: Debian's Chromium, where possible the one without windows; no traffic of its own.
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'

const quiet = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-default-apps', '--disable-sync', '--no-first-run', '--disable-domain-reliability', '--disable-client-side-phishing-detection', '--metrics-recording-only', '--no-pings']

export const DESKTOP = { width: 1366, height: 800 }
export const PHONE = { width: 375, height: 760 }

const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((one) => fs.existsSync(one))
// Less motion: a dialog that has closed is gone, not fading over what is looked for next.
const abode = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' }
/** As most people have it: the journey through everything. */
export const MOVING = { reducedMotion: 'no-preference' }

export async function browser() {
  return chromium.launch({ executablePath, args: quiet })
}

/** A phone of its own, whose browser may be killed and started again on what it has kept in a directory. */
export async function phone(directory, base, viewport, options = {}) {
  return chromium.launchPersistentContext(directory, { executablePath, args: quiet, baseURL: base, viewport, ...abode, ...options })
}

/**
 * Opens a page that remembers everything the console complains about, refused by the content security
 * policy or thrown. An answer ≥ 400 or a lost network that a journey provokes on purpose is no complaint.
 */
export async function visitor(running, base, viewport, options = {}) {
  const context = await running.newContext({ baseURL: base, viewport, ...abode, ...options })
  const page = await context.newPage()
  const complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/the server responded with a status of 4\d\d|ERR_INTERNET_DISCONNECTED/.test(message.text())) complaints.push(message.text())
  })
  page.setDefaultTimeout(15_000)
  return { page, context, complaints }
}

/** True when nothing on the page is wider than the window. */
export async function fits(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1)
}

/** Removes a browser's profile. A closing Chromium may still write into it: then what is new goes at the next try. */
export async function removed(directory) {
  for (let tries = 1; ; tries += 1) {
    try {
      fs.rmSync(directory, { recursive: true, force: true })
      return
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' || tries === 40) throw error
      await pause(250)
    }
  }
}
