// A grid worker visits the next company of his round on the phone, leaves a note and hands up; the town receives and answers, and
// he reads the answer.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { enter, FIELD, photo } from './field.mjs'
import { signIn } from './login.mjs'

export default async function patrol({ page: town, actor, password, shot }) {
  const { page: phone } = await actor(FIELD)
  await enter(phone, 'grid', password)
  await phone.getByRole('link', { name: /走访/ }).first().click()
  const firm = phone.locator('.firm').first()
  await firm.waitFor()
  assert.ok(await fits(phone), 'the round fits the phone')
  await shot('round', phone)
  await firm.click()
  const looks = phone.locator('[data-item]')
  await looks.first().waitFor()
  assert.equal(await looks.count(), 5)
  for (let n = 0; n < 5; n += 1) await looks.nth(n).getByRole('button', { name: n ? '符合' : '不符合', exact: true }).click()
  await looks.first().locator('textarea').fill('后门上锁')
  await phone.locator('input[type=file]').setInputFiles(photo('door.png'))
  await phone.locator('.shot').first().waitFor()
  await phone.locator('textarea[name=note]').fill('请立即打开安全出口')
  await phone.getByRole('switch').first().click()
  const said = `后门长期上锁 ${Date.now() % 100_000}`
  await phone.locator('textarea[name=hand-up]').fill(said)
  await shot('visit', phone)
  await phone.getByRole('button', { name: '提交走访' }).click()
  await phone.getByText('走访已提交').waitFor()

  await signIn(town, 'town', password)
  await town.waitForURL((address) => address.pathname === '/')
  await town.goto('/handed-up')
  await town.getByText(said).first().click()
  await town.getByRole('button', { name: '签收', exact: true }).click()
  await town.getByText('已签收').first().waitFor()
  await town.getByRole('button', { name: '答复', exact: true }).click()
  await town.getByRole('dialog').locator('textarea').fill('已到现场督促打开')
  await town.getByRole('dialog').getByRole('button', { name: '答复', exact: true }).click()
  await town.getByText('已到现场督促打开').waitFor()
  await shot('answered', town)
  await town.goto('/patrol-coverage')
  await town.getByText('芝英一片').first().waitFor()
  await shot('coverage', town)

  await phone.goto('/field/handed-up')
  await phone.getByText('已到现场督促打开').first().waitFor()
  await shot('answer', phone)
}
