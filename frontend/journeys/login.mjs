import assert from 'node:assert/strict'
import { fits } from './browser.mjs'

/** Signs in through the page as a person does. */
export async function signIn(page, login, password) {
  await page.goto('/login')
  await page.fill('input[name=username]', login)
  await page.fill('input[name=password]', password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

/** A wrong password is refused in words; the right one leads to the page first asked for; leaving ends it. */
export default async function login({ page, shot, password }) {
  await page.goto('/account/sessions')
  await page.waitForURL(/\/login\?to=/)
  await shot('login')
  assert.ok(await fits(page), 'the login page fits the window')

  await page.fill('input[name=username]', 'safety')
  await page.fill('input[name=password]', 'not-the-password')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByRole('alert').waitFor()

  await page.fill('input[name=password]', password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.waitForURL('**/account/sessions')
  await page.getByRole('heading', { name: '登录设备' }).waitFor()
  await shot('sessions')
  assert.ok(await fits(page), 'the shell fits the window')

  await page.getByRole('button', { name: '个人菜单' }).click()
  await page.getByRole('menuitem', { name: '动态验证码' }).waitFor()
  await shot('menu')
  await page.getByText('退出登录').click()
  await page.waitForURL('**/login')
}
