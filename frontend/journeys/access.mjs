// Accessibility of every page of the menu, in both languages: what axe-core finds against WCAG 2.2 A and AA.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { enter } from './field.mjs'
import { signIn } from './login.mjs'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const PEOPLE = { safety: ['company'], county: ['regulator'], platform: ['platform'], service: ['service'], reviewer: ['agency'] }
const FIELD = ['/', '/hazards', '/snap', '/duties', '/duty-tasks', '/scores', '/letters', '/certificates', '/certificate', '/training', '/training-file', '/exams', '/education', '/rewards', '/permits', '/posters', '/inbox', '/queue', '/expense']

/** What axe finds on the page as it stands. */
async function findings(page) {
  await page.evaluate(async () => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined))))
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  return page.evaluate(async (tags) => {
    const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
    return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, html, failureSummary }) => `${target.join(' ')} ${html.slice(0, 160)} ${failureSummary.split('\n')[1]?.trim().slice(0, 160)}`) }))
  }, RULES)
}

const asking = new WeakMap()

/** Counts what a page still waits for; a stream that stays open is not waited for. */
function count(page) {
  const open = new Set()
  asking.set(page, open)
  page.on('request', (one) => { if (!one.url().endsWith('/stream')) open.add(one) })
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (one) => open.delete(one))
}

/** Waits until nothing was asked for during three frames. */
async function answered(page) {
  for (let calm = 0, turn = 0; calm < 3 && turn < 600; turn += 1) {
    await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => { setTimeout(done) }) }))
    calm = asking.get(page).size ? 0 : calm + 1
  }
}

/** Goes to a page without loading the program again, and waits until it shows what it has. */
async function visit(page, path) {
  await page.evaluate((to) => document.querySelector('#app').__vue_app__.config.globalProperties.$router.push(to), path)
  await answered(page)
}

/** The pages of the menu that this person may open. */
async function menu(page) {
  const { actions, current } = await (await page.request.get('/api/account/me')).json()
  return page.evaluate(([may, kind]) => document.querySelector('#app').__vue_app__.config.globalProperties.$router.getRoutes()
    .filter(({ meta }) => meta.menu && (!meta.action || may.includes(meta.action)) && (!meta.menu.kinds || meta.menu.kinds.includes(kind)))
    .map(({ path }) => path), [actions, current?.kind ?? ''])
}

export default async function access({ page, base, password, actor }) {
  const all = {}
  let looked = 0
  const look = async (seen, who, path, language) => {
    looked += 1
    for (const { id, nodes } of await findings(seen)) ((all[id] ??= {})[`${who} ${path} ${language}`] = nodes)
  }
  for (const login of (process.env.AXE ?? Object.keys(PEOPLE).join()).split(',').filter((one) => one !== 'field')) {
    for (const language of ['zh-CN', 'en']) {
      const { page: seen } = await actor()
      count(seen)
      await signIn(seen, login, password)
      await seen.getByRole('button', { name: '个人菜单' }).waitFor()
      await seen.evaluate((to) => localStorage.setItem('anbiao.language', to), language)
      await seen.reload()
      await seen.getByRole('navigation').first().waitFor()
      for (const path of await menu(seen)) {
        await visit(seen, path)
        await look(seen, login, path, language)
      }
    }
  }
  console.log(looked, 'pages')
  for (const [id, where] of Object.entries(all)) {
    console.log(`## ${id}: ${Object.keys(where).length} pages, ${Object.values(where).flat().length} nodes`)
    const kinds = {}
    for (const [at, nodes] of Object.entries(where)) for (const node of nodes) (kinds[node.replace(/[0-9]+/g, 'N').slice(0, 330)] ??= []).push(at)
    for (const [node, at] of Object.entries(kinds).slice(0, Number(process.env.MANY ?? 12))) console.log(`   ${at.length}x ${at[0]}: ${node}`)
  }
  assert.deepEqual(Object.keys(all), [])
}
