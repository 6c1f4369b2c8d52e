// Runs the browser journeys against BASE_URL (a started Anbiao with demo data), or, when BASE_URL is
// not set, the login journey against a stand-in. Screenshots go to journeys/out.
import fs from 'node:fs'
import { accessOfCompanies, accessOfOthers } from './access.mjs'
import assess from './assess.mjs'
import board from './board.mjs'
import { browser, DESKTOP, MOVING, PHONE, visitor } from './browser.mjs'
import certificate from './certificate.mjs'
import company from './company.mjs'
import dossier from './dossier.mjs'
import drill from './drill.mjs'
import erasure from './erasure.mjs'
import field, { FIELD } from './field.mjs'
import fund from './fund.mjs'
import grading from './grading.mjs'
import firstWalk from './first-walk.mjs'
import inapp, { WECHAT } from './inapp.mjs'
import instrument from './instrument.mjs'
import letter from './letter.mjs'
import login from './login.mjs'
import major from './major.mjs'
import micro from './micro.mjs'
import matrix from './matrix.mjs'
import overview from './overview.mjs'
import offline from './offline.mjs'
import storm from './storm.mjs'
import standard from './standard.mjs'
import features from './features.mjs'
import patrol from './patrol.mjs'
import permit from './permit.mjs'
import points from './points.mjs'
import press from './press.mjs'
import programme from './programme.mjs'
import proof from './proof.mjs'
import report from './report.mjs'
import risk from './risk.mjs'
import rubric from './rubric.mjs'
import plans from './plans.mjs'
import score from './score.mjs'
import { stub } from './stub.mjs'
import training from './training.mjs'
import tree from './tree.mjs'
import visit from './visit.mjs'
import walkWithPhone from './walk.mjs'

const journeys = [
  { name: 'access (companies)', walk: accessOfCompanies, viewport: DESKTOP, real: true },
  { name: 'access (others)', walk: accessOfOthers, viewport: DESKTOP, real: true },
  { name: 'login (desktop)', walk: login, viewport: DESKTOP },
  { name: 'login (phone)', walk: login, viewport: PHONE },
  { name: 'field', walk: field, viewport: FIELD, real: true },
  { name: 'walk', walk: walkWithPhone, viewport: FIELD, real: true },
  { name: 'company', walk: company, viewport: DESKTOP, real: true },
  { name: 'board', walk: board, viewport: DESKTOP, real: true },
  { name: 'instrument', walk: instrument, viewport: DESKTOP, real: true },
  { name: 'visit', walk: visit, viewport: DESKTOP, real: true },
  { name: 'patrol', walk: patrol, viewport: DESKTOP, real: true },
  { name: 'features', walk: features, viewport: DESKTOP, real: true },
  { name: 'fund', walk: fund, viewport: DESKTOP, real: true },
  { name: 'certificate', walk: certificate, viewport: DESKTOP, real: true },
  { name: 'training', walk: training, viewport: DESKTOP, real: true },
  { name: 'grading', walk: grading, viewport: DESKTOP, real: true },
  { name: 'micro', walk: micro, viewport: FIELD, real: true },
  { name: 'assess', walk: assess, viewport: DESKTOP, real: true },
  { name: 'matrix', walk: matrix, viewport: DESKTOP, real: true },
  { name: 'first-walk', apart: true, walk: firstWalk, viewport: DESKTOP, real: true, options: MOVING },
  { name: 'proof', walk: proof, viewport: DESKTOP, real: true },
  { name: 'letter', walk: letter, viewport: DESKTOP, real: true },
  { name: 'standard', walk: standard, viewport: DESKTOP, real: true },
  { name: 'points', walk: points, viewport: DESKTOP, real: true },
  { name: 'press', walk: press, viewport: DESKTOP, real: true },
  { name: 'programme', walk: programme, viewport: DESKTOP, real: true },
  { name: 'permit', walk: permit, viewport: FIELD, real: true },
  { name: 'plans', walk: plans, viewport: DESKTOP, real: true },
  { name: 'dossier', walk: dossier, viewport: DESKTOP, real: true },
  { name: 'drill', walk: drill, viewport: DESKTOP, real: true },
  { name: 'overview', walk: overview, viewport: DESKTOP, real: true },
  { name: 'major', walk: major, viewport: DESKTOP, real: true },
  { name: 'risk', walk: risk, viewport: DESKTOP, real: true },
  { name: 'rubric', walk: rubric, viewport: DESKTOP, real: true },
  { name: 'score', walk: score, viewport: DESKTOP, real: true },
  { name: 'report', walk: report, viewport: DESKTOP, real: true },
  { name: 'erasure', walk: erasure, viewport: DESKTOP, real: true },
  { name: 'tree', walk: tree, viewport: DESKTOP, real: true },
  { name: 'inapp', walk: inapp, viewport: FIELD, real: true, options: WECHAT },
  { name: 'offline', apart: true, walk: offline, viewport: FIELD, real: true },
  { name: 'storm', apart: true, walk: storm, viewport: FIELD, real: true },
]
const out = new URL('./out/', import.meta.url)
fs.mkdirSync(out, { recursive: true })

const standIn = process.env.BASE_URL ? undefined : await stub()
const base = process.env.BASE_URL ?? standIn.address
const password = process.env.DEMO_PASSWORD ?? 'anbiao-demo-2026'
const wanted = process.argv.slice(2)
const running = await browser()
let failed = 0

async function run({ name, walk, viewport, options }) {
  const began = Date.now()
  const visitors = []
  // Everybody who takes part has a browser of his own; what any of them complains about fails the journey.
  const actor = async (size = viewport, special = options) => {
    const next = await visitor(running, base, size, special)
    visitors.push(next)
    return next
  }
  const { page, context } = await actor()
  const shot = (step, seen = page) => seen.screenshot({ path: new URL(`${name.replace(/\W+/g, '-')}-${step}.png`, out).pathname })
  try {
    await walk({ page, context, base, password, shot, actor, phone: viewport === PHONE })
    const complaints = visitors.flatMap((one) => one.complaints)
    if (complaints.length) throw new Error(`the browser complained:\n  ${complaints.join('\n  ')}`)
    console.log(`ok ${name} ${((Date.now() - began) / 1000).toFixed(1)} s`)
  } catch (error) {
    failed += 1
    for (const [n, one] of visitors.entries()) await shot(`failed-${n}`, one.page).catch(() => undefined)
    console.log(`FAIL ${name} at ${visitors.map((one) => one.page.url()).join(' ')}\n${error.stack ?? error}`)
  }
  for (const one of visitors) await one.context.close()
}

const chosen = journeys.filter(({ name, real }) => (!wanted.length || wanted.some((part) => name.startsWith(part))) && !(real && standIn))
// LANE 0/2 walks every second one from the first on, "apart" those that mostly wait or kill the server, "all" all of them.
const lane = process.env.LANE ?? 'all'
const [first, lanes] = lane.includes('/') ? lane.split('/').map(Number) : [0, 1]
const together = lane === 'apart' ? [] : chosen.filter(({ apart }) => !apart).filter((_, n) => n % lanes === first)
const apart = lane.includes('/') ? [] : chosen.filter((one) => one.apart)
for (const one of [...together, ...apart]) await run(one)

await running.close()
standIn?.close()
process.exit(failed ? 1 : 0)
