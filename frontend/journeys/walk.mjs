// A round with the phone: must-photo and measured items, a failure in three taps, the rest fine at once, a route of two
// points with a signature, a team card with one faulty machine, a point where no phone may be used, and the size of
// everything that is touched.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { enter, failSheet, inRange, items, photo, press, sayWhatIsWrong, sent } from './field.mjs'

const stamp = String(Date.now()).slice(-6)
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)

/** The API as the page's person, for what the walk needs to find. */
function caller(page) {
  const ask = async (method, path, data) => {
    const answer = await page.request.fetch(`/api${path}`, { method, ...(data ? { data } : {}), headers: { 'X-Requested-With': 'anbiao', 'Idempotency-Key': crypto.randomUUID() } })
    const said = await answer.json()
    assert.ok(answer.ok(), `${method} ${path}: ${JSON.stringify(said)}`)
    return said
  }
  return { get: (path) => ask('GET', path), post: (path, data) => ask('POST', path, data) }
}

/** Points of the walk and an assignee for its tasks; made anew each time, retired at the end. */
async function prepare(api) {
  const { person } = await api.get('/account/me')
  const found = (await api.get(`/staff/people?limit=20&name=${encodeURIComponent(person.name)}`)).items
  const me = found.find(({ name, hasLogin }) => name === person.name && hasLogin).id
  const { asks } = await api.get('/checklist/standard')
  const open = asks.filter(({ disabled }) => !disabled)
  const always = open.filter(({ photoAlways }) => photoAlways).slice(0, 1)
  const measured = open.filter(({ limit, photoAlways }) => limit && !photoAlways).slice(0, 1)
  const plain = open.filter(({ limit, photoAlways, mustPhoto, level }) => !limit && !photoAlways && mustPhoto && level === 'general').slice(0, 3)
  const made = []
  const point = async (name, codes, more = {}) => {
    const { id } = await api.post('/checklist/points', { name: `${name} ${stamp}`, place: '冲压车间', modules: [], items: codes, ...more })
    made.push(id)
    return (await api.get(`/checklist/points/${id}`)).point
  }
  const codes = (list) => list.map(({ code }) => code)
  return { me, made, point, all: codes([...always, ...measured, ...plain]), plain: codes(plain), always, measured }
}

async function openPoint(page, point) {
  await page.goto(`/field/p/${point.publicId}`)
}

/** Must-photo and measured items come before 其余合格; a failure is three taps. */
async function restIsFine(page, { point, all, always, measured }, shot) {
  const here = await point('综合点', all)
  await openPoint(page, here)
  await items(page).first().waitFor()
  const count = await items(page).count()
  assert.equal(count, all.length)
  const rest = page.getByRole('button', { name: /^其余合格/ })
  if (always.length || measured.length) assert.ok(await rest.isDisabled(), 'the rest is not fine before must-photo and measured items')
  for (let n = 0; n < count; n += 1) {
    const camera = items(page).nth(n).locator('.first input[type=file]')
    if (await camera.count()) {
      await camera.setInputFiles(photo())
      await items(page).nth(n).locator('.first img').first().waitFor()
    }
    const value = items(page).nth(n).locator('input[name=measured]')
    if (!(await value.count())) continue
    const range = await items(page).nth(n).locator('.measure .quiet').textContent()
    await value.fill(range.includes('≥') ? '-999999' : '999999')
    await items(page).nth(n).getByText('超出合格范围，已判为不合格').waitFor()
    assert.ok(await items(page).nth(n).getByRole('button', { name: '合格', exact: true }).isDisabled(), 'a value out of range cannot pass')
    await value.fill(inRange(range))
    await items(page).nth(n).locator('.measure.in').waitFor()
  }
  // Three taps: 不合格, the shutter, a phrase.
  const last = count - 1
  const chooser = page.waitForEvent('filechooser')
  await press(page, last, '不合格')
  await (await chooser).setFiles(photo())
  await failSheet(page).locator('img').first().waitFor()
  await shot('fail')
  const phrase = failSheet(page).locator('.chips button').first()
  if (await phrase.count()) {
    await phrase.click()
    await failSheet(page).waitFor({ state: 'hidden' })
  } else await sayWhatIsWrong(page, '防护装置缺失')
  await items(page).nth(last).getByText('提交后自动登记为隐患').waitFor()
  await rest.click()
  await page.getByText(`已完成 ${count}/${count}`).waitFor()
  await shot('rest')
  await page.getByRole('button', { name: '提交检查' }).click()
  await sent(page)
  await page.getByText('已登记隐患（1）').waitFor()
}

