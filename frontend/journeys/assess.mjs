// A leader assesses his team, the worker sees the working of his score and appeals, the safety manager decides.
import assert from 'node:assert/strict'
import { FIELD, enter } from './field.mjs'
import { signIn } from './login.mjs'

async function desk({ actor, password }, login) {
  const { page } = await actor()
  await signIn(page, login, password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.locator('header').waitFor()
  return page
}

const yes = (page, name) => page.locator('.el-message-box').getByRole('button', { name, exact: true }).click()

export default async function assess(walk) {
  const me = await desk(walk, 'worker')
  const { person } = await (await me.request.get('/api/account/me')).json()

  // The leader sees his own team only.
  const leader = await desk(walk, 'leader')
  await leader.goto('/performance')
  await leader.getByRole('heading', { name: '履职考核' }).waitFor()
  await leader.locator('.units tbody tr').first().waitFor()
  assert.equal(await leader.locator('.units tbody tr').count(), 1, 'one team, and neither workshop nor company')
  await walk.shot('team', leader)
  await leader.getByRole('row').filter({ hasText: person.name }).first().click()
  await leader.waitForURL(/\/performance\/assessments\/\d+$/)
  const path = new URL(leader.url()).pathname
  const id = path.split('/').at(-1)
  await leader.getByText('计算依据').first().waitFor()
  const state = (await (await leader.request.get(`/api/performance/assessments/${id}`)).json()).assessment.state
  if (state === 'draft') {
    await leader.getByRole('button', { name: '调整扣分' }).click()
    const dialog = leader.getByRole('dialog')
    await dialog.getByRole('button', { name: '增加扣分' }).click()
    await dialog.locator('[data-field=deductions]').getByRole('textbox', { name: '理由' }).fill('班前会迟到一次')
    await dialog.getByRole('button', { name: '保存', exact: true }).click()
    await leader.getByText('班前会迟到一次').first().waitFor()
    await leader.getByRole('button', { name: '确认', exact: true }).click()
    await yes(leader, '确认')
    await leader.getByText('已确认').first().waitFor()
    await leader.getByRole('button', { name: '公布', exact: true }).click()
    await yes(leader, '公布')
    await leader.getByText('已公布').first().waitFor()
  }
  await walk.shot('working', leader)

  // The worker reads it on his phone, down to the evidence, and appeals.
  const { page: phone } = await walk.actor(FIELD)
  await enter(phone, 'worker', walk.password)
  await phone.goto('/field/scores')
  await phone.locator(`a[href$="/scores/${id}"]`).click()
  await phone.getByText('班前会迟到一次').first().waitFor()
  assert.ok((await phone.locator('.card').count()) >= 3, 'the duties with their points')
  await walk.shot('score', phone)
  await phone.getByRole('button', { name: '提出申诉' }).click()
  await phone.locator('textarea[name=reason]').fill('当日经班长同意去取气瓶检验报告，并非迟到。')
  await phone.locator('.sheet').getByRole('button', { name: '提出申诉' }).click()
  await phone.getByText('申诉中').first().waitFor()

  // Who assessed is not offered the decision; the safety manager decides and the score is computed anew.
  await leader.goto(path)
  await leader.getByText('申诉中').first().waitFor()
  assert.equal(await leader.getByRole('button', { name: '裁定申诉' }).count(), 0)
  const safety = await desk(walk, 'safety')
  await safety.goto(path)
  const before = (await (await safety.request.get(`/api/performance/assessments/${id}`)).json()).assessment.score
  await safety.getByRole('button', { name: '裁定申诉' }).click()
  const dialog = safety.getByRole('dialog')
  await dialog.locator('[data-field=deductions]').getByRole('button', { name: '移除' }).click()
  await dialog.locator('[data-field=reason] textarea').fill('经核实属实，不予扣分。')
  await dialog.getByRole('button', { name: '采纳申诉' }).click()
  await safety.getByText('已定案').first().waitFor()
  const after = (await (await safety.request.get(`/api/performance/assessments/${id}`)).json()).assessment
  assert.equal(after.state, 'final')
  assert.equal(after.score, before + 200, 'the two points are back')
  await walk.shot('decided', safety)
}
