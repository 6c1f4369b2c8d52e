// The county loads an official table from Excel, sees the subtotal that is wrong and the clause that was not
// understood, mends both in the editor and publishes; what is published cannot be changed any more.
import assert from 'node:assert/strict'
import { signIn } from './login.mjs'
import { workbook } from './xlsx.mjs'

/** A table as authorities send it: merged cells, subtotals, the rules in words. The subtotal of the first part says 18 and not 16. */
function official() {
  return workbook(
    [
      ['永康市小微企业安全生产标准化评定标准（试行）'],
      ['考评类目', '考评项目', '考评内容', '标准分值', '考评办法'],
      ['一、目标职责', '1.1 机构和职责（16分）', '设置安全生产管理机构或者配备安全生产管理人员。', 10, '查文件。未设置的，不得分；每缺一人，扣2分，最多扣6分'],
      ['', '', '明确各岗位安全生产职责。', 6, '未明确的，扣3分；职责不清的，酌情扣分'],
      ['小计', '', '', 18, ''],
      ['二、现场管理', '作业安全', '执行作业许可制度。', 4, '一处不符合的，扣1分'],
      ['总计', '', '', 20, ''],
    ],
    ['A1:E1', 'A3:A4', 'B3:B4'],
  )
}

export default async function rubric({ actor, password, shot }) {
  const { page } = await actor()
  await signIn(page, 'county', password)
  await page.waitForURL((address) => address.pathname === '/')
  await page.goto('/rubrics')
  await page.getByText('江苏省工贸行业小微企业安全生产标准化评分表').first().waitFor()
  await page.getByRole('button', { name: '导入标准' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[type=file]').setInputFiles({ name: '小微评定标准.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: official() })
  await dialog.getByText('E4：考评办法中的“职责不清的，酌情扣分”没有读懂').waitFor()
  await dialog.getByText('1：分值 18，各项合计 16，不相符').waitFor()
  await shot('problems', page)
  const code = `xiaowei-${Date.now().toString(36)}`
  await dialog.locator('[data-field=titleZh] input').fill(`永康市小微企业评定标准 ${code}`)
  await dialog.locator('[data-field=id] input').fill(code)
  await dialog.locator('[data-field=version] input').fill('2026.1')
  await dialog.getByRole('button', { name: '建立草稿' }).click()
  await page.waitForURL(/\/rubrics\/\d+\/edit$/)
  await dialog.waitFor({ state: 'detached' })

  await page.getByText('1：分值 18，各项合计 16，不相符').click()
  await page.locator('.main').getByRole('button', { name: '改为合计' }).click()
  await page.getByText('分值 18，各项合计 16，不相符').waitFor({ state: 'detached' })
  await page.getByText('1.1.2：规则“b 职责不清的').click()
  await page.locator('.el-tree').getByText('1.1.2 明确各岗位').waitFor()
  const rule = page.locator('.main .rule').nth(1)
  await rule.getByLabel('分值').fill('1')
  await rule.getByLabel('分值').press('Tab')
  await page.getByRole('button', { name: /^标准信息/ }).click()
  await page.getByRole('button', { name: '添加等级' }).click()
  await page.getByLabel('代号').fill('pass')
  await page.getByLabel('等级名称').fill('达标')
  await page.getByText('各级分值相符，可以发布').waitFor()
  await shot('mended', page)
  await page.getByRole('button', { name: '完成' }).click()

  await page.waitForURL(/\/rubrics\/\d+$/)
  await page.getByRole('button', { name: '发布', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '发布', exact: true }).click()
  await page.getByText('已发布：内容已冻结').waitFor()
  assert.equal(await page.getByRole('button', { name: '编辑', exact: true }).count(), 0, 'what is published is not edited')
  await page.getByText('目标职责').first().click()
  await page.getByText('每缺一人：').waitFor()
  await shot('published', page)
  await page.goto(`${page.url()}/edit`)
  await page.getByText('这一版不能修改').waitFor()

  const { page: own } = await actor()
  await signIn(own, 'safety', password)
  await own.waitForURL((address) => address.pathname === '/')
  await own.goto(`/rubrics?q=${code}`)
  await own.getByText(code).first().click()
  await own.getByRole('heading', { name: `永康市小微企业评定标准 ${code}` }).waitFor()
  assert.equal(await own.getByRole('button', { name: '另建版本' }).count(), 0, 'a company reads')
}