/** Two points in turn, and a signature at the end. */
async function walksARoute(page, api, { me, point, plain }, shot) {
  const [first, second] = [await point('路线一', plain.slice(0, 1)), await point('路线二', plain.slice(0, 1))]
  const { id } = await api.post('/inspection/tasks', { title: `消防巡查 ${stamp}`, route: [first.id, second.id], assigneeId: me, sign: true, dueOn: today() })
  await page.goto('/field/')
  await page.getByText(`消防巡查 ${stamp}`).click()
  await items(page).first().waitFor()
  assert.equal(await items(page).count(), 1, 'one point at a time')
  await press(page, 0, '合格')
  await page.getByRole('button', { name: /^下一个点/ }).click()
  await shot('next')
  await page.getByRole('button', { name: /我已到达$/ }).click()
  await page.getByRole('heading', { name: /路线二/ }).waitFor()
  await press(page, 0, '合格')
  await page.getByRole('button', { name: '提交检查' }).click()
  await signs(page)
  await sent(page)
  return id
}

async function signs(page) {
  const board = page.locator('canvas')
  await board.hover() // once the sheet has come up
  const { x, y } = await board.boundingBox()
  await page.mouse.move(x + 40, y + 60)
  await page.mouse.down()
  for (const [dx, dy] of [[120, 90], [180, 50], [240, 120]]) await page.mouse.move(x + dx, y + dy, { steps: 4 })
  await page.mouse.up()
  await page.getByRole('button', { name: '签名并提交' }).click()
}

/** 班组卡: one machine of two is faulty. */
async function confirmsTheLine(page, api, { me, point, plain }, shot) {
  const [one, two] = [await point('机台甲', plain.slice(0, 2)), await point('机台乙', plain.slice(0, 2))]
  await api.post('/inspection/tasks', { title: `班组卡 ${stamp}`, route: [one.id, two.id], assigneeId: me, byException: true, dueOn: today() })
  await page.goto('/field/')
  await page.getByText(`班组卡 ${stamp}`).click()
  await page.getByRole('button', { name: '全部正常（2 台）' }).waitFor()
  await page.getByRole('button', { name: /机台乙/ }).click()
  await page.locator('.machine .item').first().click()
  await sayWhatIsWrong(page, `防护罩缺失 ${stamp}`)
  await shot('team')
  await page.getByRole('button', { name: '其余 1 台正常，提交' }).click()
  await sent(page)
  await page.getByText('已登记隐患（1）').waitFor()
}

/** 爆炸危险区域: said before anything else, filled without a photo. */
async function keepsThePhoneOut(page, { point, plain }, shot) {
  await openPoint(page, await point('喷粉房', plain.slice(0, 1), { explosive: 'dust' }))
  await page.getByText('爆炸危险区域：请勿在此使用手机，到出口处填写').waitFor()
  assert.equal(await items(page).count(), 0)
  await shot('explosive')
  await page.getByRole('button', { name: '我已到出口处，开始填写' }).click()
  await press(page, 0, '不合格')
  assert.equal(await failSheet(page).locator('input[type=file]').count(), 0, 'no photo is asked where no phone may be used')
  await sayWhatIsWrong(page, '积尘超过 3 毫米')
  await page.getByRole('button', { name: '提交检查' }).click()
  await sent(page)
}

/** What is touched is at least 48 px high and wide, on a narrow phone. */
async function targets(page, name) {
  const small = await page.evaluate(() => [...document.querySelectorAll('button, a[href], select, .van-switch, .van-tabbar-item, label.take')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.van-popup[style*="display: none"]'))
    .map((one) => ({ box: one.getBoundingClientRect(), text: (one.textContent || one.getAttribute('aria-label') || one.className).trim().slice(0, 30) }))
    .filter(({ box }) => box.width > 0 && (Math.round(box.height) < 48 || Math.round(box.width) < 48))
    .map(({ box, text }) => `${text} ${Math.round(box.width)}×${Math.round(box.height)}`))
  assert.deepEqual(small, [], `${name}: what is touched is at least 48 px`)
}

async function isLargeEnough(page, { point, plain }) {
  await page.setViewportSize({ width: 360, height: 780 })
  const here = await point('量尺点', plain.slice(0, 2))
  for (const path of ['/field/', '/field/scan', '/field/snap', '/field/me', '/field/queue', `/field/p/${here.publicId}`]) {
    await page.goto(path)
    await page.locator('.main button, .main a, .main input').first().waitFor()
    await targets(page, path)
    assert.ok(await fits(page), `${path} fits a narrow phone`)
  }
  await page.goto('/field/me')
  await page.getByRole('switch', { name: '大字模式' }).click()
  for (const path of ['/field/', `/field/p/${here.publicId}`]) {
    await page.goto(path)
    await page.locator('.main button, .main a').first().waitFor()
    assert.ok(await fits(page), `${path} fits in large text`)
  }
  await page.goto('/field/me')
  await page.getByRole('switch', { name: '大字模式' }).click()
}

export default async function walk({ page, password, shot }) {
  await enter(page, 'safety', password)
  const api = caller(page)
  const world = await prepare(api)
  try {
    await restIsFine(page, world, shot)
    await walksARoute(page, api, world, shot)
    await confirmsTheLine(page, api, world, shot)
    await keepsThePhoneOut(page, world, shot)
    await isLargeEnough(page, world)
  } finally {
    for (const id of world.made) await api.post(`/checklist/points/${id}/retire`, {}).catch(() => undefined)
  }
}
