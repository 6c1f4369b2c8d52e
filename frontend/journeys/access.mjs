// Accessibility of the pages of every menu, in both languages: what axe-core finds against WCAG 2.2, A and AA, and its
// good practice.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { enter, FIELD } from './field.mjs'
import { signIn } from './login.mjs'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const ALL = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
// What depends on the words: the rest is looked at in Chinese.
const WORDS = {
  type: 'rule',
  values: ['aria-command-name', 'aria-dialog-name', 'aria-input-field-name', 'aria-progressbar-name', 'aria-toggle-field-name', 'aria-tooltip-name', 'button-name', 'document-title', 'empty-heading', 'frame-title',
    'html-has-lang', 'html-lang-valid', 'image-alt', 'input-button-name', 'label', 'label-content-name-mismatch', 'link-name', 'role-img-alt', 'select-name', 'summary-name', 'valid-lang'],
}

const PHONE = ['/', '/snap', '/scan', '/duties', '/duty-tasks', '/scores', '/letters', '/certificates', '/certificate', '/training', '/training-file', '/exams', '/education', '/rewards', '/permits', '/posters', '/inbox', '/queue', '/me', '/reminders']

// The same on every page: the menu, and what the pages before keep for when they are opened again.
const SHELL = [['.el-menu'], ['[id^=el-popper-container]']]

/** What axe finds on the page as it stands, whole or without what all pages share. */
async function findings(page, runOnly, whole) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  return page.evaluate(async ([rules, apart]) => {
    await Promise.all(document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime < 5_000).map((one) => one.finished.catch(() => undefined)))
    const { violations } = await window.axe.run({ include: [['html']], exclude: apart }, { runOnly: rules, resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, failureSummary }) => `${id}: ${target.join(' ')} ${html.slice(0, 200)} ${failureSummary.split('\n')[1]?.trim().slice(0, 200)}`))
  }, [runOnly, whole ? [] : SHELL])
}

const asking = new WeakMap()

/** Counts what a page still waits for; a stream that stays open is not waited for. */
function count(page) {
  const open = new Set()
  asking.set(page, open)
  page.on('request', (one) => {
    if (!one.url().endsWith('/stream')) open.add(one)
  })
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (one) => open.delete(one))
}

/** Waits until nothing was asked for during three frames. */
async function answered(page) {
  for (let calm = 0, turn = 0; calm < 3 && turn < 600; turn += 1) {
    await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => { setTimeout(done) }) }))
    calm = asking.get(page).size ? 0 : calm + 1
  }
}

/** Goes to a page without loading the program again. */
async function turn(page, path) {
  await page.evaluate((to) => document.querySelector('#app').__vue_app__.config.globalProperties.$router.push(to), path)
  await answered(page)
}

/** The pages of the menu that this person may open. */
async function menu(page) {
  const { actions, membership } = await (await page.request.get('/api/account/me')).json()
  return page.evaluate(([may, kind]) => document.querySelector('#app').__vue_app__.config.globalProperties.$router.getRoutes()
    .filter(({ meta }) => meta.menu && (!meta.action || may.includes(meta.action)) && (!meta.menu.kinds || meta.menu.kinds.includes(kind)))
    .map(({ path }) => path), [actions, membership?.kind ?? ''])
}

async function speak(page, language) {
  await page.evaluate((to) => localStorage.setItem('anbiao.language', to), language)
  await page.reload()
  await answered(page)
}

/** Walks through the menus of some people. A journey of its own for the longest of them, so that both lanes have one. */
async function access({ password, actor }, people) {
  const found = []
  let looked = 0
  const look = async (page, who, language, whole) => {
    looked += 1
    for (const one of await findings(page, language === 'en' ? WORDS : ALL, whole)) found.push(`${who} ${new URL(page.url()).pathname} ${language} ${one}`)
  }
  for (const login of people.filter((one) => one !== 'worker')) {
    const { page } = await actor()
    count(page)
    await signIn(page, login, password)
    await page.getByRole('button', { name: '个人菜单' }).waitFor()
    for (const language of ['zh-CN', 'en']) {
      await speak(page, language)
      const pages = await menu(page)
      assert.ok(pages.length > 1, `${login} has a menu`)
      for (const path of pages) {
        await turn(page, path)
        assert.notEqual(new URL(page.url()).pathname, '/forbidden', `${login} may open ${path}`)
        await look(page, login, language, path === pages[0] || path === pages.at(-1))
      }
    }
  }
  if (people.includes('worker')) {
    const { page } = await actor(FIELD)
    count(page)
    await enter(page, 'worker', password)
    for (const language of ['zh-CN', 'en']) {
      await speak(page, language)
      for (const path of PHONE) {
        await turn(page, path)
        await look(page, 'worker', language, true)
      }
    }
  }
  assert.ok(looked > 100, `${looked} pages`)
  assert.equal(found.length, 0, `${found.length} findings on ${looked} pages:\n${found.slice(0, 200).join('\n')}`)
}

export const accessOfCompanies = (walk) => access(walk, ['safety'])

// A service agency works on the pages of a company.
export const accessOfOthers = (walk) => access(walk, ['county', 'platform', 'reviewer', 'worker'])
