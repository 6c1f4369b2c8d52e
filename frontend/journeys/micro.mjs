// A micro firm comes in: the town prints a slip, the owner types its code on the phone, sets the firm up in five
// minutes, walks the monthly list and makes a zero report in two taps.
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { DESKTOP, fits } from './browser.mjs'
import { answerAll, enter, sent, submit } from './field.mjs'
import { signIn } from './login.mjs'

/** The codes printed on the slips of a PDF: its text is UTF-16BE in deflated streams. */
export function codesOf(file) {
  const found = new Set()
  for (let at = file.indexOf('stream\n'); at >= 0; at = file.indexOf('stream\n', at + 7)) {
    const end = file.indexOf('endstream', at)
    let text
    try {
      text = zlib.inflateSync(file.subarray(at + 7, end)).toString('latin1').replaceAll('\0', '')
    } catch {
      continue
    }
    for (const [code] of text.matchAll(/\b[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}\b/g)) found.add(code)
  }
  return [...found]
}

/** The town orders a slip for a micro firm that has none, and downloads it; answers the code on it. */
export async function printSlip(page, password, shot) {
  await signIn(page, 'town', password)
  await page.waitForURL((address) => address.pathname === '/')
  const { items } = await page.evaluate(async () => (await fetch('/api/activation/companies?unprinted=true&limit=100')).json())
  const firm = items.find(({ staffCount }) => staffCount < 20)
  assert.ok(firm, 'there is a micro firm nobody has signed in for')
  await page.goto(`/activation?unprinted=true&name=${encodeURIComponent(firm.name)}`)
  await page.locator('.el-table__row .el-checkbox').first().click()
  await page.getByText('已选 1 家').waitFor()
  await shot('rates', page)
  await page.getByRole('button', { name: '打印激活单' }).first().click()
  await page.getByRole('button', { name: '开始打印' }).dblclick()
  await page.waitForURL('**/activation/slips')
  const link = page.getByRole('link', { name: '下载 PDF' }).first()
  await page.locator('.el-table__row').first().getByText('已完成').waitFor({ timeout: 30_000 })
  await shot('slips', page)
  const file = await page.request.get(await link.getAttribute('href'))
  assert.match(file.headers()['content-type'], /pdf/)
  const codes = codesOf(await file.body())
  assert.equal(codes.length, 1, `one code on one slip, not ${codes.join(' ')}`)
  return codes[0]
}

/** Reads the newest code sent to a phone in the mail kept for the platform's administrator. */
async function codeSentTo(page, password, phone) {
  await signIn(page, 'platform', password)
  await page.waitForURL((address) => address.pathname === '/')
  const mails = await page.evaluate(async () => (await fetch('/api/notice/mails?limit=20')).json())
  const mail = mails.items.find(({ address }) => address === `sms:${phone}`)
  assert.ok(mail, 'the code lies in the kept mail')
  const { body } = mail.body ? mail : await page.evaluate(async (id) => (await fetch(`/api/notice/mails/${id}`)).json(), mail.id)
  return body.match(/\d{6}/)[0]
}

export default async function micro({ page, password, shot, actor }) {
  const desk = await actor(DESKTOP)
  const code = await printSlip(desk.page, password, shot)

  await page.goto('/field/activate')
  await page.fill('input[name=key]', code.toLowerCase())
  await page.getByRole('button', { name: '下一步' }).click()
  await page.locator('input[name=name]').waitFor()
  const phone = `139${String(Date.now()).slice(-8)}`
  await page.fill('input[name=name]', '应大勇')
  await page.fill('input[name=phone]', phone)
  await page.getByRole('button', { name: '获取验证码' }).click()
  await page.getByText('秒后重发').waitFor()
  const platform = await actor(DESKTOP)
  await page.fill('input[name=code]', await codeSentTo(platform.page, password, phone))
  await page.fill('input[name=password]', 'wujin-5566-yk')
  assert.ok(await fits(page), 'the activation page fits the phone')
  await shot('activate')
  await page.getByRole('button', { name: '激活并登录' }).dblclick()

  await page.waitForURL('**/field/setup')
  await page.locator('input[name=staffCount]').waitFor()
  await page.fill('input[name=staffCount]', '25')
  await page.getByText('请在电脑上使用完整档案').waitFor()
  await page.fill('input[name=staffCount]', '8')
  await page.fill('textarea[name=address]', '芝英镇柿后村12号')
  await page.getByRole('button', { name: '下一步' }).click()
  for (const tag of ['冲床', '砂轮、抛光']) {
    const tile = page.getByRole('button', { name: tag })
    if ((await tile.getAttribute('aria-pressed')) === 'false') await tile.click()
  }
  assert.ok(await fits(page), 'the tiles fit the phone')
  await shot('tags')
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByText('有哪些岗位？').waitFor()
  await page.fill('input[name=other]', '包装工')
  await page.getByRole('button', { name: '添加' }).click()
  assert.ok(await fits(page), 'the posts fit the phone')
  await shot('posts')
  await page.getByRole('button', { name: '完成设置' }).dblclick()
  await page.getByText('设置完成').waitFor()
  await shot('done')
  await page.getByRole('link', { name: '去看今天要做的' }).or(page.getByRole('button', { name: '去看今天要做的' })).click()

  await page.getByText(/本月自查（0\/\d+）/).waitFor()
  await shot('today')
  await page.getByRole('button', { name: '开始自查' }).click()
  await page.locator('section.item').first().waitFor()
  await answerAll(page)
  await submit(page)
  await sent(page)
  await page.goto('/field/')
  await page.getByText('本月已完成').waitFor()
  await page.getByRole('button', { name: '零报告' }).click()
  await page.getByText('确认属实').waitFor()
  await shot('zero')
  await page.getByRole('button', { name: '确认并报送' }).dblclick()
  await page.getByText('零报告已报送').waitFor()
  assert.ok(await fits(page), 'today fits the phone')
  await shot('sent')

  const owner = await actor()
  await enter(owner.page, phone, 'wujin-5566-yk')
  await owner.page.getByText('本月已完成').waitFor()
}
