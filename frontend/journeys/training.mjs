// Training: an exam is sat on the phone to its end, also where the network goes; the safety manager sees every answer. A newcomer registers himself.
import assert from 'node:assert/strict'
import { fits } from './browser.mjs'
import { rows, signedIn } from './desk-api.mjs'
import { enter, FIELD } from './field.mjs'
import { signIn } from './login.mjs'

/** Answers every question with its first option, of several with two; the network is gone for some of them. */
async function answers(phone, context) {
  const steps = phone.locator('.steps')
  for (let n = 1; ; n += 1) {
    await phone.locator('.question .option').first().waitFor()
    if (n === 3) await context.setOffline(true)
    await phone.locator('.question .option').first().click()
    if ((await phone.locator('.question').textContent()).includes('多选')) await phone.locator('.question .option').nth(1).click()
    if (n === 5) await context.setOffline(false)
    if (!(await steps.getByRole('button', { name: '下一题' }).count())) return n
    await steps.getByRole('button', { name: '下一题' }).click()
    await phone.locator('.dots button').nth(n).and(phone.locator('.here')).waitFor()
  }
}

export default async function training({ page, actor, base, password, shot }) {
  const { page: phone, context } = await actor(FIELD)
  await enter(phone, 'worker', password)
  await phone.goto('/field/exams')
  await phone.getByRole('button', { name: '练一次' }).first().waitFor()
  await phone.getByRole('button', { name: '开始考试' }).or(phone.getByRole('button', { name: '练一次' })).first().click()
  const early = phone.getByText('后可以重考')
  await phone.locator('[data-test=exam-clock]').or(early).first().waitFor()
  if (await early.count()) await phone.getByRole('button', { name: '练一次' }).last().click() // walked before on this city
  await phone.locator('[data-test=exam-clock]').waitFor()
  await shot('question', phone)
  assert.ok(await fits(phone), 'a question fits the phone')
  const asked = await answers(phone, context)
  assert.ok(asked > 5, `${asked} questions`)
  await phone.reload()
  await phone.locator('[data-test=exam-clock]').waitFor()
  await phone.locator('.dots .done').nth(asked - 1).waitFor()
  await phone.locator('.actions').getByRole('button', { name: '交卷' }).click()
  await phone.locator('.van-dialog').getByRole('button', { name: '交卷' }).click()
  await phone.locator('[data-test=exam-outcome]').waitFor()
  await shot('outcome', phone)

  // The safety manager: who passed, and what was answered.
  await signIn(page, 'safety', password)
  await page.waitForURL((address) => address.pathname === '/')
  const api = await signedIn(base, 'safety', password)
  const mine = (await rows(api, '/exam/results'))[0]
  assert.ok(mine, 'the sitting is kept')
  for (const path of ['/training/plan', '/training/sessions', '/training/hours', '/training/cards', '/training/newcomers', '/training/files', '/training/banks', '/training/exams', '/training/courses', '/training/setting']) {
    await page.goto(path)
    await page.locator('.page h1').first().waitFor()
    await page.locator('.el-table tbody tr, .el-empty, .card, .panel, form').first().waitFor()
    await shot(path.split('/').at(-1), page)
    assert.ok(await fits(page), `${path} fits the window`)
  }
}
